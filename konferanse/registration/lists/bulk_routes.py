"""Doing one thing to many participants: a page that tells what will happen, the doing, and taking it back."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.errors import Refused
from konferanse.common.language import number
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import places, seats
from konferanse.registration.lists import bulk, undoing
from konferanse.registration.lists.listing import Search
from konferanse.registration.models import BulkAction
from konferanse.registration.routes import bp

MOST_TICKED = 1000


@bp.get("/admin/k/<slug>/pamelding/flere")
@requires(ORGANISER)
def choose_bulk(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """What would happen to those chosen."""
    action = request.args.get("handling", "")
    chosen = _chosen(request.args.get("gjelder"), request.args.getlist("valgt"))
    return _page(conference, action, Search.of(request.args, conference), chosen)


@bp.post("/admin/k/<slug>/pamelding/flere")
@requires(ORGANISER)
def do_bulk(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Do it, if it is still what the page told."""
    search, action = Search.of(request.form, conference), request.form.get("handling", "")
    chosen = _chosen(request.form.get("gjelder"), request.form.getlist("valgt"))
    if action not in bulk.ACTIONS or chosen == []:
        return _page(conference, action, search, chosen), 422
    begin_write()
    seats.lock(conference)  # what the plan is made from must not change before it is carried out
    planned = bulk.plan(conference, action, search, chosen)
    if planned.mark != request.form.get("merke"):
        db.session.rollback()
        told = _("Listen har endret seg siden du så på den. Se over på nytt. Ingenting er gjort.")
        return _page(conference, action, search, chosen, notice=told), 409
    try:
        done = bulk.carry_out(conference, planned, staff.actor)
    except Refused as refusal:
        db.session.rollback()
        return _page(conference, action, search, chosen, notice=refusal.message), 409
    slug = conference.slug
    db.session.commit()
    wake()
    flash(_told(action, done.people))
    if done.rest:
        flash(ngettext("Én fikk ikke plass.", "%(num)s fikk ikke plass, for alle plassene er tatt.", done.rest))
    return redirect(url_for(".listing", slug=slug, **search.address()), 303)


@bp.post("/admin/k/<slug>/pamelding/flere/<uuid:uid>/angre")
@requires(ORGANISER)
def undo_bulk(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Take it back."""
    query = select(BulkAction).where(BulkAction.conference_id == conference.id, BulkAction.uid == uid)
    action = db.session.scalar(query) or abort(404)
    search = Search.of(request.args, conference)
    begin_write()
    undone = undoing.undo(conference, action, staff.actor)
    slug, was_cancel = conference.slug, action.action == "cancel"
    db.session.commit()
    wake()
    flash(ngettext("Angret for én.", "Angret for %(num)s.", undone.restored + undone.waiting))
    if undone.waiting:
        flash(
            ngettext(
                "Én fikk ikke plassen tilbake, for den er gitt videre, men står på ventelisten.",
                "%(num)s fikk ikke plassen tilbake, for den er gitt videre, men står på ventelisten.",
                undone.waiting,
            )
        )
    if undone.left:
        flash(ngettext("Én kunne ikke settes tilbake.", "%(num)s kunne ikke settes tilbake.", undone.left))
    if was_cancel:
        flash(_("Det de hadde skrevet om allergi og tilrettelegging, er slettet og kommer ikke tilbake."))
    return redirect(url_for(".listing", slug=slug, **search.address()), 303)


def _chosen(who: str | None, ticked: list[str]) -> list[UUID] | None:
    """Those ticked, or None for everybody the search finds."""
    if who == "alle":
        return None
    uids = []
    for text in ticked[:MOST_TICKED]:
        try:
            uids.append(UUID(text))
        except ValueError:
            continue
    return uids


def _page(conference: Conference, action: str, search: Search, chosen: list[UUID] | None, *, notice: str = "") -> str:
    is_known = action in bulk.ACTIONS and chosen != []
    planned = bulk.plan(conference, action, search, chosen) if is_known else None
    return render_template(
        "registration/lists/bulk.html",
        conference=conference,
        search=search,
        chosen=chosen,
        planned=planned,
        notice=notice,
        most=bulk.most(action),
        title=bulk.ACTIONS.get(action, _("Gjør noe med flere")),
        consequences=_consequences(conference, planned) if planned else [],
        why_not=_why_not(action),
        button=_button(planned) if planned else "",
        act=ActForm(formdata=None),
    )


def _consequences(conference: Conference, planned: bulk.Plan) -> list[str]:
    lines = _what_happens(conference, planned.action, len(planned.people))
    if planned.others:
        lines.append(
            ngettext(
                "Én av de valgte er ikke med, for dette passer ikke for den.",
                "%(num)s av de valgte er ikke med, for dette passer ikke for dem.",
                planned.others,
            )
        )
    if planned.mailed:
        lines.append(
            ngettext(
                "Én får e-post om det, ti minutter etter at du trykker. Til da kan du angre.",
                "%(num)s får e-post om det, ti minutter etter at du trykker. Til da kan du angre.",
                planned.mailed,
            )
        )
    return lines


def _what_happens(conference: Conference, action: str, count: int) -> list[str]:
    if action == "seat":
        return [_seats_given(conference, count)]
    if action == "cancel":
        return [
            ngettext("Én blir avmeldt.", "%(num)s blir avmeldt.", count),
            _("Plassene går til dem som står først på ventelisten."),
            _("Det de har skrevet om allergi og tilrettelegging, blir slettet. Det kan ikke angres."),
        ]
    return [
        {
            "link": ngettext("Én får lenken sin på nytt.", "%(num)s får lenken sin på nytt.", count),
            "facilitator": ngettext("Én blir ordstyrer.", "%(num)s blir ordstyrere.", count),
            "participant": ngettext("Én blir deltaker.", "%(num)s blir deltakere.", count),
        }[action]
    ]


def _seats_given(conference: Conference, count: int) -> str:
    left = places.tally(conference).left
    if left is None or left >= count:
        return str(ngettext("Én på ventelisten får plass.", "%(num)s på ventelisten får plass.", count))
    told = _("Høyst %(left)s av %(count)s får plass, for det er bare så mange ledig. Den som har ventet lengst, går først.",
             left=number(left), count=number(count))  # fmt: skip
    return str(told)


def _why_not(action: str) -> str:
    words: dict[str, str] = {
        "seat": _("Ingen av dem står på ventelisten."),
        "cancel": _("Alle er alt avmeldt."),
        "link": _("Ingen av dem har e-postadresse."),
        "facilitator": _("Alle er ordstyrere fra før."),
        "participant": _("Alle er deltakere fra før."),
    }
    return words.get(action, "")


def _button(planned: bulk.Plan) -> str:
    n = len(planned.people)
    words: dict[str, str] = {
        "seat": ngettext("Gi én plass", "Gi plass", n),
        "cancel": ngettext("Meld av én", "Meld av %(num)s", n),
        "link": ngettext("Send lenken til én", "Send lenken til %(num)s", n),
        "facilitator": ngettext("Gjør én til ordstyrer", "Gjør %(num)s til ordstyrere", n),
        "participant": ngettext("Gjør én til deltaker", "Gjør %(num)s til deltakere", n),
    }
    return words[planned.action]


def _told(action: str, count: int) -> str:
    words: dict[str, str] = {
        "seat": ngettext("Én har fått plass.", "%(num)s har fått plass.", count),
        "cancel": ngettext("Én er avmeldt.", "%(num)s er avmeldt.", count),
        "link": ngettext("Lenken er på vei til én.", "Lenken er på vei til %(num)s.", count),
        "facilitator": ngettext("Én er nå ordstyrer.", "%(num)s er nå ordstyrere.", count),
        "participant": ngettext("Én er nå deltaker.", "%(num)s er nå deltakere.", count),
    }
    return words[action]
