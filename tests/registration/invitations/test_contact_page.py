"""What the contact of an invited organisation is told."""

from datetime import timedelta

from konferanse.common.clock import today
from konferanse.conference.models import Conference
from tests.conftest import StrictClient
from tests.registration.invitations.test_invitations import delegate, invite, page_of, text


def test_an_organisation_that_sends_nobody_is_shown_the_way_everybody_else_goes(
    client: StrictClient, conference: Conference, desk: StrictClient
) -> None:
    page = page_of(invite(desk))
    client.submit(f"{page}/nei", page=page)
    closed = text(client, page)
    assert "beholder sine" not in closed
    assert f'href="/k/{conference.slug}/pamelding">Meld deg på</a>' in closed


def test_sentences_about_the_seats_do_not_run_together(
    client: StrictClient, conference: Conference, desk: StrictClient
) -> None:
    page = page_of(invite(desk, held_until=(today() + timedelta(days=2)).isoformat()))
    client.submit(page, delegate(conference, "Ola", attendance="digital"))
    assert "bruker ingen av plassene. Vi holder" in " ".join(text(client, page).split())
