"""Publishing makes a release that never changes; the public and the calendars read that."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask

from konferanse.common.errors import Refused
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, releases, speakers
from konferanse.programme.models import ProgrammeItem
from tests.programme.making import add


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2019, 6, 1, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def talk(clock: time_machine.Traveller, conference: Conference) -> ProgrammeItem:
    begin_write()
    item = add(conference, "09:30", "10:15", "Oppdraget")
    add(conference, "10:15", "10:30", "Pause", kind="break")
    db.session.commit()
    return item


def publish(conference: Conference, name: str = "Utgave") -> releases.Content:
    begin_write()
    content = releases.publish(conference, name, "system").content
    db.session.commit()
    return content


def change(item: ProgrammeItem, **new: object) -> None:
    begin_write()
    for name, value in new.items():
        if name == "speaker":
            speakers.assign(item.conference, item, [str(value)])
        else:
            setattr(item, name, value)
    db.session.commit()


def test_nothing_is_public_before_the_first_release(conference: Conference, talk: ProgrammeItem) -> None:
    assert releases.published(conference) is None
    assert releases.changes_waiting(conference) == 2


def test_a_release_holds_the_programme_as_it_was(conference: Conference, talk: ProgrammeItem) -> None:
    content = publish(conference, "Endelig  program")
    change(talk, title="Noe annet")
    release = releases.published(conference)
    assert release is not None
    assert (release.number, release.name) == (1, "Endelig program")
    assert release.content == content
    assert [item["title"] for item in content["items"]] == ["Oppdraget", "Pause"]
    assert set(content["items"][0]) == {
        *("uid", "number", "start", "end", "title", "kind", "room", "speaker", "language", "description"),
        *("room_uid", "speakers", "audience", "links", "status", "sequence", "modified"),
    }


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ({"title": "Oppdraget vårt"}, "Ny tittel"),
        ({"speaker": "Direktøren"}, "Ny innleder"),
        ({"kind": "social"}, "Ny type"),
        ({"language": "en"}, "Nytt språk"),
        ({"description": "Mer om dette"}, "Ny omtale"),
        ({"audience": "Ledere"}, "Ny målgruppe"),
        ({"links": "https://example.org/"}, "Nye lenker"),
        ({"status": "cancelled"}, "Ny status"),
    ],
)
def test_everything_a_reader_would_notice_is_a_change(
    conference: Conference, talk: ProgrammeItem, new: dict[str, object], told: str
) -> None:
    publish(conference)
    assert releases.changes_waiting(conference) == 0
    change(talk, **new)
    [found] = releases.changes(conference)
    assert (found.kind, [d.what for d in found.differences]) == ("changed", [told])
    assert releases.changes_waiting(conference) == 1


def test_a_longer_talk_and_a_moved_talk_and_a_renamed_room_are_changes(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    talk.room = editing.save_room(conference, None, "Storsalen", 200)
    db.session.commit()
    publish(conference)
    change(talk, end=talk.end + timedelta(minutes=5))
    assert [d.what for d in releases.changes(conference)[0].differences] == ["Ny slutt"]
    publish(conference)
    change(talk, start=talk.start + timedelta(minutes=5))
    assert [d.what for d in releases.changes(conference)[0].differences] == ["Flyttet"]
    publish(conference)
    begin_write()
    assert talk.room is not None
    editing.save_room(conference, talk.room, "Lillesalen", 20)
    db.session.commit()
    assert [d[1:] for d in releases.changes(conference)[0].differences] == [("Storsalen", "Lillesalen")]


def test_a_new_item_and_a_removed_one_and_a_days_heading_are_changes(conference: Conference, talk: ProgrammeItem) -> None:
    publish(conference)
    begin_write()
    editing.remove_item(talk, "system", conference.slug)
    add(conference, "11:00", "12:00", "Noe nytt")
    editing.name_day(conference, conference.first_date, "Hva hindrer oss")
    db.session.commit()
    assert [c.kind for c in releases.changes(conference)] == ["changed", "gone", "new"]


def test_only_what_changed_gets_a_new_sequence_and_a_new_modified(
    conference: Conference, talk: ProgrammeItem, clock: time_machine.Traveller
) -> None:
    first = publish(conference)
    assert [i["sequence"] for i in first["items"]] == [0, 0]
    clock.shift(timedelta(days=1))
    change(talk, title="Oppdraget vårt")
    second = publish(conference)
    assert [i["sequence"] for i in second["items"]] == [1, 0]
    assert [i["modified"][:10] for i in second["items"]] == ["2019-06-02", "2019-06-01"]
    clock.shift(timedelta(days=1))
    assert publish(conference)["items"] == second["items"]


def test_a_change_that_was_taken_back_raises_nothing(conference: Conference, talk: ProgrammeItem) -> None:
    publish(conference)
    change(talk, title="Feil")
    change(talk, title="Oppdraget")
    assert releases.changes_waiting(conference) == 0
    assert publish(conference)["items"][0]["sequence"] == 0


def test_another_part_in_an_item_is_noticed(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    speakers.assign(conference, talk, ["Kari"])
    db.session.commit()
    publish(conference)
    begin_write()
    talk.speakers[0].part = "chair"
    db.session.commit()
    [change] = releases.changes(conference)
    assert [(d.what, d.before, d.after) for d in change.differences] == [("Nye roller", "Kari (innleder)", "Kari (møteleder)")]
    assert publish(conference)["items"][0]["sequence"] == 1


def test_a_number_is_never_used_again(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    last = add(conference, "12:00", "13:00", "Siste")
    db.session.commit()
    number = last.number
    publish(conference)
    begin_write()
    editing.remove_item(last, "system", conference.slug)
    assert add(conference, "12:00", "13:00", "En annen").number == number + 1
    db.session.commit()


def test_an_empty_programme_and_a_nameless_release_are_refused(conference: Conference, talk: ProgrammeItem) -> None:
    begin_write()
    with pytest.raises(Refused, match="navn"):
        releases.publish(conference, " ", "system")
    other = lifecycle.create("annen", "Annen", "regionsamling", date(2019, 6, 1), date(2019, 6, 1))
    with pytest.raises(Refused, match="tomt"):
        releases.publish(other, "Utgave", "system")
    db.session.rollback()


@pytest.mark.postgres
def test_releases_are_numbered_one_by_one(app: Flask, conference: Conference) -> None:
    begin_write()
    add(conference, "09:30", "10:15", "Oppdraget")
    db.session.commit()
    for number in (1, 2, 3):
        publish(conference)
        assert releases.published(conference).number == number  # type: ignore[union-attr]


def test_a_clock_time_is_norwegian_in_summer_and_winter() -> None:
    assert editing.moment(date(2019, 6, 26), time(9)) == datetime(2019, 6, 26, 7, tzinfo=UTC)
    assert editing.moment(date(2019, 11, 1), time(9)) == datetime(2019, 11, 1, 8, tzinfo=UTC)
    assert editing.moment(date(2019, 10, 27), time(2, 30)) == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
    with pytest.raises(editing.NoSuchTime):
        editing.moment(date(2019, 3, 31), time(2, 30))


def test_what_was_taken_out_is_gone_for_readers_and_kept_for_calendars(conference: Conference, talk: ProgrammeItem) -> None:
    before = publish(conference)
    uid = str(talk.uid)
    begin_write()
    editing.remove_item(talk, "system", conference.slug)
    db.session.commit()
    assert [(change.kind, change.title) for change in releases.changes(conference)] == [("gone", "Oppdraget")]
    content = publish(conference)
    assert [item["title"] for item in releases.shown(content)] == ["Pause"]
    [removed] = [item for item in content["items"] if item["uid"] == uid]
    assert (removed["status"], removed["sequence"]) == ("removed", before["items"][0]["sequence"] + 1)
    assert releases.changes_waiting(conference) == 0
    assert [item for item in publish(conference)["items"] if item["uid"] == uid] == [removed]
