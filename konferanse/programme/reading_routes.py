"""The public programme: by day, room and kind, what a search finds, what is on now, the screen in the hall, and on paper."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.clock import local, now
from konferanse.conference.access import PUBLIC, READ
from konferanse.conference.cache import cached_by
from konferanse.conference.models import Conference
from konferanse.programme import agenda, events, feed, printing, reading, releases
from konferanse.programme.kinds import ITEM_LANGUAGES, KIND_COLOURS, KIND_LABELS
from konferanse.programme.present import present
from konferanse.programme.reading import Asked
from konferanse.programme.routes import bp


@bp.get("/k/<slug>/program")
@cached_by("vis", "dag")
@requires(PUBLIC)
def public(conference: Conference) -> ResponseReturnValue:
    """The programme that is published: ``?vis=rom`` by room, ``?vis=type`` by kind, ``?dag=`` one day, ``?q=`` a search."""
    asked = _asked()
    release = releases.published(conference)
    if release is None:
        return render_template("programme/public.html", conference=conference, release=None, **words())
    entries = agenda.shown(release.content)
    read = reading.read(entries, agenda.titles(release.content), asked)
    if asked.day is not None and asked.day not in read.dates:
        abort(404)
    here = present(entries, now())
    is_on = here.state == "today" and conference.status not in ("cancelled", "postponed")
    return render_template(
        "programme/public.html",
        conference=conference,
        release=release,
        read=read,
        present=here if is_on and read.is_whole else None,
        data=_structured(conference, entries) if read.is_whole else None,
        calendar=calendar_addresses(conference),
        calendars={
            section.key: calendar_addresses(conference, section.calendar) for section in read.sections if section.calendar
        },
        **words(),
    )


@bp.get("/k/<slug>/program/naa", endpoint="present")
@cached_by()
@requires(PUBLIC)
def on_now(conference: Conference) -> ResponseReturnValue:
    """What is on now and next."""
    return _present_page(conference, "programme/present.html")


@bp.get("/k/<slug>/skjerm")
@cached_by()
@requires(PUBLIC)
def screen(conference: Conference) -> ResponseReturnValue:
    """The same for a screen in the hall: large, without anything to press."""
    return _present_page(conference, "programme/screen.html")


@bp.get("/k/<slug>/program.pdf", endpoint="paper")
@requires(PUBLIC)
def paper(conference: Conference) -> ResponseReturnValue:
    """The programme on paper, a page for each day."""
    release = releases.published(conference) or abort(404)
    address = current_app.config["BASE_URL"] + url_for("programme.public", slug=conference.slug, lang=None)
    return _pdf(printing.released_pdf(conference, release, address), f"program-{conference.slug}.pdf")


@bp.get("/admin/k/<slug>/utskrifter/dorskilt.pdf")
@requires(READ)
def door_signs(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """A sign for each door and day, or for the day asked for; before the first release, of the working copy."""
    release = releases.published(conference)
    content = release.content if release else releases.working_copy(conference)
    response = _pdf(printing.door_signs(conference, content, _asked().day), f"dorskilt-{conference.slug}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response


def words() -> dict[str, Any]:
    """What templates that show items need."""
    kinds, languages = ({key: str(label) for key, label in labels.items()} for labels in (KIND_LABELS, ITEM_LANGUAGES))
    labels = {"kinds": kinds, "colours": KIND_COLOURS, "languages_of_items": languages}
    return labels | {"anchor": feed.anchor, "local_date_of": _local_date}


def calendar_addresses(conference: Conference, chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Where calendar programs fetch the programme, or what is ``chosen`` of it: to subscribe to (webcal) and as a file."""
    asked: dict[str, Any] = {"slug": conference.slug, "lang": None, **(chosen or {})}
    address = current_app.config["BASE_URL"] + url_for("programme.ics", **asked)
    return {"webcal": feed.webcal(address), "file": address}


def _present_page(conference: Conference, template: str) -> str:
    moment, release = now(), releases.published(conference)
    return render_template(
        template,
        conference=conference,
        present=present(agenda.shown(release.content), moment) if release else None,
        moment=moment,
        today=local(moment).date(),
        **words(),
    )


def _structured(conference: Conference, entries: Sequence[agenda.Entry]) -> dict[str, Any]:
    base = current_app.config["BASE_URL"]
    page = base + url_for("programme.public", slug=conference.slug, lang=None)
    return events.with_items(events.conference(conference, base + f"/k/{conference.slug}"), conference, entries, page)


def _asked() -> Asked:
    """What the address asks for. What is no view or no date does not exist, so that no made-up address is kept."""
    view, day = request.args.get("vis") or "dag", request.args.get("dag")
    if view not in reading.VIEWS:
        abort(404)
    try:
        chosen = date.fromisoformat(day) if day else None
    except ValueError:
        abort(404)
    if chosen is not None and chosen.isoformat() != day:
        abort(404)
    return Asked(view, chosen, " ".join(request.args.get("q", "").split())[: reading.LONGEST_SEARCH])


def _local_date(moment: datetime) -> date:
    return local(moment).date()


def _pdf(body: bytes, name: str) -> Response:
    """A PDF to read or keep. ``name`` is made of ASCII only."""
    response = Response(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
