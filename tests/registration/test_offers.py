"""What is left is told before one chooses; an offered seat is answered on the personal page."""

from collections.abc import Callable
from datetime import timedelta

import icalendar
import pytest

from konferanse.common.clock import now
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import seats, signup, tasks
from konferanse.registration.ledger import DIGITAL, PLACE, Key
from konferanse.registration.models import Registration
from tests.conftest import StrictClient
from tests.registration.conftest import mails, path_of, person

SignUp = Callable[..., str]


def limit(conference: Conference, limits: dict[Key, int], hours: int | None = None, mode: str = "open") -> None:
    begin_write()
    conference.offer_hours, conference.signup_mode = hours, mode
    seats.set_limits(conference, limits)
    db.session.commit()


@pytest.fixture
def offered(conference: Conference, sign_up: SignUp) -> Registration:
    """Somebody who has been offered a seat, with one in line behind."""
    limit(conference, {PLACE: 1}, hours=24)
    for name in "abc":
        sign_up(f"{name}@example.org")
    begin_write()
    signup.cancel(person("a@example.org"))
    db.session.commit()
    return person("b@example.org")


def text(client: StrictClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def test_places_left_are_told_by_day_and_digitally(client: StrictClient, conference: Conference, sign_up: SignUp) -> None:
    first, second = conference.dates
    limits = {PLACE: 10, ("day", first.isoformat()): 3, ("day", second.isoformat()): 1, DIGITAL: 2, ("type", "nav"): 0}
    limit(conference, limits)
    sign_up("a@example.org")
    sign_up("b@example.org", attendance="digital")
    for path in (f"/k/{conference.slug}", f"/k/{conference.slug}/pamelding"):
        page = text(client, path)
        for told in (f"{first.day}.", ": 2 ledige", ": fullt", "Digitalt: 1 ledig<", "NAV: fullt"):
            assert told in page, (path, told)


def test_a_day_has_no_more_left_than_the_conference(client: StrictClient, conference: Conference, sign_up: SignUp) -> None:
    limit(conference, {PLACE: 2, ("day", conference.dates[0].isoformat()): 50})
    sign_up("a@example.org")
    assert ": 1 ledig<" in text(client, f"/k/{conference.slug}/pamelding")


def test_full_on_every_day_is_full(client: StrictClient, conference: Conference) -> None:
    limit(conference, {PLACE: 10} | {("day", day.isoformat()): 0 for day in conference.dates})
    assert "Alle plassene på stedet er tatt" in text(client, f"/k/{conference.slug}/pamelding")


@pytest.mark.postgres
def test_an_offer_is_accepted_on_the_personal_page(client: StrictClient, offered: Registration) -> None:
    page = path_of(offered)
    shown = text(client, page)
    assert "du har fått tilbud om plass" in shown
    assert "Svar innen" in shown
    assert icalendar.Calendar.from_ical(client.get(page + "/kalender.ics").get_data()).walk("VEVENT") == []
    for _ in range(2):
        assert client.submit(page + "/ja", page=page).status_code == 303
    db.session.refresh(offered)
    assert (offered.status, offered.offer_expires) == ("confirmed", None)
    assert [mail.kind for mail in mails(to="b@example.org")] == ["waiting", "offered", "confirmed"]
    assert len(icalendar.Calendar.from_ical(client.get(page + "/kalender.ics").get_data()).walk("VEVENT")) == 2


def test_no_thanks_gives_the_offer_to_the_next(client: StrictClient, offered: Registration) -> None:
    client.submit(path_of(offered) + "/avmeld", page=path_of(offered))
    assert person("c@example.org").status == "offered"
    assert [mail.calendar for mail in mails("cancelled", "b@example.org")] == [None]


def test_an_offer_that_has_lapsed_is_refused_in_words(
    client: StrictClient, conference: Conference, offered: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_write()
    offered.offer_expires = now()
    signup.settle(conference)
    db.session.commit()
    page = path_of(offered)
    assert "tilbudet om plass gikk ut" in text(client, page)
    refused = client.submit(page + "/ja", page="/inn")
    assert refused.status_code == 409
    assert "gått til den neste i køen" in refused.get_data(as_text=True)
    assert person("c@example.org").status == "offered"


def test_an_offer_of_a_conference_that_is_off_is_not_accepted(
    client: StrictClient, conference: Conference, offered: Registration
) -> None:
    begin_write()
    signup.call_off(conference, "postponed", "Streik.", "system")
    db.session.commit()
    assert client.submit(path_of(offered) + "/ja", page=path_of(offered)).status_code == 409
    assert offered.status == "waiting"


@pytest.mark.postgres
def test_an_offer_is_not_lost_while_the_conference_is_off(
    conference: Conference, offered: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_write()
    conference.first_date += timedelta(days=60)
    conference.last_date += timedelta(days=60)
    signup.call_off(conference, "postponed", "Streik.", "system")
    db.session.commit()
    monkeypatch.setenv("KONFERANSE_NOW", (now() + timedelta(days=3)).isoformat())
    tasks.settle_due.call_local()
    assert offered.status == "waiting"
    begin_write()
    lifecycle.change_status(conference, "published", "system")
    db.session.commit()
    tasks.settle_due.call_local()
    assert offered.status == "offered"
    assert offered.offer_expires == now() + timedelta(hours=24)
    assert person("c@example.org").status == "waiting"


def test_a_seat_given_up_while_the_conference_was_off_goes_to_the_first_in_line(
    conference: Conference, sign_up: SignUp
) -> None:
    limit(conference, {PLACE: 1})
    sign_up("a@example.org")
    sign_up("b@example.org")
    begin_write()
    signup.call_off(conference, "postponed", "Streik.", "system")
    signup.cancel(person("a@example.org"))
    lifecycle.change_status(conference, "published", "system")
    db.session.commit()
    assert person("b@example.org").status == "waiting"
    tasks.settle_due.call_local()
    assert person("b@example.org").status == "confirmed"


def test_other_days_keep_the_offer_and_put_nothing_in_the_calendar(
    client: StrictClient, conference: Conference, offered: Registration
) -> None:
    sent = {"days": [conference.dates[0].isoformat()], "attendance": "physical"}
    assert client.submit(path_of(offered) + "/endre", sent).status_code == 303
    db.session.refresh(offered)
    assert offered.status == "offered"
    assert [mail.calendar for mail in mails("changed")] == [None]


def test_who_is_selected_from_is_told_of_no_line(client: StrictClient, conference: Conference, sign_up: SignUp) -> None:
    limit(conference, {PLACE: 5}, mode="moderated")
    for path in (f"/k/{conference.slug}", f"/k/{conference.slug}/pamelding"):
        assert "Arrangøren velger hvem som får plass" in text(client, path)
    assert sign_up("a@example.org") == "waiting"
    page = text(client, path_of(person("a@example.org")))
    assert "vi har fått påmeldingen din" in page
    assert "nummer" not in page
    assert "kø" not in page
    assert [mail.kind for mail in mails()] == ["applied"]
    begin_write()
    signup.change(person("a@example.org"), conference.dates[:1], "physical")
    signup.send_link(conference, "a@example.org")
    db.session.commit()
    assert not [mail for mail in mails() if "venteliste" in mail.body]
