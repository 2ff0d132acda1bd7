"""A refused form lists what to mend in the order it stands on the page, so that one can go through it from the top."""

import re
from typing import Any
from uuid import uuid4

import pytest

from konferanse.conference.models import Conference
from tests.conftest import StrictClient
from tests.registration.questions.asking import ask

LISTED = re.compile(r'<li><a class="ds-link" href="#([\w-]+)">')


def places_of_the_listed(page: str) -> list[int]:
    """Where on the page each field in the list of errors stands, in the order of the list."""
    listed = LISTED.findall(page)
    assert len(listed) > 1, page
    return [page.index(f' id="{field}"') for field in listed]


def in_order(page: str) -> bool:
    places = places_of_the_listed(page)
    return places == sorted(places)


PUBLIC: dict[str, dict[str, Any]] = {
    "pamelding": {"allergies": "nøtter", "days": ["2000-01-01"]},  # health data without its consent is a fault far down
    "pamelding/flere": {"name_2": "Ola", "days": ["2000-01-01"]},
}
STAFF: dict[str, dict[str, Any]] = {
    "ny": {},
    "oppsett": {"seats": "x", "signup_opens": "x", "each": "x", "type_kommune": "x", "freed": "offer", "offer_hours": "1"},
    "invitasjoner/ny": {"held_until": "x"},
    "skjema/ny": {"kind": "choice"},
}


@pytest.mark.parametrize("path", PUBLIC)
def test_the_public_forms_list_errors_from_the_top(client: StrictClient, conference: Conference, path: str) -> None:
    ask(conference, "Hvilken gruppe?", "text", required=True)
    answer = client.submit(f"/k/{conference.slug}/{path}", PUBLIC[path] | {"key": str(uuid4())})
    assert answer.status_code == 422
    assert in_order(answer.get_data(as_text=True))


@pytest.mark.parametrize("path", STAFF)
def test_the_organisers_forms_do_too(desk: StrictClient, conference: Conference, path: str) -> None:
    ask(conference, "Hvilken gruppe?", "text", required=True)
    answer = desk.submit(f"/admin/k/{conference.slug}/pamelding/{path}", STAFF[path] | {"key": str(uuid4())})
    assert answer.status_code == 422
    assert in_order(answer.get_data(as_text=True))
