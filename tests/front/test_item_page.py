"""A programme item's own page: what was published of it, and of those who speak only what they agreed to."""

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from lxml import html
from sqlalchemy import select

from konferanse.common.clock import now
from konferanse.common.storage import files
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations.models import Presentation
from konferanse.programme import releases
from konferanse.programme.models import ProgrammeItem, Speaker
from tests.conftest import StrictClient
from tests.programme.making import add

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
BIO = "Vokste opp på Sørøya"


@pytest.fixture
def items(conference: Conference) -> list[ProgrammeItem]:
    """Three published items; the middle one has everything, and its speaker has not agreed to anything."""
    begin_write()
    more: dict[str, Any] = {"speaker": "Áile Šuŋŋá, NAV", "audience": "Ledere", "description": "Slik gjør vi det."}
    rows = [
        add(conference, "09:00", "10:00", "Velkommen"),
        add(conference, "10:00", "11:00", "What works", language="en", links="https://www.nav.no/ips", **more),
        add(conference, "09:00", "10:00", "Veien videre", day=conference.last_date),
    ]
    who = rows[1].speakers[0].speaker
    who.bio, who.picture_alt = BIO, "Áile foran havet"
    who.picture = files.keep(io.BytesIO(PNG), name="aile.png", content_type="image/png")
    rows[1].speakers[0].part = "chair"
    releases.publish(conference, "Program", "system")
    db.session.commit()
    return rows


def agree(yes: bool) -> UUID:
    """The speaker agrees, or takes it back; their id."""
    begin_write()
    who = db.session.scalars(select(Speaker)).one()
    who.consent = now() if yes else None
    db.session.commit()
    return who.uid


def page(client: StrictClient, item: ProgrammeItem) -> Any:
    return html.document_fromstring(client.get(f"/k/prove/program/{item.uid}").get_data(as_text=True))


def test_it_says_when_where_for_whom_and_who(client: StrictClient, items: list[ProgrammeItem]) -> None:
    document = page(client, items[1])
    facts = {
        d.xpath("dt")[0].text_content(): " ".join(d.xpath("dd")[0].text_content().split()) for d in document.xpath("//dl/div")
    }
    assert facts["For hvem"] == "Ledere"
    assert facts["Språk"] == "Engelsk"
    assert facts["Når"].endswith("kl. 10.00–11.00")
    assert document.xpath("//h1[@lang='en']")[0].text_content() == "What works"
    assert "Slik gjør vi det." in document.text_content()
    names = [" ".join(p.text_content().split()) for p in document.find_class("person-name")]
    assert names == ["Áile Šuŋŋá Møteleder"]
    link = document.xpath("//a[@href='https://www.nav.no/ips']")[0]
    assert link.get("rel") == "noopener nofollow"
    calendar = document.xpath("//a[contains(@href, 'program.ics?post=')]")[0].get("href")
    assert calendar.endswith(f"?post={str(items[1].uid)[:8]}")


def test_its_neighbours_are_a_click_away(client: StrictClient, items: list[ProgrammeItem]) -> None:
    ways = {a.get("rel"): a.get("href") for a in page(client, items[1]).xpath("//nav//a[@rel]")}
    assert ways == {"prev": f"/k/prove/program/{items[0].uid}", "next": f"/k/prove/program/{items[2].uid}"}
    assert [a.get("rel") for a in page(client, items[0]).xpath("//nav//a[@rel]")] == ["next"]
    assert [a.get("rel") for a in page(client, items[2]).xpath("//nav//a[@rel]")] == ["prev"]


def test_bio_and_picture_are_shown_with_consent_and_gone_without(client: StrictClient, items: list[ProgrammeItem]) -> None:
    uid = agree(False)
    picture = f"/k/prove/program/portrett/{uid}"
    assert BIO not in page(client, items[1]).text_content()
    assert page(client, items[1]).xpath("//main//img") == []
    assert client.get(picture).status_code == 404
    agree(True)
    assert BIO in page(client, items[1]).text_content()
    assert [(i.get("src"), i.get("alt")) for i in page(client, items[1]).xpath("//main//img")] == [
        (picture, "Áile foran havet")
    ]
    answer = client.get(picture)
    assert (answer.status_code, answer.get_data(), answer.mimetype) == (200, PNG, "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    agree(False)
    assert BIO not in page(client, items[1]).text_content()
    assert client.get(picture).status_code == 404


@pytest.mark.parametrize("wrong", [{"content_type": "image/svg+xml"}, {"content_type": "text/html"}])
def test_what_is_no_safe_picture_is_not_served(client: StrictClient, items: list[ProgrammeItem], wrong: dict[str, str]) -> None:
    uid = agree(True)
    begin_write()
    who = db.session.scalars(select(Speaker)).one()
    assert who.picture
    who.picture.content_type = wrong["content_type"]
    who.bio += "."  # a change that the kept page is told of
    db.session.commit()
    assert client.get(f"/k/prove/program/portrett/{uid}").status_code == 404
    assert page(client, items[1]).xpath("//main//img") == []


def test_a_picture_without_words_is_not_shown(client: StrictClient, items: list[ProgrammeItem]) -> None:
    agree(True)
    begin_write()
    db.session.scalars(select(Speaker)).one().picture_alt = ""
    db.session.commit()
    assert page(client, items[1]).xpath("//main//img") == []


def test_whoever_speaks_in_no_published_item_has_no_public_picture(
    client: StrictClient, conference: Conference, items: list[ProgrammeItem]
) -> None:
    uid = agree(True)
    assert client.get(f"/k/prove/program/portrett/{uid}").status_code == 200
    begin_write()
    items[1].speakers = []
    releases.publish(conference, "Uten", "system")
    db.session.commit()
    assert client.get(f"/k/prove/program/portrett/{uid}").status_code == 404


def test_what_is_not_published_has_no_page(client: StrictClient, conference: Conference, items: list[ProgrammeItem]) -> None:
    begin_write()
    later = add(conference, "13:00", "14:00", "Ikke klart")
    first = conference.first_date
    other = lifecycle.create("annen", "Annen", "regionsamling", first, first)
    lifecycle.change_status(other, "published", "system")
    theirs = add(other, "09:00", "10:00", "Deres")
    releases.publish(other, "Deres", "system")
    db.session.commit()
    for uid in (later.uid, theirs.uid, uuid4()):
        assert client.get(f"/k/prove/program/{uid}").status_code == 404
    assert client.get(f"/k/annen/program/{theirs.uid}").status_code == 200


def test_it_is_called_off_on_its_own_page_too(client: StrictClient, conference: Conference, items: list[ProgrammeItem]) -> None:
    begin_write()
    items[1].status = "cancelled"
    releases.publish(conference, "Avlyst", "system")
    db.session.commit()
    document = page(client, items[1])
    assert document.xpath("//h1/s")[0].text_content() == "What works"
    assert document.find_class("ds-alert")[0].xpath("h2")[0].text_content() == "Avlyst"
    data = json.loads(document.xpath("//script[@type='application/ld+json']")[0].text)
    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert data["superEvent"]["name"] == "Prøvekonferansen"


def test_it_has_the_presentations_that_are_published(
    client: StrictClient, conference: Conference, items: list[ProgrammeItem], write: Callable[[], None]
) -> None:
    write()
    deck = files.keep(io.BytesIO(b"%PDF-1.4"), name="ips.pdf", content_type="application/pdf")
    db.session.flush()
    for title, published in (("Vist", now()), ("Kladd", None)):
        db.session.add(
            Presentation(
                conference_id=conference.id, item=items[1], title=title, summary=f"Om {title}", file=deck, published=published
            )
        )
    db.session.commit()
    text = page(client, items[1]).text_content()
    assert "Om Vist" in text
    assert "Om Kladd" not in text
    assert "Om Vist" not in page(client, items[0]).text_content()
