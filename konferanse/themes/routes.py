"""Themes and points: start a run, follow it, and see what it found and where each answer went."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.answers.masking import hushed, secrets_of
from konferanse.answers.models import Words
from konferanse.answers.readings import UNREAD, marks_of
from konferanse.conference.access import PLAN, READ, permissions_of
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.themes import overview, runs, tasks
from konferanse.themes.material import material
from konferanse.themes.models import AggregationRun
from konferanse.themes.sensitive import spans_of

bp = Blueprint("themes", __name__)

KIND_LABELS = {
    "hindring": _l("Hindring"),
    "tiltak": _l("Tiltak"),
    "arbeidsform": _l("Arbeidsform"),
    "rutine": _l("Rutine"),
    "samarbeid": _l("Samarbeid"),
    "annet": _l("Annet"),
}


@bp.get("/admin/k/<slug>/temaer")
@requires(READ)
def show(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The newest themes, the points of one and the answers of one point; how a run is going."""
    newest, done = runs.newest(conference), runs.newest_done(conference.id)
    under_way = newest is not None and runs.is_under_way(newest)
    marks, may_start = marks_of(conference.id), "plan" in permissions_of(staff, conference)

    def hidden(own: overview.Said) -> list[Mapping[str, Any]]:
        return marks.get(own.answer.id, UNREAD).over(own.fate.sensitive)

    def words(own: overview.Said) -> str:
        return own.quote if may_start else hushed(own.quote, secrets_of(own.answer.text, hidden(own)))

    def own_fields(own: overview.Said) -> Words:
        said = own.fate.version.words
        return said if may_start else marks.get(own.answer.id, UNREAD).words(said, own.fate.sensitive, spans_of)

    body = render_template(
        "themes/show.html",
        conference=conference,
        newest=newest,
        under_way=under_way,
        stopped=newest is not None and newest.status in ("queued", "running") and not under_way,
        run=done,
        waiting=len(material(conference.id)) if done is None else _changed(conference, done),
        act=ActForm(),
        may_start=may_start,
        kinds=KIND_LABELS,
        reason_words=reason_words,
        words=words,
        own_fields=own_fields,
        hidden=hidden,
        **(_chosen(done) if done else {}),
    )
    if request.headers.get("HX-Request") and not under_way:
        return body, {"HX-Refresh": "true"}
    return body


def _changed(conference: Conference, run: AggregationRun) -> int:
    """How many answers are new or edited since ``run`` read them."""
    read = {fate.version_id for fate in run.fates}
    return sum(answer.version_id not in read for answer in material(conference.id))


def _chosen(run: AggregationRun) -> dict[str, Any]:
    """What the address asks for: a theme, a point of it, or what was laid aside. Something unknown is 404."""
    themes = overview.themes(run)
    chosen: dict[str, Any] = {"themes": themes, "totals": overview.totals(run), "theme": None, "point": None}
    ref = request.args.get("tema", "")
    if not ref:
        return chosen
    if ref == overview.PARKED:
        return chosen | {"theme": overview.PARKED, "parked": overview.parked(run)}
    theme = next((row for row in themes if row.ref == ref), None) or abort(404)
    points = overview.points(run, ref)
    chosen |= {"theme": theme, "points": points}
    if wanted := request.args.get("poeng"):
        point = next((row for row in points if row.ref == wanted), None) or abort(404)
        chosen |= {"point": point, "said": overview.said(run, point)}
    return chosen


def reason_words(reason: str) -> str:
    """Why the engine laid an answer aside, in words."""
    known = {"praktisk": _("Praktisk beskjed om selve dagen"), "uten ord": _("Uten ord")}
    return str(known.get(reason, reason))


@bp.post("/admin/k/<slug>/temaer")
@requires(PLAN)
def start(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Let the worker make themes and points."""
    begin_write()
    run = runs.start(conference, staff.actor)
    db.session.commit()
    tasks.carry_out(run.id)
    return redirect(url_for("themes.show", slug=conference.slug), 303)
