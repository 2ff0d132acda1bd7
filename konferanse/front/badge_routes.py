"""Name badges show the table, and so are put together here: who comes is registration's, who sits where the groups'."""

from flask import request
from flask.typing import ResponseReturnValue

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.front.routes import bp
from konferanse.groups import seating
from konferanse.registration.day import papers
from konferanse.registration.day.paper_routes import as_file, asked_days


@bp.get("/admin/k/<slug>/utskrifter/navneskilt.pdf")
@requires(ORGANISER)
def badges(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Badges for everybody with a seat, or those of ``?dag=``, as ``?ark=`` a4 or a6."""
    paper = request.args.get("ark", "")
    days = asked_days(conference)
    people = papers.guests(conference, days[0] if len(days) < len(conference.dates) else None)
    tables = {person.id: seated.table.number for seated in seating.room(conference).tables for person in seated.people}
    paper = paper if paper in papers.PAPERS else "a4"
    return as_file(papers.badges(conference, people, paper, tables), f"navneskilt-{paper}-{conference.slug}.pdf")
