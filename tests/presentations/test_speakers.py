"""A speaker's own page, and the pages where staff keep the speakers."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from lxml import html
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from konferanse.common import links
from konferanse.common.audit import AuditEntry
from konferanse.common.clock import now
from konferanse.common.outbox import OutboxMail
from konferanse.common.storage import File
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations.models import Presentation
from konferanse.programme import releases, speaker_editing, speakers
from konferanse.programme.models import ProgrammeItem, Speaker
from tests.conftest import StrictClient
from tests.presentations import files
from tests.programme.making import add

ADMIN = "/admin/k/prove/innledere"


@pytest.fixture
def kari(conference: Conference) -> Speaker:
    """Speaks at two items, one of them together with Ola."""
    begin_write()
    add(conference, "09:00", "09:30", "Åpning", speaker="Kari, NAV")
    add(conference, "10:00", "10:30", "Samtale", speaker="Kari, NAV; Ola")
    row = find("Kari")
    row.email = "kari@example.org"
    releases.publish(conference, "Utgave 1", "system")
    db.session.commit()
    return row


def find(name: str) -> Speaker:
    return db.session.scalars(select(Speaker).where(Speaker.name == name)).one()


def page_of(speaker: Speaker) -> str:
    return f"/innleder/{links.token('innleder', speaker.uid, speaker.generation)}"


def item(title: str) -> ProgrammeItem:
    return db.session.scalars(select(ProgrammeItem).where(ProgrammeItem.title == title)).one()


def hand_in(client: StrictClient, speaker: Speaker, where: str = "Åpning", **more: Any) -> TestResponse:
    fields = {"title": "Om dugnaden", "summary": "Kort sagt.", "file": FileStorage(BytesIO(files.pdf()), "dugnad.pdf")}
    return client.submit(f"{page_of(speaker)}/lysbilder/{item(where).uid}", fields | more)


def photo() -> FileStorage:
    out = BytesIO()
    Image.new("RGB", (900, 900), "teal").save(out, "JPEG")
    out.seek(0)
    return FileStorage(out, "meg.jpg")


def tell(client: StrictClient, speaker: Speaker, **more: Any) -> TestResponse:
    return client.submit(f"{page_of(speaker)}/om-deg", {"bio": "Leder NAV.", "wishes": "Rampe"} | more)


def seen(name: str) -> str:
    """What a form that is opened now has seen of them."""
    db.session.rollback()
    return speaker_editing.told_by(find(name))


def decks() -> list[Presentation]:
    return list(db.session.scalars(select(Presentation).order_by(Presentation.id)))


def test_slides_are_kept_with_whose_they_are_and_a_new_file_replaces_them(client: StrictClient, kari: Speaker) -> None:
    assert hand_in(client, kari).status_code == 303
    [deck] = decks()
    first = deck.file.name if deck.file else ""
    assert (deck.title, deck.speaker_id, deck.item_id, first) == ("Om dugnaden", kari.id, item("Åpning").id, "dugnad.pdf")
    assert (deck.accepted, deck.published) == (None, None)
    longer = BytesIO(files.pdf(lambda document: document.add_blank_page()))
    assert hand_in(client, kari, file=FileStorage(longer, "ny.pdf"), accept="y").status_code == 303
    db.session.expire_all()
    [deck] = decks()
    assert (deck.file.name if deck.file else "", deck.accepted is not None) == ("ny.pdf", True)
    assert "ny.pdf" in client.get(page_of(kari)).get_data(as_text=True)


def test_a_refused_file_leaves_what_was_typed_and_keeps_nothing(client: StrictClient, kari: Speaker) -> None:
    answer = hand_in(client, kari, summary="Alt jeg skrev.", file=FileStorage(BytesIO(b"<html>"), "side.pdf"))
    assert answer.status_code == 422
    assert "Alt jeg skrev." in answer.get_data(as_text=True)
    assert (decks(), db.session.scalars(select(File)).all()) == ([], [])


def test_no_longer_accepting_withdraws_what_is_published(client: StrictClient, kari: Speaker) -> None:
    hand_in(client, kari, accept="y")
    begin_write()
    decks()[0].published = now()
    db.session.commit()
    assert "Om dugnaden" in client.get("/k/prove/presentasjoner").get_data(as_text=True)
    client.submit(f"{page_of(kari)}/lysbilder/{item('Åpning').uid}", {"title": "Om dugnaden", "summary": "Kort sagt."})
    db.session.expire_all()
    assert (decks()[0].published, decks()[0].accepted) == (None, None)
    assert "Om dugnaden" not in client.get("/k/prove/presentasjoner").get_data(as_text=True)


def test_a_speaker_reaches_neither_others_items_nor_others_slides(client: StrictClient, kari: Speaker) -> None:
    hand_in(client, kari, "Åpning")
    hand_in(client, kari, "Samtale")
    ola = find("Ola")
    for path in (
        f"lysbilder/{item('Åpning').uid}",
        f"lysbilder/{item('Åpning').uid}/fil",
        f"lysbilder/{item('Samtale').uid}/fil",
    ):
        assert client.get(f"{page_of(ola)}/{path}").status_code == 404, path
    assert "Om dugnaden" not in client.get(f"{page_of(ola)}/lysbilder/{item('Samtale').uid}").get_data(as_text=True)
    hand_in(client, ola, "Samtale", title="Olas")
    assert [(d.title, d.speaker_id) for d in decks()] == [("Om dugnaden", kari.id), ("Om dugnaden", kari.id), ("Olas", ola.id)]


def test_text_and_picture_are_shown_while_the_speaker_agrees_and_no_longer(client: StrictClient, kari: Speaker) -> None:
    assert tell(client, kari, picture=photo(), picture_alt="Kari smiler", consent="y").status_code == 303
    picture, public = f"/k/prove/program/portrett/{kari.uid}", f"/k/prove/program/{item('Åpning').uid}"
    shown = client.get(public).get_data(as_text=True)
    assert ("Leder NAV." in shown, "Kari smiler" in shown, client.get(picture).status_code) == (True, True, 200)
    assert client.get(picture).headers["Content-Type"] == "image/webp"
    assert "Rampe" not in shown
    tell(client, kari, picture_alt="Kari smiler")
    hidden = client.get(public).get_data(as_text=True)
    assert ("Leder NAV." in hidden, "Kari smiler" in hidden, client.get(picture).status_code) == (False, False, 404)


def test_a_picture_needs_words_and_a_refused_one_keeps_what_was_typed(client: StrictClient, kari: Speaker) -> None:
    assert "Skriv hva bildet viser" in tell(client, kari, picture=photo()).get_data(as_text=True)
    answer = tell(client, kari, bio="Alt jeg skrev.", picture=FileStorage(BytesIO(b"GIF89a"), "meg.jpg"), picture_alt="Kari")
    assert (answer.status_code, "Alt jeg skrev." in answer.get_data(as_text=True)) == (422, True)
    assert find("Kari").bio == ""


def test_hours_that_cannot_be_are_told_at_the_field(client: StrictClient, kari: Speaker) -> None:
    assert "Slutten må være etter starten" in tell(client, kari, from_0="12.00", to_0="09.00").get_data(as_text=True)
    assert "Skriv klokkeslettet slik" in tell(client, kari, from_0="tidlig", to_0="09.00").get_data(as_text=True)
    assert tell(client, kari, from_0="0900", to_0="11:30").status_code == 303
    assert "kl. 09.00–11.30" in " ".join(client.get(page_of(kari)).get_data(as_text=True).split())


def test_a_stopped_link_says_so_and_a_made_up_one_does_not_exist(client: StrictClient, kari: Speaker) -> None:
    page = page_of(kari)
    headers = client.get(page).headers
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    begin_write()
    find("Kari").generation += 1
    db.session.commit()
    answer = client.get(page)
    assert (answer.status_code, "byttet ut" in answer.get_data(as_text=True)) == (403, True)
    assert client.get(page[:-1] + ("A" if page[-1] != "A" else "B")).status_code == 404


def test_the_own_page_tells_both_what_is_planned_and_what_is_published(client: StrictClient, kari: Speaker) -> None:
    begin_write()
    moved = item("Åpning")
    moved.start, moved.end = moved.start.replace(hour=12), moved.end.replace(hour=13)
    db.session.commit()
    page = client.get(page_of(kari)).get_data(as_text=True)
    assert "I det publiserte programmet står" in page
    assert page.count("I det publiserte programmet står") == 1


def test_staff_see_who_lacks_what_and_the_link_is_mailed_as_a_placeholder(
    sign_in: Callable[..., StrictClient], conference: Conference, client: StrictClient, kari: Speaker
) -> None:
    editor = sign_in("programme", conference=conference)
    hand_in(client, kari, summary="")
    page = editor.get(f"{ADMIN}?vis=mangler").get_data(as_text=True)
    assert ("mangler sammendrag" in page, "mangler e-post" in page) == (True, True)
    assert editor.submit(f"{ADMIN}/{kari.uid}/lenke", page=f"{ADMIN}/{kari.uid}").status_code == 303
    [mail] = db.session.scalars(select(OutboxMail)).all()
    assert f"[[innleder:{kari.uid}:0]]" in mail.body
    assert links.token("innleder", kari.uid, 0) not in mail.body
    assert "Lenken er på vei" in editor.get(ADMIN).get_data(as_text=True)


def test_a_consent_taken_back_while_staff_had_the_form_open_stays_taken_back(
    sign_in: Callable[..., StrictClient], conference: Conference, client: StrictClient, kari: Speaker
) -> None:
    editor = sign_in("programme", conference=conference)
    tell(client, kari, consent="y")
    typed = {"name": "Kari", "language": "nb", "bio": "Leder NAV.", "consent": "y", "consent_was": "1"}
    typed |= {f"part_{item(title).uid.hex}": "speaker" for title in ("Åpning", "Samtale")} | {"seen": seen("Kari")}
    tell(client, kari)
    refused = editor.submit(f"{ADMIN}/{kari.uid}", typed)
    assert refused.status_code == 409
    form = next(f for f in html.document_fromstring(refused.get_data(as_text=True)).forms if "bio" in f.fields)
    assert form.fields["consent"] is None
    assert editor.submit(f"{ADMIN}/{kari.uid}", {k: v for k, v in form.fields.items() if v is not None}).status_code == 303
    assert find("Kari").consent is None


def test_what_a_speaker_wrote_while_staff_had_the_form_open_is_not_lost(
    sign_in: Callable[..., StrictClient], conference: Conference, client: StrictClient, kari: Speaker
) -> None:
    editor = sign_in("programme", conference=conference)
    typed = {"name": "Kari", "language": "nb", "bio": "Leder NAV.", "seen": seen("Kari")}
    typed |= {f"part_{item(title).uid.hex}": "speaker" for title in ("Åpning", "Samtale")}
    tell(client, kari, bio="Det jeg selv skrev.")
    answer = editor.submit(f"{ADMIN}/{kari.uid}", typed)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, find("Kari").bio) == (409, "Det jeg selv skrev.")
    assert "Innlederen har endret noe mens du skrev" in page
    assert "Det jeg selv skrev." in page
    assert "Leder NAV.</textarea>" in page
    assert editor.submit(f"{ADMIN}/{kari.uid}", typed | {"seen": seen("Kari")}).status_code == 303
    assert find("Kari").bio == "Leder NAV."


def test_staff_set_the_part_in_each_item_and_merge_two_rows(
    sign_in: Callable[..., StrictClient], conference: Conference, client: StrictClient, kari: Speaker
) -> None:
    editor = sign_in("programme", conference=conference)
    typed = {"name": "Kari", "language": "nb", "organisation": "NAV", "seen": seen("Kari")}
    parts = {f"part_{item('Åpning').uid.hex}": "chair", f"part_{item('Samtale').uid.hex}": "panel"}
    editor.submit(f"{ADMIN}/{kari.uid}", typed | parts)
    assert [item(title).speakers[0].part for title in ("Åpning", "Samtale")] == ["chair", "panel"]
    hand_in(client, find("Ola"), "Samtale", title="Olas")
    answer = editor.submit(f"{ADMIN}/{kari.uid}/sla-sammen", {"other": str(find("Ola").uid)}, page=f"{ADMIN}/{kari.uid}")
    assert answer.status_code == 303
    db.session.expire_all()
    assert [s.name for s in speakers.speakers(conference)] == ["Kari"]
    assert [(d.title, d.speaker_id) for d in decks()] == [("Olas", kari.id)]


def test_the_log_holds_ids_and_nothing_a_speaker_typed(client: StrictClient, kari: Speaker) -> None:
    tell(client, kari, consent="y")
    hand_in(client, kari)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.actor == "speaker")).all()
    assert {entry.action for entry in entries} >= {"speaker.described", "speaker.consented", "presentation.added"}
    told = " ".join(f"{entry.subject} {entry.detail}" for entry in entries)
    assert [word for word in ("Leder NAV", "Rampe", "dugnad", "Kari", "example.org") if word in told] == []
