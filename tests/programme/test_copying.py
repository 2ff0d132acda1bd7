"""A day of the programme is copied to another day: seen first, then made beside what is there."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import checking, copying, editing, history
from konferanse.programme.models import ItemSpeaker, ProgrammeItem
from tests.conftest import StrictClient
from tests.programme.making import add

PAGE = "/admin/k/prove/program/kopier"


@pytest.fixture
def days(conference: Conference) -> tuple[date, date]:
    """Two talks and a cancelled one on the first day, one on the second."""
    begin_write()
    hall = editing.save_room(conference, None, "Storsalen", 100)
    about = {"description": "Slik gjør vi det.", "audience": "Ledere", "links": "https://example.org/a", "expected": 40}
    add(conference, "09:00", "10:00", "Åpning", room=hall, speaker="Direktøren\nKari Nordmann, NAV", language="nn", **about)
    add(conference, "11:00", "12:30", "Gruppearbeid", kind="group_work")
    add(conference, "13:00", "14:00", "Avlyst foredrag", status="cancelled")
    add(conference, "09:30", "10:15", "Neste dag", day=conference.dates[1], room=hall)
    [_direktor, kari] = db.session.scalars(select(ItemSpeaker).order_by(ItemSpeaker.position)).all()
    kari.part = "chair"
    db.session.commit()
    return conference.dates[0], conference.dates[1]


def on(conference: Conference, day: date) -> list[str]:
    db.session.rollback()
    items = copying.items_on(conference, day)
    return [f"{item.title} {local(item.start):%H.%M}–{local(item.end):%H.%M}" for item in items]


def copy(conference: Conference, source: date, target: date, **how: bool) -> list[ProgrammeItem]:
    begin_write()
    made = list(copying.copy_day(conference, source, target, "staff:1", **how))
    db.session.commit()
    return made


def test_the_copies_stand_at_the_same_time_beside_what_was_there(conference: Conference, days: tuple[date, date]) -> None:
    copy(conference, *days)
    assert on(conference, days[1]) == ["Åpning 09.00–10.00", "Neste dag 09.30–10.15", "Gruppearbeid 11.00–12.30"]
    assert on(conference, days[0]) == ["Åpning 09.00–10.00", "Gruppearbeid 11.00–12.30", "Avlyst foredrag 13.00–14.00"]
    assert any(found.kind == "room" for found in checking.conflicts(conference))  # the editor tells of the clash


def test_a_copy_says_the_same_under_an_id_and_a_number_of_its_own(conference: Conference, days: tuple[date, date]) -> None:
    opening, _group = copy(conference, *days)
    original = editing.items(conference)[0]
    same = ("title", "kind", "room_id", "language", "description", "audience", "links", "expected", "status", "speaker")
    assert [getattr(opening, name) for name in same] == [getattr(original, name) for name in same]
    assert [(row.speaker_id, row.part) for row in opening.speakers] == [(row.speaker_id, row.part) for row in original.speakers]
    items = editing.items(conference)
    assert sorted(item.number for item in items) == [1, 2, 3, 4, 5, 6]
    assert len({item.uid for item in items}) == 6


def test_speakers_stay_behind_when_they_are_not_asked_along(conference: Conference, days: tuple[date, date]) -> None:
    opening, _group = copy(conference, *days, with_speakers=False)
    assert (opening.speaker, editing.items(conference)[0].speaker) == ("", "Direktøren; Kari Nordmann, NAV")


def test_a_copied_day_can_be_taken_back_in_one_go(conference: Conference, days: tuple[date, date]) -> None:
    copy(conference, *days)
    begin_write()
    edit = history.last(conference)
    assert edit is not None
    assert (edit.kind, len(edit.items)) == ("copied", 2)
    history.undo(conference, edit.id, "staff:1")
    db.session.commit()
    assert on(conference, days[1]) == ["Neste dag 09.30–10.15"]
    assert len(on(conference, days[0])) == 3


def test_the_log_says_which_day_and_how_much(conference: Conference, days: tuple[date, date]) -> None:
    copy(conference, *days)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "programme.day_copied")).one()
    assert (entry.actor, entry.scope) == ("staff:1", "prove")
    assert entry.detail == {"day": days[0].isoformat(), "to": days[1].isoformat(), "items": 2}


def test_the_night_the_clocks_change_is_refused_when_an_item_would_be_in_that_hour(conference: Conference) -> None:
    begin_write()
    saturday, sunday = date(2027, 3, 27), date(2027, 3, 28)
    row = lifecycle.create("var", "Vår", "dialogkonferanse", saturday, sunday)
    add(row, "02:15", "02:45", "Nattkafé")
    db.session.commit()
    with pytest.raises(Refused, match="«Nattkafé» ville begynt eller sluttet mens klokka stilles om"):
        copying.preview(row, saturday, sunday)


def test_across_the_change_the_clock_on_the_wall_is_kept(conference: Conference) -> None:
    begin_write()
    saturday, sunday = date(2027, 3, 27), date(2027, 3, 28)
    row = lifecycle.create("var", "Vår", "dialogkonferanse", saturday, sunday)
    add(row, "09:00", "10:00", "Åpning")
    db.session.commit()
    [copied] = copying.preview(row, saturday, sunday)
    assert (f"{copied.start:%H.%M}", f"{local(copied.start):%H.%M}") == ("07.00", "09.00")


def test_what_lasted_past_the_hour_that_comes_twice_is_refused_where_it_comes_once(conference: Conference) -> None:
    """From 02.30 to 02.15 the second time: on other days the end would be before the start."""
    begin_write()
    autumn = date(2027, 10, 31)
    row = lifecycle.create("host", "Høst", "dialogkonferanse", autumn, autumn.replace(month=11, day=1))
    item = add(row, "02:30", "04:00", "Nattkafé")
    item.end = item.start + timedelta(minutes=45)
    db.session.commit()
    assert (local(item.start).hour, local(item.end).fold) == (2, 1)
    with pytest.raises(Refused, match="mens klokka stilles om"):
        copying.preview(row, autumn, autumn.replace(month=11, day=1))


def test_the_page_shows_what_would_be_made_and_only_the_button_makes_it(
    sign_in: Callable[..., StrictClient], conference: Conference, days: tuple[date, date]
) -> None:
    editor = sign_in("programme", conference=conference)
    first, second = days
    assert f"{PAGE}?fra={first}" in editor.get("/admin/k/prove/program").get_data(as_text=True)
    begun = editor.get(f"{PAGE}?fra={first}").get_data(as_text=True)
    assert f'<option selected value="{second}">' in begun  # the next day is proposed
    assert 'checked class="ds-input" id="innledere"' in begun
    asked = {"fra": first.isoformat(), "til": second.isoformat(), "innledere": "y"}
    seen = editor.get(PAGE, query_string=asked).get_data(as_text=True)
    assert "2 programposter blir laget" in seen
    assert "Dagen har alt 1 programpost. Den blir stående" in seen
    assert "Avlyst foredrag" not in seen
    assert on(conference, second) == ["Neste dag 09.30–10.15"]
    sent = editor.submit(PAGE, asked, page=f"{PAGE}?fra={first}&til={second}&innledere=y")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/admin/k/prove/program#dag-{second}")
    assert len(on(conference, second)) == 3


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"til": "1999-01-01"}, "Velg en av dagene konferansen varer."),
        ({"fra": "tull"}, "Velg en av dagene konferansen varer."),
        ({"til": "same"}, "Velg en annen dag enn den du kopierer fra."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_made(
    sign_in: Callable[..., StrictClient], conference: Conference, days: tuple[date, date], wrong: dict[str, str], told: str
) -> None:
    editor = sign_in("programme", conference=conference)
    first, second = (day.isoformat() for day in days)
    asked = {"fra": first, "til": second} | {name: first if value == "same" else value for name, value in wrong.items()}
    seen = editor.get(PAGE, query_string=asked)
    assert (seen.status_code, told in seen.get_data(as_text=True)) == (422, True)
    sent = editor.submit(PAGE, asked, page=f"{PAGE}?fra={first}&til={second}")
    assert (sent.status_code, told in sent.get_data(as_text=True)) == (422, True)
    assert len(editing.items(conference)) == 4


def test_an_empty_day_has_nothing_to_copy(sign_in: Callable[..., StrictClient], conference: Conference) -> None:
    editor = sign_in("programme", conference=conference)
    first, second = (day.isoformat() for day in conference.dates)
    assert "Ingen programposter blir laget" in editor.get(f"{PAGE}?fra={first}&til={second}").get_data(as_text=True)
    begin_write()
    add(conference, "09:00", "10:00", "Åpning", day=conference.dates[1])
    db.session.commit()
    page = f"{PAGE}?fra={second}&til={first}"
    sent = editor.submit(PAGE, {"fra": first, "til": second}, page=page)
    assert (sent.status_code, "Dagen har ingen programposter å kopiere" in sent.get_data(as_text=True)) == (422, True)
