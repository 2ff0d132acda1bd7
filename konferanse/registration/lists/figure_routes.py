"""The page of pictures."""

from flask import render_template
from flask.typing import ResponseReturnValue

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.conference.access import READ, permissions_of
from konferanse.conference.models import Conference
from konferanse.registration import labels
from konferanse.registration.lists import figures as numbers
from konferanse.registration.lists import listing
from konferanse.registration.routes import bp


@bp.get("/admin/k/<slug>/pamelding/tall")
@requires(READ)
def figures(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Sign-up in pictures. No names; needs as counts, for those who may open them."""
    held = permissions_of(staff, conference)
    growth = numbers.growth(conference)
    types, counties = numbers.groups(conference)
    return render_template(
        "registration/lists/figures.html",
        conference=conference,
        growth=growth,
        table=numbers.in_table(growth),
        curve=numbers.curve(growth, conference.seats) if growth else None,
        box=(numbers.WIDTH, numbers.HEIGHT, numbers.LEFT, numbers.RIGHT, numbers.BOTTOM),
        types=types,
        counties=counties,
        needs=numbers.needs(conference) if "needs" in held else None,
        days=numbers.days(conference),
        fewest=listing.FEWEST_SHOWN,
        labels=labels,
        may_organise="organiser" in held,
    )
