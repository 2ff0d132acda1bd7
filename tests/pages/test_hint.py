"""While somebody writes at a table, the page asks when the text looks like it names a person or tells of somebody's health."""

import csv

import pytest
from playwright.sync_api import expect

from konferanse.config import ROOT
from tests.pages.browser import axe
from tests.pages.hall import Hall, wait_until, write

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
FIELD = "Skriv ett svar om gangen"
NAME, HEALTH, NOTHING = "name", "health", ""
SAYS = {
    "Kari Hansen i NAV bør eie dette": NAME,
    "Vi spør Kari om rutinen": NAME,
    "Kollegaen vår på mottaket har depresjon": HEALTH,
    "Hun på lageret fikk kreft": HEALTH,
    "Anne fikk epilepsi og mistet jobben": HEALTH,
    "Folk med epilepsi må slippe nattevakt": NOTHING,
    "Han eller hun med en diagnose må få samme tilbud": NOTHING,
    "Dag to bør handle om NAV": NOTHING,
    "Lederne har ikke tid": NOTHING,
    "NAV Nordland og Helse Nord lager en rutine": NOTHING,
}


def test_it_asks_once_a_text_looks_so_and_a_person_decides(hall: Hall) -> None:
    context, page = hall.phone()
    hint = page.locator("#hint")
    expect(hint).to_be_empty()
    page.get_by_label(FIELD).fill("Kari Hansen i NAV bør eie dette")
    expect(hint).to_contain_text("Nevner dere en person ved navn?")
    assert axe(page) == []
    page.get_by_label(FIELD).fill("Kollegaen vår på mottaket har depresjon")
    expect(hint).to_contain_text("Handler dette om helsen til en bestemt person?")
    page.get_by_role("button", name="Legg til svar").click()
    wait_until(lambda: hall.texts() == ["Kollegaen vår på mottaket har depresjon"], page)
    expect(hint).to_be_empty()
    page.get_by_role("link", name="Endre").click()
    page.locator(".answer-edit textarea").fill("Spør Kari Nordmann om det")
    expect(page.locator(".answer-edit #hint")).to_contain_text("ved navn")
    page.get_by_role("button", name="Avbryt").click()
    write(page, "Uten navn")
    page.get_by_label(FIELD).fill("Kari Hansen bør eie dette")
    expect(hint).to_contain_text("ved navn")
    context.close()


def test_it_knows_names_and_health_and_leaves_the_demos_answers_alone(hall: Hall) -> None:
    context, page = hall.phone()
    said = page.evaluate("(texts) => texts.map((text) => tableHint(text))", list(SAYS))
    assert dict(zip(SAYS, said, strict=True)) == SAYS
    with (ROOT / "konferanse" / "demo" / "data" / "answers.csv").open(encoding="utf-8-sig") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    flagged = page.evaluate("(texts) => texts.filter((text) => tableHint(text))", texts)
    assert 5 <= len(flagged) < 12, flagged
    context.close()


def test_nothing_of_it_leaves_the_phone(hall: Hall) -> None:
    context, page = hall.phone()
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.get_by_label(FIELD).fill("Kari Hansen i NAV bør eie dette")
    expect(page.locator("#hint")).to_contain_text("ved navn")
    assert [one for one in sent if not one.startswith("GET ") or "Kari" in one] == []
    assert hall.texts() == []
    context.close()
