"""Published by the clock: nobody sees it a minute before, everybody at the moment, nobody once it is withdrawn."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.common.clock import local, now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations import outline, tasks
from konferanse.presentations.models import Video
from konferanse.programme import releases
from tests.conftest import StrictClient
from tests.presentations import files
from tests.presentations.handing_in import PAGE, PUBLIC, address, film, only, typed, upload
from tests.programme.making import add


def clock(moment: datetime) -> str:
    """A moment as a browser's field has it."""
    return f"{local(moment):%Y-%m-%dT%H:%M}"


def seen(client: StrictClient) -> dict[str, int]:
    """What the public gets of the one presentation, by part."""
    uid = only().uid
    parts = {
        "page": f"{PUBLIC}/{uid}",
        "file": address(only()),
        "picture": f"{PUBLIC}/{uid}/sider/1.webp",
        "zip": f"{PUBLIC}.zip",
    }
    return {name: client.get(path).status_code for name, path in parts.items()}


NOTHING = {"page": 404, "file": 404, "picture": 404, "zip": 404}
EVERYTHING = {"page": 200, "file": 200, "picture": 200, "zip": 200}


def test_it_is_seen_from_the_minute_that_was_chosen(
    editor: StrictClient, client: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(editor)
    tasks.make_waiting()
    moment = (now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    page = f"{PAGE}/{only().uid}"
    assert editor.submit(f"{page}/publisering", {"moment": clock(moment)}, page=page).status_code == 303
    assert only().publish_at == moment
    assert "Publiseres" in editor.get(PAGE).get_data(as_text=True)
    text = editor.get(page).get_data(as_text=True)
    assert "Alle kan se den fra" in text
    assert f'value="{clock(moment)}"' in text
    assert seen(client) == NOTHING
    monkeypatch.setenv("KONFERANSE_NOW", (moment - timedelta(seconds=1)).isoformat())
    assert seen(client) == NOTHING
    assert "Bodø industri" not in client.get(PUBLIC).get_data(as_text=True)
    monkeypatch.setenv("KONFERANSE_NOW", moment.isoformat())
    assert seen(client) == EVERYTHING
    assert "Bodø industri" in client.get(PUBLIC).get_data(as_text=True)
    assert "Bodø industri" in client.get("/k/prove").get_data(as_text=True)
    assert only().published is None  # the worker has not been by, and need not


def test_the_worker_notes_what_has_become_public(editor: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(editor)
    film(editor)
    video = db.session.scalars(select(Video)).one()
    moment = (now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    for page in (f"{PAGE}/{only().uid}", f"{PAGE}/video/{video.uid}"):
        editor.submit(f"{page}/publisering", {"moment": clock(moment)}, page=page)
    tasks.publish_due()
    assert (only().published, only().publish_at) == (None, moment)
    monkeypatch.setenv("KONFERANSE_NOW", (moment + timedelta(seconds=30)).isoformat())
    tasks.publish_due()
    db.session.rollback()
    assert (only().published, only().publish_at) == (moment, None)
    assert (video.published, video.publish_at) == (moment, None)
    noted = select(AuditEntry.action).where(AuditEntry.actor == "system", AuditEntry.action.endswith(".published"))
    assert sorted(set(db.session.scalars(noted).all()) - {"conference.published"}) == [
        "presentation.published",
        "video.published",
    ]


def test_what_is_withdrawn_is_gone_at_once_also_before_its_time(
    editor: StrictClient, client: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(editor)
    tasks.make_waiting()
    moment = (now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    page = f"{PAGE}/{only().uid}"
    editor.submit(f"{page}/publisering", {"moment": clock(moment)}, page=page)
    monkeypatch.setenv("KONFERANSE_NOW", moment.isoformat())
    assert seen(client) == EVERYTHING
    editor.submit(f"{page}/trekk", page=page)
    assert seen(client) == NOTHING
    assert "Bodø industri" not in client.get(PUBLIC).get_data(as_text=True)


def test_it_is_published_when_its_item_has_ended(editor: StrictClient, conference: Conference) -> None:
    begin_write()
    item = add(conference, "09:00", "10:15", "IPS i praksis")
    releases.publish(conference, "Utgave", "system")
    db.session.commit()
    ends = item.end
    upload(editor, item=str(item.uid))
    page = f"{PAGE}/{only().uid}"
    assert "Publiser når programposten er ferdig" in editor.get(page).get_data(as_text=True)
    editor.submit(f"{page}/publisering", {"when": "item"}, page=page)
    assert only().publish_at == ends


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"moment": ""}, "Velg dato og klokkeslett"),
        ({"moment": "i morgen"}, "Velg dato og klokkeslett"),
        ({"moment": "2019-06-26T10:00"}, "Tidspunktet har vært"),
        ({"moment": "2999-06-26T10:00"}, "innen to år"),
        ({"when": "item"}, "ikke knyttet til en programpost"),
    ],
)
def test_a_moment_that_will_not_do_is_refused_with_why(editor: StrictClient, sent: dict[str, str], says: str) -> None:
    upload(editor)
    page = f"{PAGE}/{only().uid}"
    refused = editor.submit(f"{page}/publisering", sent, page=page)
    assert (refused.status_code, says in refused.get_data(as_text=True)) == (422, True)
    assert only().publish_at is None


def test_nothing_is_scheduled_without_a_summary_and_none_is_taken_from_what_is(editor: StrictClient) -> None:
    upload(editor, summary="")
    page = f"{PAGE}/{only().uid}"
    later = clock(now() + timedelta(hours=2))
    assert editor.submit(f"{page}/publisering", {"moment": later}, page=page).status_code == 409
    editor.submit(page, {k: v for k, v in typed(b"").items() if k != "file"})
    assert editor.submit(f"{page}/publisering", {"moment": later}, page=page).status_code == 303
    emptied = {k: v for k, v in typed(b"", summary="").items() if k != "file"}
    assert editor.submit(page, emptied).status_code == 422
    assert only().summary == "Kort sagt."


def deck() -> bytes:
    """A PPTX of two slides."""
    return files.slides(("Tre trinn på veien", "Avklare"), ("Det vi trenger av dere", "En kontaktperson"))


def test_the_summary_begins_as_the_titles_and_is_not_published_so(editor: StrictClient, client: StrictClient) -> None:
    upload(editor, deck(), "a.pptx", summary="")
    tasks.make_waiting()
    page = f"{PAGE}/{only().uid}"
    draft = "– Tre trinn på veien\n– Det vi trenger av dere"
    assert draft in editor.get(page).get_data(as_text=True)
    sent = {k: v for k, v in typed(b"", summary=draft).items() if k != "file"}
    assert editor.submit(page, sent).status_code == 303  # kept as it is, for somebody to go on with
    assert editor.submit(f"{page}/publiser", page=page).status_code == 409
    assert client.get(f"{PUBLIC}/{only().uid}").status_code == 404
    own = draft + "\nEn tiltaksbedrift avklarer, lærer opp og følger opp, og én person holder tråden."
    editor.submit(page, sent | {"summary": own})
    assert editor.submit(f"{page}/publiser", page=page).status_code == 303
    refused = editor.submit(page, sent)  # nor may it go back to that while it is public
    assert refused.status_code == 422
    assert "bare titlene" in refused.get_data(as_text=True)


@pytest.mark.parametrize(
    ("summary", "untouched"),
    [
        ("– Tre trinn\n– Veien videre", True),
        ("tre TRINN.\n* Veien videre", True),
        ("– Tre trinn\nOg litt til.", True),
        ("– Tre trinn\nHun viste hvordan en kandidat går fra avklaring til fast arbeid.", False),
        ("Kort sagt.", False),
    ],
)
def test_titles_alone_are_no_summary(summary: str, untouched: bool) -> None:
    assert outline.is_untouched(summary, ["Tre trinn", "Veien videre"]) is untouched


def test_a_film_of_an_item_stands_on_the_page_of_its_slides(
    editor: StrictClient, client: StrictClient, conference: Conference, write: Callable[[], None]
) -> None:
    write()
    item = add(conference, "09:00", "10:15", "IPS i praksis")
    releases.publish(conference, "Utgave", "system")
    db.session.commit()
    upload(editor, item=str(item.uid), publish="y")
    assert film(editor, item=str(item.uid), title="Opptak av innlegget").status_code == 303
    where = f"{PUBLIC}/{only().uid}"
    assert "Opptak av innlegget" not in client.get(where).get_data(as_text=True)
    video = db.session.scalars(select(Video)).one()
    editor.submit(f"{PAGE}/video/{video.uid}/publiser", page=PAGE)
    text = client.get(where).get_data(as_text=True)
    for part in ("Opptak av innlegget", "Takk for at du kom.", f"{PUBLIC}/video/{video.uid}/teksting.vtt"):
        assert part in text
    assert "Mer fra samme programpost" not in text
    upload(editor, item=str(item.uid), title="Den andre halvdelen", publish="y")
    assert "Den andre halvdelen" in client.get(where).get_data(as_text=True)
    assert "Video fra programmet" in client.get(PUBLIC).get_data(as_text=True)
