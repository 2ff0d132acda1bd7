"""A plan draft of twenty answers."""

import pytest

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.plan import drafting
from konferanse.plan.models import Plan
from konferanse.themes.tasks import run_now
from tests.factories.gathering import gather


def redraft(conference: Conference) -> Plan:
    """Make themes anew from what is answered now, and the draft from them."""
    run_now(conference, "system")
    begin_write()
    plan = drafting.draft(conference.mandate, "system", conference.slug)
    db.session.commit()
    return plan


@pytest.fixture
def plan(conference: Conference) -> Plan:
    """The draft of twenty answers in ``conference``."""
    begin_write()
    gather(conference)
    db.session.commit()
    return redraft(conference)
