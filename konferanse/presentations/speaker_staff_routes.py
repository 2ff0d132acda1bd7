"""The pages where staff keep the speakers: who they are, what they lack, their links, and the deadline."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires, takes_files
from konferanse.common import photographs
from konferanse.common.errors import Refused
from konferanse.common.storage import files
from konferanse.common.worker import wake
from konferanse.conference.access import PROGRAMME, READ, permissions_of
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations import deadlines, handing_in
from konferanse.presentations.handing_in import Standing
from konferanse.presentations.routes import bp, inline
from konferanse.presentations.speaker_forms import DeadlineForm, SpeakerForm
from konferanse.programme import speaker_editing, speaker_letters, speakers
from konferanse.programme.kinds import PART_LABELS
from konferanse.programme.models import Speaker

PICTURE_REQUEST = 2 * photographs.MAX_BYTES
LACK_WORDS = {
    "email": _l("e-post"),
    "bio": _l("omtale"),
    "picture": _l("bilde"),
    "consent": _l("samtykke"),
    "slides": _l("lysbilder"),
    "summary": _l("sammendrag"),
}


@bp.get("/admin/k/<slug>/innledere")
@requires(READ)
def speaker_list(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Everybody who speaks, and what each lacks."""
    rows = handing_in.standings(conference)
    lacking = [row for row in rows if row.lacks]
    only_lacking = request.args.get("vis") == "mangler"
    return render_template(
        "presentations/speakers.html",
        conference=conference,
        rows=lacking if only_lacking else rows,
        all=len(rows),
        lacking=len(lacking),
        only_lacking=only_lacking,
        count=handing_in.count(rows),
        remindable=sum(row.can_be_asked and not row.waiting for row in rows),
        deadline=deadlines.deadline(conference),
        words=LACK_WORDS,
        may_change=PROGRAMME.permission in permissions_of(staff, conference),
    )


@bp.get("/admin/k/<slug>/innledere/ny")
@requires(PROGRAMME)
def new_speaker(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for a new speaker."""
    return _form_page(conference, SpeakerForm.of(conference, formdata=None), None)


@bp.post("/admin/k/<slug>/innledere/ny")
@requires(PROGRAMME)
@takes_files(PICTURE_REQUEST)
def add_speaker(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Add them."""
    form = SpeakerForm.of(conference)
    if not form.check(None):
        return _form_page(conference, form, None), 422
    begin_write()
    row = speaker_editing.add(conference, form.who(), staff.actor)
    speaker_editing.describe(row, form.about(), staff.actor, form.portrait)
    uid = row.uid
    db.session.commit()
    flash(_("%(name)s er lagt til. Skriv navnet i programpostene der innlederen skal snakke.", name=form.name.data))
    return _to(conference, uid)


@bp.get("/admin/k/<slug>/innledere/<uuid:uid>")
@requires(PROGRAMME)
def speaker(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The form for a speaker."""
    row = _speaker(conference, uid)
    return _form_page(conference, SpeakerForm.of(conference, row, formdata=None), row)


@bp.post("/admin/k/<slug>/innledere/<uuid:uid>")
@requires(PROGRAMME)
@takes_files(PICTURE_REQUEST)
def change_speaker(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Change what is said of them."""
    row = _speaker(conference, uid)
    form = SpeakerForm.of(conference, row)
    if not form.check(row):
        return _form_page(conference, form, row), 422
    begin_write()
    row = _speaker(conference, uid)
    if form.seen.data != (current := speaker_editing.told_by(row)):
        db.session.rollback()
        row = _speaker(conference, uid)
        form.begin_anew(row, current)
        return _form_page(conference, form, row, is_old=True), 409
    speaker_editing.change(row, form.who(), staff.actor)
    speaker_editing.describe(row, form.about_now(row), staff.actor, form.portrait, drop=form.drop_picture.data)
    speaker_editing.set_parts(row, form.parts(), staff.actor)
    db.session.commit()
    told = _("%(name)s er lagret. Står navnet i programmet, ser deltakerne endringen når du publiserer.", name=form.name.data)
    flash(told)
    return _back(conference, f"i-{uid}")


@bp.get("/admin/k/<slug>/innledere/<uuid:uid>/bilde")
@requires(READ)
def speaker_picture(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The picture, with or without consent."""
    row = _speaker(conference, uid)
    if row.picture is None or not files.path(row.picture).exists():
        abort(404)
    return inline(row.picture)


@bp.post("/admin/k/<slug>/innledere/<uuid:uid>/lenke")
@requires(PROGRAMME)
def send_speaker_link(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Mail them the link, the first time or again."""
    begin_write()
    row = _speaker(conference, uid)
    deadlines.send_link(row, staff.actor)
    name = row.name
    db.session.commit()
    wake()
    flash(_("Lenken er på vei til %(name)s.", name=name))
    return _to(conference, uid)


@bp.post("/admin/k/<slug>/innledere/<uuid:uid>/ny-lenke")
@requires(PROGRAMME)
def renew_speaker_link(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Stop the link that went astray; where there is an address, a new one goes there."""
    begin_write()
    row = _speaker(conference, uid)
    has_address = deadlines.renew_link(row, staff.actor)
    db.session.commit()
    wake()
    flash(_("Den gamle lenken er stoppet, og en ny er på vei.") if has_address else _("Lenken er stoppet."))
    return _to(conference, uid)


@bp.post("/admin/k/<slug>/innledere/<uuid:uid>/sla-sammen")
@requires(PROGRAMME)
def merge_speakers(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Let another row be this one."""
    begin_write()
    row = _speaker(conference, uid)
    try:
        chosen = UUID(request.form.get("other", ""))
    except ValueError:
        raise Refused(_("Velg hvem som er den samme.")) from None
    handing_in.merge(row, _speaker(conference, chosen), staff.actor)
    db.session.commit()
    flash(_("De to er slått sammen. Se over teksten, og publiser programmet når du er klar."))
    return _to(conference, uid)


@bp.post("/admin/k/<slug>/innledere/<uuid:uid>/slett")
@requires(PROGRAMME)
def remove_speaker(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Delete somebody who is in no item."""
    begin_write()
    row = _speaker(conference, uid)
    name = row.name
    speaker_editing.remove(row, staff.actor)
    db.session.commit()
    flash(_("%(name)s er slettet.", name=name))
    return _back(conference)


@bp.get("/admin/k/<slug>/innledere/paminnelse")
@requires(PROGRAMME)
def speaker_reminder(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Who would be reminded of what, and the letter as the first of them gets it."""
    rows = deadlines.to_remind(conference)
    subject = body = ""
    if rows:
        with force_locale(rows[0].speaker.language):
            missing = deadlines.missing_words(rows[0])
            subject, body = speaker_letters.reminder(rows[0].speaker, missing, deadlines.due(conference))
    return render_template(
        "presentations/reminder.html",
        conference=conference,
        rows=rows,
        in_words=_in_words,
        subject=subject,
        body=body.replace(speaker_letters.LINK, _("[lenken til siden]")),
        act=ActForm(formdata=None),
    )


@bp.post("/admin/k/<slug>/innledere/paminnelse")
@requires(PROGRAMME)
def remind_speakers(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Write to all of them."""
    begin_write()
    sent = deadlines.remind(conference, deadlines.to_remind(conference), staff.actor)
    db.session.commit()
    wake()
    flash(ngettext("Én påminnelse er på vei.", "%(num)s påminnelser er på vei.", sent))
    return _back(conference)


@bp.get("/admin/k/<slug>/innledere/frist")
@requires(PROGRAMME)
def slide_deadline(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for the deadline."""
    return _deadline_page(conference, DeadlineForm(deadlines.deadline(conference), formdata=None))


@bp.post("/admin/k/<slug>/innledere/frist")
@requires(PROGRAMME)
def set_slide_deadline(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Set, move or take it away."""
    form = DeadlineForm(None)
    if not form.validate_on_submit():
        return _deadline_page(conference, form), 422
    begin_write()
    told = deadlines.set_deadline(conference, form.due.data, form.remind_days.data or 0, staff.actor, tell=form.tell.data)
    db.session.commit()
    wake()
    flash(_("Fristen er lagret."))
    if told:
        flash(ngettext("Én innleder får beskjed.", "%(num)s innledere får beskjed.", told))
    return _back(conference)


def _form_page(conference: Conference, form: SpeakerForm, row: Speaker | None, *, is_old: bool = False) -> str:
    standing = next((each for each in handing_in.standings(conference) if row and each.speaker.id == row.id), None)
    return render_template(
        "presentations/speaker.html",
        conference=conference,
        form=form,
        row=row,
        is_old=is_old,
        standing=standing,
        others=[other for other in speakers.speakers(conference) if row and other.id != row.id],
        in_words=_in_words,
        parts=PART_LABELS,
        act=ActForm(formdata=None),
    )


def _in_words(row: Standing) -> str:
    """What somebody lacks, as a list in a sentence."""
    return ", ".join(str(LACK_WORDS[what]) for what in row.lacks)


def _deadline_page(conference: Conference, form: DeadlineForm) -> str:
    return render_template("presentations/deadline.html", conference=conference, form=form)


def _speaker(conference: Conference, uid: UUID) -> Speaker:
    return speakers.find_speaker(conference, uid) or abort(404)


def _to(conference: Conference, uid: UUID) -> ResponseReturnValue:
    return redirect(url_for("presentations.speaker", slug=conference.slug, uid=uid), 303)


def _back(conference: Conference, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("presentations.speaker_list", slug=conference.slug, _anchor=anchor), 303)
