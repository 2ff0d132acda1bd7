"""Earlier releases, for everybody to read: what was published, when, and what was new in it."""

from itertools import pairwise

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.conference.access import PUBLIC
from konferanse.conference.cache import cached
from konferanse.conference.models import Conference
from konferanse.programme import agenda, releases
from konferanse.programme.routes import bp


@bp.get("/k/<slug>/program/utgaver")
@cached
@requires(PUBLIC)
def release_history(conference: Conference) -> ResponseReturnValue:
    """Every release with what it was called and how much was new."""
    rows = releases.history(conference)
    new = {later.number: len(releases.compare(earlier.content, later.content)) for later, earlier in pairwise(rows)}
    return render_template("programme/releases.html", conference=conference, releases=rows, new=new)


@bp.get("/k/<slug>/program/utgaver/<int:number>")
@cached
@requires(PUBLIC)
def release(conference: Conference, number: int) -> ResponseReturnValue:
    """One release as it was, and what was new since the one before."""
    rows = {row.number: row for row in releases.history(conference)}
    row, earlier = rows.get(number), rows.get(number - 1)
    if row is None:
        abort(404)
    changes = releases.compare(earlier.content, row.content) if earlier else []
    return render_template(
        "programme/release.html",
        conference=conference,
        release=row,
        is_newest=number == max(rows),
        days=agenda.days(row.content),
        changes=changes,
    )
