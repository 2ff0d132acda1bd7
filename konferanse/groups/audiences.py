"""Whom the organiser can write to because of the tables."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from konferanse.conference.models import Conference
from konferanse.groups.models import Seating
from konferanse.registration.mail import mailings
from konferanse.registration.models import Registration


def without_table(_conference: Conference) -> ColumnElement[bool]:
    """Those who take a chair and have none yet."""
    seated = select(Seating.registration_id).where(Seating.ended.is_(None))
    takes_a_chair = (Registration.status == "confirmed") & (Registration.attendance == "physical")
    return takes_a_chair & Registration.id.not_in(seated)


mailings.AUDIENCES["no_table"] = mailings.Filter(_l("De som ikke har fått bord ennå"), without_table)
