"""Who speaks: named by a credit, the same person at several items."""

from datetime import date

from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import speakers
from konferanse.programme.models import ProgrammeItem
from tests.programme.making import add


def test_credits_stand_on_lines_or_between_semicolons_and_count_once() -> None:
    text = " Direktøren,  NAV Nordland\r\n\nRådgiver; Direktøren, NAV Nordland;"
    assert speakers.credits_in(text) == ["Direktøren, NAV Nordland", "Rådgiver"]


def test_the_same_credit_at_two_items_is_one_speaker(conference: Conference) -> None:
    begin_write()
    first = add(conference, "09:00", "09:30", "Åpning", speaker="Direktøren, NAV Nordland")
    second = add(conference, "10:00", "10:30", "Svar", speaker="direktøren,  nav nordland; Rådgiver")
    db.session.commit()
    assert [s.credit for s in speakers.speakers(conference)] == ["Direktøren, NAV Nordland", "Rådgiver"]
    assert first.speakers[0].speaker == second.speakers[0].speaker
    assert second.speaker == "Direktøren, NAV Nordland; Rådgiver"


def test_whoever_stays_keeps_their_part_and_nobody_of_another_conference_is_named(conference: Conference) -> None:
    begin_write()
    day = date(2026, 10, 24)
    add(lifecycle.create("annen", "En annen", "dialogkonferanse", day, day), "09:00", "09:30", "Deres", speaker="Rådgiver")
    item = add(conference, "09:00", "09:30", "Åpning", speaker="Møteleder; Rådgiver")
    item.speakers[0].part = "chair"
    db.session.commit()
    begin_write()
    speakers.assign(conference, item, ["Ny", "Møteleder"])
    db.session.commit()
    db.session.expire_all()
    row = db.session.get_one(ProgrammeItem, item.id)
    assert [(s.speaker.credit, s.part) for s in row.speakers] == [("Ny", "speaker"), ("Møteleder", "chair")]
    assert {s.conference_id for s in (each.speaker for each in row.speakers)} == {conference.id}
