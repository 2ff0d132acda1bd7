"""Publishing drafts mail to those the changes concern, and sends nothing before somebody says so."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import publishing
from konferanse.front.publishing import Published
from konferanse.programme import change_letters, editing, moving, speakers
from konferanse.programme.models import ProgrammeItem, Speaker
from konferanse.registration.mail import mailings, programme_news
from konferanse.registration.models import Mailing, Registration, RegistrationDay
from tests.conftest import StrictClient
from tests.programme.making import add

PAGE = "/admin/k/prove/program"
LETTERS = "/admin/k/prove/epost/endringsbrev"
TOLD = "drafts: 0 to participants, 1 to speakers; 0 speakers without an address\n"


@pytest.fixture
def talk(conference: Conference) -> ProgrammeItem:
    """A published programme: Kari's talk on the first day, Ola's on the second; Kari has an address and reads nynorsk."""
    begin_write()
    row = add(conference, "10:00", "10:30", "Foredrag", speaker="Kari, NAV")
    add(conference, "10:00", "10:30", "Samtale", day=conference.last_date, speaker="Ola")
    who("Kari").email, who("Kari").language = "kari@example.org", "nn"
    publishing.publish(conference, "Første", "", "system")
    db.session.commit()
    return row


def who(name: str) -> Speaker:
    return db.session.scalars(select(Speaker).where(Speaker.name == name)).one()


def comes(conference: Conference, email: str, *days: date, status: str = "confirmed", language: str = "nb") -> None:
    """Somebody is signed up."""
    person = {"status": status, "name": email, "email": email, "email_key": email, "language": language}
    person |= {"organisation_name": "NAV", "organisation_type": "nav", "county": "nordland"}
    row = Registration(conference_id=conference.id, **person)
    row.days = [RegistrationDay(date=day) for day in days]
    db.session.add(row)


def publish(conference: Conference, note: str = "") -> Published:
    found = publishing.publish(conference, "Neste", note, "system")
    db.session.commit()
    return found


def later(item: ProgrammeItem, minutes: int = 15) -> None:
    """Begin a write first."""
    moving.move(item, item.version, item.start.replace(minute=minutes), None, "system")


def everybody(mailing: Mailing | None) -> list[str]:
    assert mailing is not None
    query = mailings.audience_query(mailing.conference, mailing.audience)
    return [person.email for person in db.session.scalars(query)]


def test_those_with_a_seat_on_a_changed_day_are_drafted_to_in_their_languages(
    conference: Conference, talk: ProgrammeItem
) -> None:
    first, second = conference.first_date, conference.last_date
    begin_write()
    comes(conference, "en@example.org", first)
    comes(conference, "to@example.org", second)
    comes(conference, "begge@example.org", first, second, language="en")
    comes(conference, "venter@example.org", first, status="waiting")
    later(talk)
    news = publish(conference).news
    assert everybody(news) == ["en@example.org", "begge@example.org"]
    assert news is not None
    assert news.status == "draft"
    assert set(news.texts) == {"nb", "en"}
    assert "– Foredrag" in news.texts["nb"]["text"]
    assert "/k/prove/program" in news.texts["nb"]["text"]
    assert news.texts["en"]["subject"].startswith("News in the programme")
    assert db.session.scalars(select(OutboxMail).where(OutboxMail.status != "draft")).all() == []


def test_what_moves_to_another_day_concerns_both(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    comes(conference, "to@example.org", conference.last_date)
    moving.move(talk, talk.version, editing.moment(conference.last_date, talk.start.time()), None, "system")
    assert everybody(publish(conference).news) == ["to@example.org"]


def test_some_of_many_days_can_be_drafted_to_and_the_form_shows_them(
    conference: Conference, talk: ProgrammeItem, sign_in: Callable[..., StrictClient]
) -> None:
    begin_write()
    conference.last_date = date.fromordinal(conference.first_date.toordinal() + 3)
    for n, day in enumerate(conference.dates):
        comes(conference, f"{n}@example.org", day)
    for day in (conference.dates[0], conference.dates[3]):
        add(conference, "15:00", "16:00", "Ny post", day=day)
    news = publish(conference).news
    assert everybody(news) == ["0@example.org", "3@example.org"]
    assert news is not None
    page = sign_in("organiser", conference=conference).get(f"/admin/k/prove/epost/utsending/{news.uid}").get_data(as_text=True)
    assert f'selected value="{conference.dates[0]} {conference.dates[3]}"' in page


def test_the_organisers_own_note_is_the_text(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    comes(conference, "en@example.org", conference.first_date)
    later(talk)
    news = publish(conference, "Foredraget begynner litt senere. {lenke}").news
    assert news is not None
    assert "Foredraget begynner litt senere. (lenke)" in news.texts["nb"]["text"]


def test_nobody_is_drafted_to_without_participants_changes_or_an_earlier_release(
    conference: Conference, talk: ProgrammeItem
) -> None:
    begin_write()
    assert publish(conference).news is None  # nothing changed
    begin_write()
    later(talk)
    assert publish(conference).news is None  # nobody is signed up
    assert db.session.scalars(select(Mailing)).all() == []


def test_an_untouched_draft_is_replaced_by_one_that_tells_of_everything(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    comes(conference, "en@example.org", conference.first_date)
    later(talk)
    publish(conference, "Første endring.")
    begin_write()
    add(conference, "15:00", "16:00", "Ny post")
    publish(conference, "Andre endring.")
    [news] = db.session.scalars(select(Mailing)).all()
    assert "– Foredrag" in news.texts["nb"]["text"]
    assert "– Ny post" in news.texts["nb"]["text"]


def test_a_draft_that_somebody_has_saved_stays(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    comes(conference, "en@example.org", conference.first_date)
    later(talk)
    news = publish(conference).news
    assert news is not None
    begin_write()
    mailings.keep(conference, news.uid, mailings.Wanted({"nb": {"subject": "Mitt", "text": "Eget"}}, {}), "staff:1")
    assert programme_news.unseen(conference) is None
    add(conference, "15:00", "16:00", "Ny post")
    publish(conference)
    first, second = db.session.scalars(select(Mailing).order_by(Mailing.id)).all()
    assert first.texts["nb"]["text"] == "Eget"
    assert "Foredrag" not in second.texts["nb"]["text"]


def test_a_speaker_is_written_to_of_their_own_items_in_their_language(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    later(talk)
    add(conference, "15:00", "16:00", "Ny post")
    found = publish(conference).speakers
    [letter] = change_letters.drafts(conference)
    assert (found.letters, found.unreachable) == (1, [])
    assert (letter.recipient, letter.language, letter.status) == ("kari@example.org", "nn", "draft")
    assert "– Foredrag" in letter.body
    assert "Flytta: før " in letter.body
    assert "Ny post" not in letter.body
    assert f"[[innleder:{who('Kari').uid}" in letter.body


def test_one_without_an_address_is_named_and_one_who_is_taken_out_is_told(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    speakers.assign(conference, talk, ["Ola"])
    found = publish(conference).speakers
    assert found.unreachable == ["Ola"]
    [letter] = change_letters.drafts(conference)
    assert "Du står ikkje lenger oppført her" in letter.body


def test_a_letter_never_sent_is_replaced_by_one_that_tells_of_all_since_what_was_known(
    conference: Conference, talk: ProgrammeItem
) -> None:
    for minutes in (15, 20, 25):
        begin_write()
        later(talk, minutes)
        publish(conference)
    [letter] = change_letters.drafts(conference)
    assert "10.25" in letter.body
    begin_write()
    later(talk, 0)
    publish(conference)
    assert change_letters.drafts(conference) == []  # it is where they think it is


def test_what_is_written_in_a_title_never_becomes_somebodys_link(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    talk.title = f"[[innleder:{who('Ola').uid}:0]]"
    later(talk)
    publish(conference)
    [letter] = change_letters.drafts(conference)
    assert letter.body.count("[[innleder:") == 1
    assert str(who("Kari").uid) in letter.body


def test_the_organiser_reads_the_letters_and_sends_those_that_are_chosen(
    conference: Conference, talk: ProgrammeItem, sign_in: Callable[..., StrictClient]
) -> None:
    begin_write()
    who("Ola").email = "ola@example.org"
    comes(conference, "en@example.org", conference.first_date)
    for item in editing.items(conference):
        later(item)
    db.session.commit()
    organiser = sign_in("organiser", conference=conference)
    assert organiser.submit(f"{PAGE}/publiser", {"name": "Neste", "note": ""}, page=PAGE).status_code == 303
    page = organiser.get(PAGE).get_data(as_text=True)
    assert "Se over e-posten til 1 deltaker" in page
    assert "Se over brevene til 2 innledere" in page
    letters = organiser.get(LETTERS).get_data(as_text=True)
    assert "[lenken til mottakerens egen side]" in letters
    chosen = next(letter for letter in change_letters.drafts(conference) if letter.recipient == "ola@example.org")
    assert organiser.submit(LETTERS, {"brev": [str(chosen.uid), "tull"]}, page=LETTERS).status_code == 303
    db.session.expire_all()
    assert {mail.recipient: mail.status for mail in db.session.scalars(select(OutboxMail))} == {
        "ola@example.org": "queued",
        "kari@example.org": "draft",
    }
    organiser.submit(f"{LETTERS}/slett", page=LETTERS)
    assert "Ingen brev venter" in organiser.get(LETTERS).get_data(as_text=True)


def test_an_editor_who_is_no_organiser_is_told_who_sends_and_cannot_read_the_letters(
    conference: Conference, talk: ProgrammeItem, sign_in: Callable[..., StrictClient]
) -> None:
    begin_write()
    later(talk)
    db.session.commit()
    editor = sign_in("programme", conference=conference)
    editor.submit(f"{PAGE}/publiser", {"name": "Neste", "note": ""}, page=PAGE)
    page = editor.get(PAGE).get_data(as_text=True)
    assert "En arrangør ser over og sender dem" in page
    assert LETTERS not in page
    assert editor.get(LETTERS).status_code == 403


def test_those_whom_nobody_can_write_to_are_named_to_whoever_publishes(
    conference: Conference, talk: ProgrammeItem, sign_in: Callable[..., StrictClient]
) -> None:
    begin_write()
    for item in editing.items(conference):
        later(item)
    db.session.commit()
    editor = sign_in("programme", conference=conference)
    editor.submit(f"{PAGE}/publiser", {"name": "Neste", "note": ""}, page=PAGE)
    assert "Endringene gjelder også Ola, som vi ikke har e-postadressen til" in editor.get(PAGE).get_data(as_text=True)


def test_a_publication_that_is_rolled_back_leaves_no_draft(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    comes(conference, "en@example.org", conference.first_date)
    later(talk)
    publishing.publish(conference, "Neste", "", "system")
    db.session.rollback()
    assert db.session.scalars(select(Mailing)).all() == []
    assert db.session.scalars(select(OutboxMail)).all() == []


def test_the_command_publishes_and_says_what_waits(app: Flask, conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    later(talk)
    db.session.commit()
    told = app.test_cli_runner().invoke(args=["programme", "publish", "prove", "--name", "Neste"])
    assert (told.exit_code, told.stdout, told.stderr) == (0, "2\tNeste\n", TOLD)
