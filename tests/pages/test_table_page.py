"""A facilitator's phone, 360 px wide, against a real server: written, offline, edited by two, closed under one's hands."""

import pytest
from playwright.sync_api import expect

from konferanse.answers import notices
from konferanse.extensions import begin_write, db
from tests.answers.voting import asked, close, places
from tests.pages.browser import axe
from tests.pages.hall import PHONE, Hall, look, wait_until, write
from tests.pages.wire import wire_to

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_table_writes_through_a_broken_network_and_two_phones_agree(hall: Hall) -> None:
    context, page = hall.phone()
    assert axe(page) == []
    write(page, "Fordommer hos <b>ledere</b>")
    expect(page.locator("#strip")).to_have_text("Alt er levert")
    assert hall.texts() == ["Fordommer hos <b>ledere</b>"]

    context.set_offline(True)
    for text in ("Lite tid", "Trange budsjetter", "Uklare roller"):
        write(page, text)
    expect(page.locator("#strip")).to_have_text("3 svar venter på nett – de er trygge på denne telefonen")
    assert axe(page) == []
    page.locator("li", has_text="Lite tid").get_by_role("link", name="Endre").click()
    page.get_by_label("Endre svaret").fill("For lite tid til opplæring")
    page.get_by_role("button", name="Lagre endringen").click()
    context.set_offline(False)
    expect(page.locator("#strip")).to_have_text("Alt er levert", timeout=20_000)
    assert hall.texts() == ["Fordommer hos <b>ledere</b>", "For lite tid til opplæring", "Trange budsjetter", "Uklare roller"]

    other_context, other = hall.phone()
    mine, theirs = (p.locator("li", has_text="Uklare roller") for p in (page, other))
    for li, p, text in ((theirs, other, "Uklare roller i NAV"), (mine, page, "Uklare roller og ansvar")):
        li.get_by_role("link", name="Endre").click()
        p.get_by_label("Endre svaret").fill(text)
        p.get_by_role("button", name="Lagre endringen").click()
        p.wait_for_timeout(500)
    choice = page.locator("li[data-state=both]")
    expect(choice).to_contain_text("Uklare roller i NAV")
    expect(choice).to_contain_text("Uklare roller og ansvar")
    assert axe(page) == []
    choice.get_by_role("button", name="Ta med begge").click()
    wait_until(lambda: {"Uklare roller i NAV", "Uklare roller og ansvar"} <= set(hall.texts()), page)

    page.locator("li", has_text="Trange").get_by_role("button", name="Trekk").click()
    wait_until(lambda: "Trange budsjetter" not in hall.texts(), page)
    page.locator("li", has_text="Trange").get_by_role("button", name="Angre").click()
    wait_until(lambda: "Trange budsjetter" in hall.texts(), page)
    other_context.close()
    context.close()


def test_unsent_answers_and_a_half_written_one_survive_a_reload(hall: Hall) -> None:
    context, page = hall.phone()
    page.route("**/api/**", lambda route: route.fulfill(status=503, json={"saved": False}))
    write(page, "Ble skrevet mens serveren var nede")
    page.get_by_label("Skriv ett svar om gangen").fill("Halvferdig")
    expect(page.locator("#strip")).to_contain_text("1 svar venter på nett")
    page.reload()
    expect(page.get_by_label("Skriv ett svar om gangen")).to_have_value("Halvferdig")
    expect(page.locator("#strip")).to_contain_text("1 svar venter på nett")
    page.unroute("**/api/**")
    expect(page.locator("#strip")).to_have_text("Alt er levert", timeout=20_000)
    assert hall.texts() == ["Ble skrevet mens serveren var nede"]
    context.close()


def test_a_reply_that_is_lost_makes_no_double(hall: Hall) -> None:
    context, page = hall.phone()
    lost = []

    def lose_the_first(route: object) -> None:
        if route.request.method == "PUT" and not lost:  # type: ignore[attr-defined]
            route.fetch()  # type: ignore[attr-defined]
            lost.append(1)
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/api/**", lose_the_first)
    write(page, "Én gang")
    expect(page.locator("#strip")).to_have_text("Alt er levert", timeout=20_000)
    assert lost
    assert hall.texts() == ["Én gang"]
    context.close()


def test_what_stands_in_the_field_when_the_task_closes_goes_along(hall: Hall) -> None:
    context, page = hall.phone()
    page.get_by_label("Skriv ett svar om gangen").fill("Vi rakk akkurat")
    hall.close_task()
    look(page)
    wait_until(lambda: hall.texts() == ["Vi rakk akkurat"], page)
    context.close()


def test_the_first_visit_weighs_less_than_120_kb_with_all_that_is_kept_and_the_next_a_tenth_of_it(hall: Hall) -> None:
    context = hall.browser.new_context(viewport=PHONE, locale="nb-NO")
    page = context.new_page()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    with wire_to(hall.url) as wire:
        page.goto(hall.link.replace(hall.url, wire.url))
        expect(page.locator("#uten-nett")).to_be_visible()
        first = wire.down
        page.reload(wait_until="networkidle")
        expect(page.locator("#uten-nett")).to_be_visible()
        again = wire.down - first
        context.close()
        assert [address for address in addresses if not address.startswith(wire.url)] == []
    assert 60_000 < first < 120_000
    assert 1_000 < again < 12_000


def test_without_a_script_everything_works(hall: Hall) -> None:
    context, page = hall.phone(java_script_enabled=False)
    write(page, "Uten skript")
    expect(page.get_by_text("Svaret er levert.")).to_be_visible()
    page.get_by_role("link", name="Endre").click()
    page.get_by_label("Svaret deres").fill("Helt uten skript")
    page.get_by_role("button", name="Lagre endringen").click()
    expect(page.get_by_text("Endringen er levert.")).to_be_visible()
    assert hall.texts() == ["Helt uten skript"]
    page.get_by_role("button", name="Trekk").click()
    page.get_by_role("button", name="Angre").click()
    page.get_by_role("button", name="Be om hjelp").click()
    expect(page.get_by_role("button", name="Vi har fått hjelp")).to_be_visible()
    page.get_by_role("button", name="Vi er ferdige").click()
    expect(page.get_by_role("button", name="Vi er ikke ferdige likevel")).to_be_visible()
    context.close()


def test_what_the_organiser_says_comes_and_goes_on_the_phone_without_a_reload(hall: Hall) -> None:
    context, page = hall.phone()
    message = page.locator("#melding")
    expect(message).to_be_hidden()
    begin_write()
    notices.say(hall.conference, "Ti minutter igjen", "staff:1")
    db.session.commit()
    look(page)
    expect(message).to_contain_text("Ti minutter igjen")
    assert axe(page) == []
    begin_write()
    notices.take_down(hall.conference)
    db.session.commit()
    look(page)
    expect(message).to_be_hidden()
    context.close()


def test_a_table_is_led_to_the_dots_without_a_reload_and_sees_how_many_are_left(hall: Hall) -> None:
    context, page = hall.phone()
    expect(page.locator("#prioriter")).to_be_hidden()
    row = asked(hall.conference, stacks=True)
    look(page)
    page.get_by_role("link", name="Legg prikkene deres").click()
    expect(page.locator(".vote-left")).to_have_text("Prikker igjen: 2 av 2")
    for _time in range(2):
        page.get_by_role("button", name="Flere prikker: Kurs for ledere").click()
    page.get_by_role("button", name="Flere prikker: Faste faddere").click()
    expect(page.locator(".vote-left")).to_have_text("1 for mange")
    page.get_by_role("button", name="Færre prikker: Kurs for ledere").click()
    expect(page.locator(".vote-left")).to_have_text("Prikker igjen: 0 av 2")
    assert axe(page) == []
    page.get_by_role("button", name="Send stemmen").click()
    expect(page.get_by_text("Stemmen er levert")).to_be_visible()
    assert {(choice, dots) for choice, dots, _place in places(row)} >= {("Faste faddere", 1), ("Kurs for ledere", 1)}
    close(row)
    page.get_by_role("link", name="Tilbake til bordet").click()
    expect(page.get_by_role("link", name="Se resultatet")).to_be_visible()
    context.close()


def test_answers_are_moved_one_step_with_the_keyboard_and_stay_so(hall: Hall) -> None:
    context, page = hall.phone()
    for text in ("første", "andre", "tredje"):
        write(page, text)
        wait_until(lambda text=text: text in hall.texts(), page)
    first = page.locator("#liste > li", has_text="første")
    first.get_by_role("button", name="Flytt opp").press("Enter")
    wait_until(lambda: hall.texts() == ["andre", "første", "tredje"], page)
    expect(first.get_by_role("button", name="Flytt opp")).to_be_focused()
    expect(page.locator("#liste .answer-text")).to_have_text(["tredje", "første", "andre"])
    context.set_offline(True)
    first.get_by_role("button", name="Flytt ned").click()
    expect(page.locator("#trenger-nett")).to_be_visible()
    context.close()
