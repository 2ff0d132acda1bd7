"""What is done to the programme can be taken back, and done again, as long as nobody has changed the same items otherwise."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from sqlalchemy import select

from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations.models import Presentation
from konferanse.programme import editing, history, moving, shifting, speaker_editing, speakers
from konferanse.programme.models import ProgrammeEdit, ProgrammeItem
from konferanse.programme.shifting import Shift
from tests.conftest import StrictClient
from tests.programme.making import add

PAGE = "/admin/k/prove/program"
Act = Callable[[Conference, ProgrammeItem], Any]


@pytest.fixture
def talk(conference: Conference) -> ProgrammeItem:
    """10.00 in the hall, with two speakers; coffee follows."""
    begin_write()
    hall = editing.save_room(conference, None, "Storsalen", 100)
    row = add(conference, "10:00", "10:30", "Foredrag", room=hall, speaker="Kari, NAV\nOla, Nav Nordland", expected=40)
    add(conference, "10:30", "10:45", "Kaffe")
    db.session.commit()
    return row


def retitle(conference: Conference, item: ProgrammeItem) -> None:
    start, end = item.start, item.end
    changed = editing.ItemValues(start, end, "Ny tittel", "parallel", None, "Per", "nn", "Omtale", "Alle", None, "https://a.no")
    editing.change_item(item, item.version, changed, "staff:1", conference.slug)


def room_goes(conference: Conference, item: ProgrammeItem) -> None:
    moving.move(item, item.version, item.start, None, "staff:1")


def another(conference: Conference, item: ProgrammeItem) -> None:
    add(conference, "12:00", "13:00", "Lunsj")


def chaired(conference: Conference, item: ProgrammeItem) -> None:
    speaker_editing.set_parts(item.speakers[0].speaker, {item.uid: "chair"}, "staff:1")


ACTS: dict[str, Act] = {
    "added": another,
    "changed": retitle,
    "removed": lambda conference, item: editing.remove_item(item, "staff:1", conference.slug),
    "moved": room_goes,
    "placed": lambda conference, item: moving.place(conference, item, item.version, None, "staff:1"),
    "shifted": lambda conference, item: shifting.apply(conference, Shift(conference.first_date, time(9), 15), "staff:1"),
    "part": chaired,
}


def state(conference: Conference) -> list[dict[str, Any]]:
    db.session.rollback()
    return [history.values(item) for item in editing.items(conference)]


def last(conference: Conference) -> ProgrammeEdit:
    row = history.last(conference)
    assert row is not None
    return row


@pytest.mark.parametrize("act", ACTS)
def test_everything_can_be_taken_back_and_done_again(conference: Conference, talk: ProgrammeItem, act: str) -> None:
    before = state(conference)
    begin_write()
    ACTS[act](conference, talk)
    db.session.commit()
    after = state(conference)
    assert after != before
    begin_write()
    history.undo(conference, last(conference).id, "system")
    db.session.commit()
    assert state(conference) == before
    again = history.next_again(conference)
    begin_write()
    assert again is not None
    history.redo(conference, again.id, "system")
    db.session.commit()
    assert state(conference) == after


def test_an_undone_item_has_a_new_version_so_that_old_forms_are_found_out(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    retitle(conference, talk)
    history.undo(conference, last(conference).id, "system")
    db.session.commit()
    assert talk.version == 3


def test_a_deleted_item_comes_back_with_its_number_its_speakers_and_its_slides(
    conference: Conference, talk: ProgrammeItem
) -> None:
    begin_write()
    deck = Presentation(conference_id=conference.id, title="Lysbilder", item=talk)
    db.session.add(deck)
    db.session.flush()
    uid, number = talk.uid, talk.number
    editing.remove_item(talk, "system", conference.slug)
    assert editing.find_item(conference, uid) is None
    history.undo(conference, last(conference).id, "system")
    db.session.commit()
    db.session.expire_all()
    back = editing.find_item(conference, uid)
    assert back is not None
    assert (back.number, deck.item, [row.speaker.name for row in back.speakers]) == (number, back, ["Kari", "Ola"])


def test_edits_are_taken_back_one_after_the_other(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    retitle(conference, talk)
    ACTS["shifted"](conference, talk)
    for _turn in range(2):
        history.undo(conference, last(conference).id, "system")
    db.session.commit()
    assert (talk.title, f"{local(talk.start):%H.%M}") == ("Foredrag", "10.00")


def test_only_the_newest_can_be_taken_back(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    retitle(conference, talk)
    seen = last(conference).id
    another(conference, talk)
    with pytest.raises(Refused, match="Noen andre har endret"):
        history.undo(conference, seen, "system")
    db.session.rollback()


def test_a_new_edit_ends_what_could_be_done_again(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    retitle(conference, talk)
    history.undo(conference, last(conference).id, "system")
    another(conference, talk)
    db.session.commit()
    assert history.next_again(conference) is None


def test_what_was_changed_otherwise_since_is_left_alone(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    ACTS["shifted"](conference, talk)
    talk.title = "Endret uten spor"
    db.session.flush()
    with pytest.raises(Refused, match="Endret uten spor"):
        history.undo(conference, last(conference).id, "system")
    db.session.rollback()
    assert state(conference)[0]["title"] == "Foredrag"


def test_a_room_and_a_speaker_that_are_gone_do_not_come_back(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    retitle(conference, talk)
    kari = next(who for who in speakers.speakers(conference) if who.name == "Kari")
    speaker_editing.remove(kari, "system")
    [hall] = editing.rooms(conference)
    editing.remove_room(hall)
    history.undo(conference, last(conference).id, "system")
    db.session.commit()
    db.session.expire_all()
    assert (talk.title, talk.room, [row.speaker.name for row in talk.speakers]) == ("Foredrag", None, ["Ola"])


def test_fifty_edits_are_kept(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    for minute in range(history.KEPT + 5):
        moving.move(talk, talk.version, talk.start.replace(minute=minute % 30 + 1), None, "system")
    db.session.commit()
    assert len(db.session.scalars(select(ProgrammeEdit)).all()) == history.KEPT


def test_the_page_says_who_did_what_and_takes_it_back(
    sign_in: Callable[..., StrictClient], conference: Conference, talk: ProgrammeItem
) -> None:
    editor = sign_in("programme", conference=conference)
    editor.submit(f"{PAGE}/{talk.uid}/slett", page=f"{PAGE}/{talk.uid}")
    page = editor.get(PAGE).get_data(as_text=True)
    assert "Du slettet «Foredrag»" in page
    number = str(last(conference).id)
    assert editor.submit(f"{PAGE}/angre", {"number": number}, page=PAGE).status_code == 303
    page = editor.get(PAGE).get_data(as_text=True)
    assert "Angret: Du slettet «Foredrag»" in page
    assert [item["title"] for item in state(conference)] == ["Foredrag", "Kaffe"]
    assert editor.submit(f"{PAGE}/gjor-om", {"number": number}, page=PAGE).status_code == 303
    assert [item["title"] for item in state(conference)] == ["Kaffe"]
    late = editor.submit(f"{PAGE}/gjor-om", {"number": number}, page=PAGE)
    assert late.status_code == 409


def test_another_person_is_named(sign_in: Callable[..., StrictClient], conference: Conference, talk: ProgrammeItem) -> None:
    sign_in("organiser", conference=conference).submit(f"{PAGE}/{talk.uid}/slett", page=f"{PAGE}/{talk.uid}")
    page = sign_in("programme", conference=conference).get(PAGE).get_data(as_text=True)
    assert "Sigrid Saksbehandler slettet «Foredrag»" in page
