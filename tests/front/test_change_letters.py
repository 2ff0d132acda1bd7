"""What speakers are told of their own items, and that a letter keeps to who they are till it is sent."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from konferanse.common import outbox
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import publishing
from konferanse.programme import change_letters, editing, moving, releases, speaker_editing, speaker_letters, speakers
from konferanse.programme.models import ProgrammeItem, Speaker
from konferanse.programme.speaker_editing import SpeakerValues
from konferanse.registration import labels
from konferanse.registration.mail import wording
from konferanse.registration.models import Registration, RegistrationDay
from tests.conftest import StrictClient
from tests.programme.making import add

PAGE = "/admin/k/prove/program"
LETTERS = "/admin/k/prove/epost/endringsbrev"


@pytest.fixture
def talk(conference: Conference) -> ProgrammeItem:
    """A published programme: a talk by Kari, who has an address, and Ola, who has none."""
    begin_write()
    row = add(conference, "10:00", "10:30", "Foredrag", speaker="Kari; Ola")
    who("Kari").email = "kari@example.org"
    publish(conference)
    return row


def who(name: str) -> Speaker:
    return db.session.scalars(select(Speaker).where(Speaker.name == name)).one()


def publish(conference: Conference, note: str = "") -> publishing.Published:
    found = publishing.publish(conference, "Neste", note, "system")
    db.session.commit()
    return found


def later(item: ProgrammeItem, minutes: int = 15) -> None:
    """Begin a write first."""
    moving.move(item, item.version, item.start.replace(minute=minutes), None, "system")


def moved_to(address: str) -> None:
    """Kari's address is put right."""
    row = who("Kari")
    values = {name: getattr(row, name) for name in SpeakerValues._fields}
    speaker_editing.change(row, SpeakerValues(**values | {"email": address}), "system")


def letter(conference: Conference) -> OutboxMail:
    [row] = change_letters.drafts(conference)
    return row


def test_a_letter_tells_what_was_and_what_is(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    later(talk)
    talk.title = "Nytt navn"
    publish(conference)
    body = letter(conference).body
    assert "– Nytt navn (" in body
    assert "kl. 10.00, nå " in body
    assert "Ny slutt: før 10.30, nå 10.45" in body
    assert "Ny tittel: før Foredrag, nå Nytt navn" in body


def test_a_letter_tells_that_it_is_called_off(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    talk.status = "cancelled"
    publish(conference)
    assert "\n  Avlyst\n" in letter(conference).body


def test_a_letter_tells_apart_what_is_gone_and_what_others_hold(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    other = add(conference, "12:00", "12:30", "Samtale", speaker="Kari")
    publish(conference)
    begin_write()
    change_letters.discard(conference)
    editing.remove_item(other, "system", "prove")
    speakers.assign(conference, talk, ["Ola"])
    publish(conference)
    body = letter(conference).body
    assert body.index("– Foredrag") < body.index("Du står ikke lenger oppført her") < body.index("– Samtale")
    assert body.index("– Samtale") < body.index("Utgår av programmet")


def test_texts_and_what_others_do_are_nobodys_own_news(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    talk.description = "Et nytt sammendrag"
    speakers.assign(conference, talk, ["Kari", "Ola (møteleder)", "Per"])
    publish(conference)
    assert change_letters.drafts(conference) == []
    assert [speaker.name for speaker, _letter in change_letters.unreachable(conference)] == ["Ola", "Per"]


def test_ones_own_part_is_news(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    speaker_editing.set_parts(who("Kari"), {talk.uid: "chair"}, "system")
    publish(conference)
    body = letter(conference).body
    assert "før Kari (innleder), nå Kari (møteleder)" in body
    assert "Ola" not in body


def test_a_draft_follows_the_address_and_holds_the_link_that_works(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    later(talk)
    publish(conference)
    begin_write()
    moved_to("ny@example.org")
    db.session.commit()
    row = letter(conference)
    assert row.recipient == "ny@example.org"
    assert outbox.link_placeholder("innleder", who("Kari").uid, 1) in row.body
    begin_write()
    talk.status = "cancelled"
    publish(conference)
    assert "kl. 10.00, nå " in letter(conference).body  # what the first draft said is not lost


def test_who_has_no_address_can_be_written_to_once_there_is_one(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    moved_to("")
    later(talk)
    assert publish(conference).speakers == (0, ["Kari", "Ola"])
    rows = [row for _speaker, row in change_letters.unreachable(conference)]
    begin_write()
    assert change_letters.send(conference, [row.uid for row in rows]) == 0
    with pytest.raises(Refused):
        outbox.send_again(rows[0])
    moved_to("kari@example.org")
    assert change_letters.send(conference, [row.uid for row in rows]) == 1
    assert [row.status for row in rows] == ["queued", "draft"]


def test_a_letter_whose_text_is_deleted_is_not_sent(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    later(talk)
    publish(conference)
    begin_write()
    row = letter(conference)
    row.body = ""
    assert change_letters.send(conference, [row.uid]) == 0


def test_drafts_to_somebody_who_was_another_row_go_with_that_row(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    later(talk)
    publish(conference)
    begin_write()
    speaker_editing.merge(who("Ola"), who("Kari"), "system")
    db.session.commit()
    assert change_letters.drafts(conference) == []


def test_own_words_stand_below_the_greeting_and_never_become_a_link(
    conference: Conference, talk: ProgrammeItem, sign_in: Callable[..., StrictClient]
) -> None:
    begin_write()
    later(talk)
    publish(conference)
    uid = letter(conference).uid
    organiser = sign_in("organiser", conference=conference)
    words = f"Beklager.\n[[innleder:{who('Ola').uid}:0]]"
    assert organiser.submit(LETTERS, {"brev": [str(uid)], "words": words}, page=LETTERS).status_code == 303
    db.session.expire_all()
    body = db.session.scalars(select(OutboxMail.body).where(OutboxMail.uid == uid)).one()
    assert body.startswith("Hei, Kari.\n\nBeklager.\n[ [innleder:")
    assert body.count("[[innleder:") == 1


def test_words_that_are_too_long_are_kept_and_nothing_is_sent(
    conference: Conference, talk: ProgrammeItem, sign_in: Callable[..., StrictClient]
) -> None:
    begin_write()
    later(talk)
    publish(conference)
    organiser = sign_in("organiser", conference=conference)
    refused = organiser.submit(LETTERS, {"brev": [], "words": "ord " * 600}, page=LETTERS)
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert "ord ord" in page
    assert " checked" not in page  # what was chosen is kept, too
    assert letter(conference).status == "draft"


def test_the_pages_say_who_has_no_address_and_what_a_mail_is(
    conference: Conference, talk: ProgrammeItem, sign_in: Callable[..., StrictClient]
) -> None:
    begin_write()
    later(talk)
    publish(conference)
    organiser = sign_in("organiser", conference=conference)
    assert "1 innleder mangler e-postadresse" in organiser.get(PAGE).get_data(as_text=True)
    assert f'href="/admin/k/prove/innledere/{who("Ola").uid}"' in organiser.get(LETTERS).get_data(as_text=True)
    mails = organiser.get("/admin/k/prove/epost").get_data(as_text=True)
    assert "Innleder: endring i programmet" in mails
    assert LETTERS in mails
    unsent: UUID = change_letters.unreachable(conference)[0][1].uid
    assert "Send e-posten" not in organiser.get(f"/admin/k/prove/epost/{unsent}").get_data(as_text=True)
    organiser.submit(f"{LETTERS}/slett", page=LETTERS)
    assert change_letters.unreachable(conference) == []


def test_every_kind_of_mail_that_has_a_name_in_the_code_has_one_on_the_page() -> None:
    assert {*speaker_letters.KINDS, speaker_letters.CHANGED, *wording.KINDS} <= labels.MAIL_KINDS.keys()


def test_our_own_suggestion_reaches_each_participant_in_their_language(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    person = {
        "status": "confirmed",
        "name": "Eve",
        "email": "e@example.org",
        "email_key": "e@example.org",
        "language": "en",
    }
    person |= {"organisation_name": "NAV", "organisation_type": "nav", "county": "nordland"}
    row = Registration(conference_id=conference.id, **person)
    row.days = [RegistrationDay(date=conference.first_date)]
    db.session.add(row)
    later(talk)
    suggestion = releases.in_words(releases.changes(conference)).replace("\n", "\r\n")
    news = publish(conference, suggestion).news
    assert news is not None
    assert "flyttet fra" in news.texts["nb"]["text"]
    assert "moved from" in news.texts["en"]["text"]
