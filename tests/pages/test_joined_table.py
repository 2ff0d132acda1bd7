"""Phones at a table that is joined to another find out by themselves, and lose nothing of what stands in the field."""

import pytest
from playwright.sync_api import expect

from konferanse.extensions import begin_write, db
from konferanse.groups import joining
from tests.groups.room import with_tables
from tests.pages.hall import Hall, look, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
FIELD = "Skriv ett svar om gangen"


def test_what_stood_in_the_field_is_delivered_and_the_page_leads_on_until_the_tables_are_parted(hall: Hall) -> None:
    own, other = with_tables(hall.conference, 2)
    context, page = hall.phone()
    page.get_by_label(FIELD).fill("Halvferdig svar")
    begin_write()
    joining.join(own, other, "system")
    db.session.commit()
    look(page)
    wait_until(lambda: hall.texts() == ["Halvferdig svar"], page)
    look(page)
    expect(page.get_by_text("Dere sitter ved Bord 2 nå.")).to_be_visible()
    expect(page.get_by_text("Halvferdig svar")).to_be_visible()
    expect(page.get_by_label(FIELD)).to_have_count(0)

    page.evaluate("window.stays = true")
    look(page)
    page.wait_for_timeout(500)
    assert page.evaluate("window.stays"), "it loads itself over and over"

    begin_write()
    joining.part(own, "system")
    db.session.commit()
    look(page)
    expect(page.get_by_label(FIELD)).to_be_visible()
    page.get_by_label(FIELD).fill("Tilbake")
    page.get_by_role("button", name="Legg til svar").click()
    wait_until(lambda: hall.texts() == ["Halvferdig svar", "Tilbake"], page)
    context.close()
