"""Staff write the programme with plain forms; the public reads what is published."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from konferanse.common.clock import local
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, releases
from konferanse.programme.models import Day, ProgrammeItem, Room
from tests.conftest import StrictClient
from tests.programme.making import add

PAGE = "/admin/k/prove/program"


@pytest.fixture
def editor(sign_in: Callable[..., StrictClient], conference: Conference) -> StrictClient:
    return sign_in("programme", conference=conference)


@pytest.fixture
def item(conference: Conference) -> ProgrammeItem:
    begin_write()
    row = add(conference, "09:30", "10:15", "Oppdraget")
    db.session.commit()
    return row


def typed(conference: Conference, **other: Any) -> dict[str, Any]:
    fields = {"title": "IPS i praksis", "day": conference.first_date.isoformat(), "start": "09:00", "end": "10:15"}
    fields |= {"kind": "plenary", "room": "", "speaker": "Jobbspesialist, Helgeland", "language": "nb", "description": ""}
    return fields | other


def publish(conference: Conference) -> None:
    begin_write()
    releases.publish(conference, "Endelig program", "system")
    db.session.commit()


def test_an_item_is_typed_in_norwegian_time(editor: StrictClient, conference: Conference) -> None:
    response = editor.submit(f"{PAGE}/ny", typed(conference, start="9.00"))
    assert response.status_code == 303
    row = db.session.scalars(select(ProgrammeItem)).one()
    assert local(row.start).strftime("%H:%M") == "09:00"
    assert local(row.start).date() == conference.first_date
    assert "IPS i praksis" in editor.get(PAGE).get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": ""}, "Skriv hva programposten heter"),
        ({"title": "x" * 201}, "Kort ned teksten med 1 tegn"),
        ({"title": "a\0b"}, "tegn som ikke kan vises"),
        ({"start": ""}, "Skriv klokkeslettet slik: 09.30"),
        ({"end": "25:99"}, "Skriv klokkeslettet slik: 09.30"),
        ({"end": "09:00"}, "Slutten må være etter starten"),
        ({"end": "08:00"}, "Slutten må være etter starten"),
        ({"day": "2001-01-01"}, "Velg en av dagene"),
        ({"kind": "kaffe"}, "Velg en av typene"),
        ({"room": "11111111-1111-4111-8111-111111111111"}, "Velg et av rommene"),
        ({"language": "xx"}, "Velg et av språkene"),
        ({"description": "x" * 4001}, "Kort ned teksten med 1 tegn"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(
    editor: StrictClient, conference: Conference, wrong: dict[str, str], says: str
) -> None:
    response = editor.submit(f"{PAGE}/ny", typed(conference, **wrong))
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert says in page
    assert "Jobbspesialist, Helgeland" in page
    assert editing.items(conference) == []


def test_the_hour_that_summer_time_skips_is_refused(sign_in: Callable[..., StrictClient]) -> None:
    from datetime import date

    begin_write()
    spring = lifecycle.create("var", "Vår", "regionsamling", date(2027, 3, 28), date(2027, 3, 28))
    db.session.commit()
    editor = sign_in("programme", conference=spring)
    response = editor.submit("/admin/k/var/program/ny", typed(spring, start="02:30", end="04:00"))
    assert response.status_code == 422
    assert "Klokka stilles fram" in response.get_data(as_text=True)


def test_an_item_is_changed_and_deleted(editor: StrictClient, conference: Conference, item: ProgrammeItem) -> None:
    page = f"{PAGE}/{item.uid}"
    assert 'value="09:30"' in editor.get(page).get_data(as_text=True)
    assert editor.submit(page, typed(conference, version="1", title="Oppdraget vårt")).status_code == 303
    db.session.expire_all()
    assert (item.title, item.version) == ("Oppdraget vårt", 2)
    assert editor.submit(f"{page}/slett", page=page).status_code == 303
    assert editing.items(conference) == []


def test_whoever_writes_on_an_old_copy_sees_both(editor: StrictClient, conference: Conference, item: ProgrammeItem) -> None:
    page = f"{PAGE}/{item.uid}"
    editor.submit(page, typed(conference, version="1", title="Kollegaens tittel"))
    stale = editor.submit(page, typed(conference, version="1", title="Min tittel"))
    text = stale.get_data(as_text=True)
    assert stale.status_code == 409
    assert "Kollegaens tittel" in text
    assert "Min tittel" in text
    assert re.search(r'name="version"[^>]*value="2"', text)
    db.session.expire_all()
    assert item.title == "Kollegaens tittel"


def test_rooms_and_headings_are_written(editor: StrictClient, conference: Conference, item: ProgrammeItem) -> None:
    setup = f"{PAGE}/oppsett"
    editor.submit(f"{PAGE}/rom", {"ny-name": "Storsalen", "ny-capacity": "200"}, page=setup)
    room = db.session.scalars(select(Room)).one()
    assert (room.name, room.capacity) == ("Storsalen", 200)
    editor.submit(f"{PAGE}/rom/{room.uid}", {f"{room.uid.hex}-name": "Lillesalen", f"{room.uid.hex}-capacity": ""}, page=setup)
    db.session.expire_all()
    assert (room.name, room.capacity) == ("Lillesalen", None)
    day = conference.first_date
    editor.submit(f"{PAGE}/dag/{day}", {f"d{day:%Y%m%d}-title": "Hva hindrer oss"}, page=setup)
    assert db.session.scalars(select(Day.title)).one() == "Hva hindrer oss"
    assert editor.submit(f"{PAGE}/dag/2001-01-01", {}, page=setup).status_code == 404


def test_a_room_without_name_or_with_a_taken_one_is_refused(editor: StrictClient, conference: Conference) -> None:
    setup = f"{PAGE}/oppsett"
    editor.submit(f"{PAGE}/rom", {"ny-name": "Storsalen"}, page=setup)
    for name, capacity, says in [
        ("Storsalen", "10", "Det er alt et rom som heter"),
        ("", "10", "Skriv hva rommet heter"),
        ("Annet", "mange", "Skriv antall personer med tall"),
        ("Annet", "-1", "Skriv antall personer med tall"),
    ]:
        response = editor.submit(f"{PAGE}/rom", {"ny-name": name, "ny-capacity": capacity}, page=setup)
        assert response.status_code == 422
        assert says in response.get_data(as_text=True)
        assert f'value="{capacity}"' in response.get_data(as_text=True)
    assert len(db.session.scalars(select(Room)).all()) == 1


def test_a_day_has_hours_and_what_lies_outside_them_is_told(
    editor: StrictClient, conference: Conference, item: ProgrammeItem
) -> None:
    day, setup = conference.first_date, f"{PAGE}/oppsett"

    def save(start: str, end: str) -> TestResponse:
        fields = {"title": "Hva hindrer oss", "start": start, "end": end}
        return editor.submit(f"{PAGE}/dag/{day}", {f"d{day:%Y%m%d}-{name}": text for name, text in fields.items()}, page=setup)

    for start, end, says in (("ni", "15.00", "Skriv klokkeslettet slik"), ("15:00", "09:00", "Slutten må være etter starten")):
        refused = save(start, end)
        assert (refused.status_code, says in refused.get_data(as_text=True)) == (422, True)
        assert f'value="{start}"' in refused.get_data(as_text=True)
    assert save("10.00", "15:30").status_code == 303
    page = editor.get(setup).get_data(as_text=True)
    assert 'value="10:00"' in page
    assert 'value="15:30"' in page
    assert "Utenfor dagens tider, som er kl. 10.00–15.30." in editor.get(PAGE).get_data(as_text=True)
    assert save("", "").status_code == 303
    assert "Utenfor dagens tider" not in editor.get(PAGE).get_data(as_text=True)


def test_a_deleted_room_leaves_its_items(editor: StrictClient, conference: Conference, item: ProgrammeItem) -> None:
    editor.submit(f"{PAGE}/rom", {"ny-name": "Storsalen"}, page=f"{PAGE}/oppsett")
    room = db.session.scalars(select(Room)).one()
    editor.submit(f"{PAGE}/{item.uid}", typed(conference, version="1", room=str(room.uid)))
    editor.submit(f"{PAGE}/rom/{room.uid}/slett", page=f"{PAGE}/oppsett")
    db.session.expire_all()
    assert item.room is None


def test_publishing_shows_what_changed_and_asks_for_a_name(
    editor: StrictClient, client: StrictClient, conference: Conference, item: ProgrammeItem
) -> None:
    refused = editor.submit(f"{PAGE}/publiser", {"name": ""}, page=PAGE)
    assert refused.status_code == 422
    assert "Gi utgaven et navn" in refused.get_data(as_text=True)
    editor.submit(f"{PAGE}/publiser", {"name": "Foreløpig"}, page=PAGE)
    assert "Oppdraget" in client.get("/k/prove/program").get_data(as_text=True)
    editor.submit(f"{PAGE}/{item.uid}", typed(conference, version="1", title="Oppdraget vårt"))
    page = editor.get(PAGE).get_data(as_text=True)
    assert "fra «Oppdraget» til «Oppdraget vårt»" in page
    assert "1 endring venter" in page
    assert "Oppdraget vårt" not in client.get("/k/prove/program").get_data(as_text=True)


def test_before_the_first_release_the_public_page_says_it_is_coming(
    client: StrictClient, conference: Conference, item: ProgrammeItem
) -> None:
    page = client.get("/k/prove/program").get_data(as_text=True)
    assert "Programmet kommer" in page
    assert "Oppdraget" not in page


def test_the_public_page_shows_everything_and_marks_the_language(client: StrictClient, conference: Conference) -> None:
    begin_write()
    room = Room(conference_id=conference.id, name="Storsalen")
    db.session.add(room)
    more = {"speaker": "Professor", "room": room, "description": "Om <b>metoden</b>"}
    add(conference, "09:00", "10:15", "What works", language="en", **more)
    add(conference, "09:00", "10:00", "Parallelt", kind="parallel")
    add(conference, "09:00", "10:00", "Dag to", day=conference.last_date)
    db.session.commit()
    publish(conference)
    page = client.get("/k/prove/program").get_data(as_text=True)
    assert 'lang="en">What works</a>' in page
    for text in ("Storsalen", "Professor", "Om &lt;b&gt;metoden&lt;/b&gt;", "til kl. 10.15", "Parallelløkt", "Dag to"):
        assert text in page
    assert page.index("Parallelt") < page.index("Dag to")
    assert "Set-Cookie" not in client.get("/k/prove/program").headers


def test_the_public_page_asks_as_much_with_thirty_items_as_with_one(
    client: StrictClient, conference: Conference, item: ProgrammeItem
) -> None:
    from sqlalchemy import event

    counts = []
    for extra in (0, 30):
        begin_write()
        for n in range(extra):
            add(conference, "11:00", "11:30", f"Post {n}")
        db.session.commit()
        publish(conference)
        asked: list[str] = []

        def note(*args: Any, asked: list[str] = asked) -> None:
            asked.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        client.get("/k/prove/program")
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_readers_look_but_do_not_touch(
    sign_in: Callable[..., StrictClient], conference: Conference, item: ProgrammeItem
) -> None:
    reader = sign_in("read", conference=conference)
    page = reader.get(PAGE)
    assert page.status_code == 200
    assert reader.get(f"{PAGE}/ny").status_code == 403
    for path in ("publiser", "ny", str(item.uid), f"{item.uid}/slett", "rom"):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.get_data(as_text=True))
        assert token is not None
        assert reader.post(f"{PAGE}/{path}", data={"csrf_token": token[1]}).status_code == 403
    assert f'href="{PAGE}/ny' not in page.get_data(as_text=True)
    assert "Publiser programmet" not in page.get_data(as_text=True)


def test_another_conferences_items_and_rooms_do_not_exist(
    editor: StrictClient, conference: Conference, item: ProgrammeItem
) -> None:
    begin_write()
    first = conference.first_date
    other = lifecycle.create("annen", "Annen", "regionsamling", first, first + timedelta(days=1))
    theirs = add(other, "09:00", "10:00", "Deres")
    room = Room(conference_id=other.id, name="Deres rom")
    db.session.add(room)
    db.session.commit()
    assert editor.get("/admin/k/annen/program").status_code == 404
    assert editor.get(f"{PAGE}/{theirs.uid}").status_code == 404
    assert editor.submit(f"{PAGE}/{theirs.uid}/slett", page=f"{PAGE}/ny").status_code == 404
    assert editor.submit(f"{PAGE}/rom/{room.uid}/slett", page=f"{PAGE}/ny").status_code == 404
    assert editor.submit(f"{PAGE}/ny", typed(conference, room=str(room.uid))).status_code == 422
