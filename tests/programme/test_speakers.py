"""Who speaks: named by a credit, the same person at several items."""

from collections.abc import Callable
from datetime import date

from flask import Flask
from flask_babel import force_locale

from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import speakers
from konferanse.programme.models import PARTS, ProgrammeItem
from tests.conftest import StrictClient
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


def test_what_somebody_does_stands_in_brackets_behind_the_credit() -> None:
    assert speakers.split_part("Kari, NAV (Møteleder)") == ("Kari, NAV", "chair")
    assert speakers.split_part("Kari (i  panelet)") == ("Kari (i  panelet)", None)
    assert speakers.split_part("Kari (i panelet)") == ("Kari", "panel")
    assert speakers.split_part("Kari Nordmann (NAV)") == ("Kari Nordmann (NAV)", None)
    assert speakers.all_said("Kari\nOla (panel)") == "Kari (innleder)\nOla (panel)"


def test_every_part_is_shown_as_it_is_read(app: Flask) -> None:
    for language in ("nb", "nn", "en"):
        with force_locale(language):
            for part in PARTS:
                assert speakers.split_part(speakers.with_part("Kari", part)) == ("Kari", None if part == "speaker" else part)


def test_a_part_said_in_the_items_form_is_kept_and_one_that_is_taken_away_is_gone(
    sign_in: Callable[..., StrictClient], conference: Conference
) -> None:
    begin_write()
    item = add(conference, "09:00", "09:30", "Samtale", speaker="Kari; Ola")
    db.session.commit()
    editor, page = sign_in("programme", conference=conference), f"/admin/k/prove/program/{item.uid}"
    told = {"title": "Samtale", "day": conference.first_date.isoformat(), "start": "09:00", "end": "09:30", "kind": "plenary"}
    told |= {"room": "", "language": "nb", "status": "confirmed"}
    for said, parts in (("Kari (møteleder)\nOla (panel)", ["chair", "panel"]), ("Kari\nOla (panel)", ["speaker", "panel"])):
        assert editor.submit(page, told | {"speaker": said, "version": str(item.version)}).status_code == 303
        db.session.expire_all()
        assert [row.part for row in item.speakers] == parts
    assert "Kari\nOla (i panelet)</textarea>" in editor.get(page).get_data(as_text=True).replace("\r", "")
