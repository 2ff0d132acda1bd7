"""A facilitator who also speaks is needed in two places during group work, and the editor says so."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import checking
from konferanse.programme.models import Speaker
from tests.conftest import StrictClient
from tests.programme.making import add
from tests.registration.conftest import fill


@pytest.mark.parametrize(
    ("role", "status", "clashes"),
    [("facilitator", "confirmed", 1), ("participant", "confirmed", 0), ("facilitator", "waiting", 0)],
)
def test_a_speaker_with_a_facilitators_address_clashes_with_group_work(
    sign_in: Callable[..., StrictClient], conference: Conference, role: str, status: str, clashes: int
) -> None:
    begin_write()
    add(conference, "10:00", "11:00", "Ved bordene", kind="group_work")
    add(conference, "10:30", "11:30", "Foredrag", kind="parallel", speaker="Kari, NAV")
    db.session.scalars(select(Speaker)).one().email = "Kari@Example.org"
    db.session.commit()
    fill(conference, 1, email="kari@example.org", email_key="kari@example.org", role=role, status=status)
    assert len([found for found in checking.conflicts(conference) if found.kind == "person"]) == clashes
    page = sign_in("programme", conference=conference).get("/admin/k/prove/program").get_data(as_text=True)
    assert ("Kari, NAV er satt opp i «Ved bordene» og «Foredrag» samtidig." in page) == bool(clashes)
