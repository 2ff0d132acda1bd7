"""The public programme, and the pages where staff write it."""

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import audit
from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.conference.access import ORGANISER, PROGRAMME, READ, permissions_of
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import checking, editing, feed, history, releases
from konferanse.programme.forms import DayForm, ItemForm, PublishForm, RoomForm
from konferanse.programme.kinds import ITEM_LANGUAGES, KIND_COLOURS, KIND_LABELS
from konferanse.programme.models import ProgrammeEdit, ProgrammeItem, Room

bp = Blueprint("programme", __name__)


@bp.get("/admin/k/<slug>/program")
@requires(READ)
def edit(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The working copy as a table a day, and what publishing would change."""
    return overview(conference, staff, PublishForm(formdata=None))


@bp.get("/admin/k/<slug>/program/ny")
@requires(PROGRAMME)
def new_item(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for a new item; it starts where the day's last one ends."""
    form = ItemForm(conference, editing.rooms(conference), formdata=None)
    chosen = request.args.get("dag")
    form.day.data = chosen if chosen in dict(form.day.choices) else conference.first_date.isoformat()
    same_day = [i for i in editing.items(conference) if local(i.start).date().isoformat() == form.day.data]
    form.start.data = local(max(i.end for i in same_day)).time() if same_day else None
    return _item_page(conference, form, None)


@bp.post("/admin/k/<slug>/program/ny")
@requires(PROGRAMME)
def add_item(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Add it."""
    form = ItemForm(conference, editing.rooms(conference))
    if not form.validate_on_submit():
        return _item_page(conference, form, None), 422
    begin_write()
    item = editing.add_item(conference, form.values(), staff.actor)
    db.session.commit()
    flash(_("«%(title)s» er lagt til. Deltakerne ser det når du publiserer.", title=item.title))
    return back(conference, f"dag-{form.day.data}")


@bp.get("/admin/k/<slug>/program/<uuid:uid>")
@requires(PROGRAMME)
def item(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The form for an item."""
    row = find_or_404(conference, uid)
    return _item_page(conference, ItemForm(conference, editing.rooms(conference), row, formdata=None), row)


@bp.post("/admin/k/<slug>/program/<uuid:uid>")
@requires(PROGRAMME)
def change_item(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Change it; whoever wrote on an old copy sees both."""
    form = ItemForm(conference, editing.rooms(conference))
    if not form.validate_on_submit():
        return _item_page(conference, form, find_or_404(conference, uid)), 422
    begin_write()
    row = find_or_404(conference, uid)
    try:
        editing.change_item(row, form.based_on, form.values(), staff.actor, conference.slug)
    except editing.StaleItem as stale:
        db.session.rollback()
        theirs = find_or_404(conference, uid)
        form.version.data = theirs.version
        return _item_page(conference, form, theirs, stale=stale.message), 409
    db.session.commit()
    flash(_("Endringen er lagret. Deltakerne ser den når du publiserer."))
    return back(conference, f"dag-{form.day.data}")


@bp.post("/admin/k/<slug>/program/<uuid:uid>/slett")
@requires(PROGRAMME)
def remove_item(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Take it out of the working copy."""
    begin_write()
    row = find_or_404(conference, uid)
    title = row.title
    editing.remove_item(row, staff.actor, conference.slug)
    db.session.commit()
    flash(_("«%(title)s» er slettet. Deltakerne ser det når du publiserer.", title=title))
    return back(conference)


@bp.post("/admin/k/<slug>/program/dag/<day>")
@requires(PROGRAMME)
def name_day(conference: Conference, staff: Staff, day: str) -> ResponseReturnValue:
    """Give a day its heading and its hours."""
    chosen = next((d for d in conference.dates if d.isoformat() == day), None)
    if chosen is None:
        abort(404)
    form = DayForm(prefix=_prefix(chosen))
    if not form.validate_on_submit():
        return _setup_page(conference, days={chosen: form}), 422
    begin_write()
    editing.set_day(conference, chosen, form.title.data, form.start.data, form.end.data)
    audit.record(staff.actor, "programme.day_named", scope=conference.slug, subject=day)
    db.session.commit()
    flash(_("Dagen er lagret."))
    return redirect(url_for("programme.setup", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/program/oppsett")
@requires(PROGRAMME)
def setup(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The days' headings and hours, and the rooms."""
    return _setup_page(conference)


@bp.post("/admin/k/<slug>/program/rom")
@requires(PROGRAMME)
def add_room(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Add a room."""
    return _save_room(conference, staff, None)


@bp.post("/admin/k/<slug>/program/rom/<uuid:uid>")
@requires(PROGRAMME)
def change_room(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Rename a room or change how many it holds."""
    return _save_room(conference, staff, _room(conference, uid))


@bp.post("/admin/k/<slug>/program/rom/<uuid:uid>/slett")
@requires(PROGRAMME)
def remove_room(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Delete a room; its items stay without one."""
    begin_write()
    row = _room(conference, uid)
    audit.record(staff.actor, "programme.room_removed", scope=conference.slug, subject=row.uid)
    editing.remove_room(row)
    db.session.commit()
    flash(_("Rommet er slettet."))
    return redirect(url_for("programme.setup", slug=conference.slug), 303)


def _save_room(conference: Conference, staff: Staff, room: Room | None) -> ResponseReturnValue:
    form = RoomForm(prefix=_prefix(room))
    if not form.validate_on_submit():
        return _setup_page(conference, rooms={room.uid if room else None: form}), 422
    uid = room.uid if room else None
    begin_write()
    try:
        saved = editing.save_room(conference, _room(conference, uid) if uid else None, form.name.data, form.capacity.data)
    except Refused as refusal:
        db.session.rollback()
        form.name.errors = [refusal.message]
        return _setup_page(conference, rooms={uid: form}), 422
    audit.record(staff.actor, "programme.room_saved", scope=conference.slug, subject=saved.uid)
    db.session.commit()
    flash(_("Rommet er lagret."))
    return redirect(url_for("programme.setup", slug=conference.slug), 303)


def overview(conference: Conference, staff: Staff, form: PublishForm) -> str:
    """The editor's page with ``form`` for publishing."""
    by_day: dict[date, list[ProgrammeItem]] = {day: [] for day in conference.dates}
    for row in editing.items(conference):
        by_day.setdefault(local(row.start).date(), []).append(row)
    release = releases.published(conference)
    working = releases.working_copy(conference)
    found = checking.conflicts(conference)
    changes = releases.compare(release.content if release else None, working)
    permissions = permissions_of(staff, conference)
    if release and not form.is_submitted():
        form.note.data = releases.in_words(changes)
    return render_template(
        "programme/edit.html",
        conference=conference,
        days=sorted(by_day.items()),
        titles=editing.day_titles(conference),
        release=release,
        changes=changes,
        conflicts=found,
        trouble=checking.by_item(found),
        form=form,
        last=history.last(conference),
        again=history.next_again(conference),
        who_did=lambda row: _who(row, staff),
        act=ActForm(formdata=None),
        may_change=PROGRAMME.permission in permissions,
        may_send=ORGANISER.permission in permissions,
        **_words(),
    )


def _item_page(conference: Conference, form: ItemForm, row: ProgrammeItem | None, stale: str = "") -> str:
    return render_template(
        "programme/item.html",
        conference=conference,
        form=form,
        item=row,
        stale=stale,
        trouble=checking.by_item(checking.conflicts(conference)).get(str(row.uid)) if row else None,
        act=ActForm(formdata=None),
        **_words(),
    )


def _setup_page(
    conference: Conference, days: dict[date, DayForm] | None = None, rooms: dict[UUID | None, RoomForm] | None = None
) -> str:
    """Days and rooms; the form that was refused keeps what was typed."""
    days, rooms, stored = days or {}, rooms or {}, editing.days(conference)
    day_forms = [
        (day, days.get(day) or DayForm(formdata=None, prefix=_prefix(day), obj=stored.get(day))) for day in conference.dates
    ]
    room_forms = [
        (room, rooms.get(room.uid) or RoomForm(formdata=None, prefix=_prefix(room), obj=room))
        for room in editing.rooms(conference)
    ]
    new_room = rooms.get(None) or RoomForm(formdata=None, prefix=_prefix(None))
    refused = next((form for form in (*days.values(), *rooms.values()) if form.errors), None)
    return render_template(
        "programme/setup.html",
        conference=conference,
        days=day_forms,
        rooms=room_forms,
        new_room=new_room,
        refused=refused,
        act=ActForm(formdata=None),
    )


def _prefix(thing: date | Room | None) -> str:
    """A prefix of field names, so that several small forms share a page with unique ids."""
    if thing is None:
        return "ny"
    return thing.uid.hex if isinstance(thing, Room) else f"d{thing:%Y%m%d}"


def _who(row: ProgrammeEdit, staff: Staff) -> str:
    if row.actor == staff.actor:
        return str(_("Du"))
    kind, _colon, number = row.actor.partition(":")
    other = db.session.get(Staff, int(number)) if kind == "staff" and number.isdigit() else None
    return other.name if other else str(_("Systemet"))


def _words() -> dict[str, object]:
    return {"kinds": KIND_LABELS, "colours": KIND_COLOURS, "languages_of_items": ITEM_LANGUAGES, "anchor": feed.anchor}


def find_or_404(conference: Conference, uid: UUID) -> ProgrammeItem:
    """The item of this conference with that id."""
    return editing.find_item(conference, uid) or abort(404)


def _room(conference: Conference, uid: UUID) -> Room:
    return editing.find_room(conference, uid) or abort(404)


def back(conference: Conference, anchor: str | None = None) -> ResponseReturnValue:
    """To the working copy, at ``anchor``."""
    return redirect(url_for("programme.edit", slug=conference.slug, _anchor=anchor), 303)
