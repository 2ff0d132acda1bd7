"""The programme in a real browser: stars that stay in it, filtering while typing, and what keeps itself right."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import releases
from konferanse.programme.models import ProgrammeItem, Room
from tests.pages.browser import axe
from tests.programme.making import add
from tests.serving import Server, serve

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
PHONE = {"width": 360, "height": 740}
HALL = {"width": 1920, "height": 1080}
ADDRESS = "/k/prove/program"


@pytest.fixture
def items(conference: Conference) -> list[ProgrammeItem]:
    """One day: two at once, one after them, one called off at the same time as the first, and seven rooms more."""
    begin_write()
    conference.last_date = conference.first_date
    rooms = [Room(conference_id=conference.id, name=f"Sal {n}") for n in range(1, 10)]
    db.session.add_all(rooms)
    made = [
        add(conference, "00:00", "23:00", "Faddere", room=rooms[0], speaker="Åse Øverli"),
        add(conference, "00:00", "23:30", "Medisinlista", room=rooms[1], description="Om ØSTGÅRD"),
        add(conference, "00:30", "23:00", "Digital kaffe", status="cancelled"),
        add(conference, "23:40", "23:59", "Takk for i dag", room=rooms[0]),
    ]
    made += [add(conference, "00:00", "23:59", f"Et verksted med et ganske langt navn {n}", room=rooms[n]) for n in range(2, 9)]
    releases.publish(conference, "Program", "system")
    db.session.commit()
    return made


@pytest.fixture
def site(items: list[ProgrammeItem], conference: Conference, environ: dict[str, str]) -> Iterator[Server]:
    """Served at noon that day."""
    with serve(environ | {"KONFERANSE_NOW": f"{conference.first_date}T12:00"}, workers=1) as server:
        yield server


def opened(browser: Browser, site: Server, address: str = ADDRESS, **how: object) -> Page:
    page = browser.new_context(locale="nb-NO", **({"viewport": PHONE} | how)).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    page.goto(site.url + address)
    return page


def titles(page: Page) -> list[str]:
    return page.locator(".post:visible .post-title a").all_inner_texts()


def star(page: Page, title: str) -> None:
    page.get_by_role("button", name=f"Mitt utvalg: {title}").click()


def test_stars_are_kept_in_the_browser_and_tell_what_goes_on_at_once(
    browser: Browser, site: Server, items: list[ProgrammeItem]
) -> None:
    page = opened(browser, site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator("#utvalg")).to_be_hidden()
    for title in ("Faddere", "Medisinlista", "Digital kaffe", "Takk for i dag"):
        star(page, title)
    bar = page.locator("#utvalg")
    expect(bar.locator("[data-count]")).to_have_text("4 programposter")
    assert bar.locator(".clashes li").all_inner_texts() == ["«Faddere» og «Medisinlista»"]
    marks = ",".join(sorted(str(item.uid)[:8] for item in items[:4]))
    assert bar.get_by_role("link", name="Følg").get_attribute("href") == f"webcal://{site.url[7:]}{ADDRESS}.ics?post={marks}"
    bar.get_by_role("button", name="Vis bare utvalget").click()
    assert titles(page) == ["Faddere", "Medisinlista", "Digital kaffe", "Takk for i dag"]
    assert [url for url in asked if "/static/" not in url] == []
    assert axe(page) == []

    page.reload()
    expect(page.get_by_role("button", name="Mitt utvalg: Faddere")).to_have_attribute("aria-pressed", "true")
    star(page, "Faddere")
    expect(page.locator("[data-count]")).to_have_text("3 programposter")
    expect(page.locator(".clashes")).to_be_hidden()

    page.get_by_role("button", name="Tøm utvalget").click()
    expect(page.locator("[data-some-chosen]")).to_be_hidden()
    page.get_by_role("button", name="Angre tømmingen").click()
    expect(page.locator("[data-count]")).to_have_text("3 programposter")


def test_the_selection_is_the_same_on_an_items_own_page_and_by_its_link(
    browser: Browser, site: Server, conference: Conference, items: list[ProgrammeItem]
) -> None:
    page = opened(browser, site, f"{ADDRESS}/{items[1].uid}")
    star(page, "Medisinlista")
    page.goto(f"{site.url}{ADDRESS}?vis=rom&dag={conference.first_date}")
    page.get_by_role("link", name="Mitt utvalg (1)").click()
    expect(page.locator("[data-count]")).to_have_text("Én programpost")
    assert titles(page) == ["Medisinlista"]


def test_a_star_can_be_pressed_by_keyboard(browser: Browser, site: Server) -> None:
    page = opened(browser, site)
    button = page.get_by_role("button", name="Mitt utvalg: Faddere")
    button.focus()
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_typing_filters_at_once_and_finds_what_the_server_finds(browser: Browser, site: Server) -> None:
    page = opened(browser, site)
    field = page.get_by_label("Søk i programmet")
    for words, found in (("øverli", ["Faddere"]), ("ØSTGÅRD", ["Medisinlista"]), ("finnes ikke", [])):
        field.fill(words)
        expect(page.locator("[data-found]")).to_have_text(f"{len(found)} programposter passer")
        assert titles(page) == found
        expect(page.get_by_text("Ingen programposter passer")).to_be_visible(visible=not found)
    field.fill("øverli")
    field.press("Enter")
    page.wait_for_url("**q=*")
    assert titles(page) == ["Faddere"]


def test_without_a_script_there_is_no_star_and_nothing_is_lost(browser: Browser, site: Server) -> None:
    page = opened(browser, site, java_script_enabled=False)
    assert page.locator(".star").count() == 0
    assert not page.locator("#utvalg").is_visible()
    assert len(titles(page)) == 11
    page.get_by_label("Søk i programmet").fill("faddere")
    page.get_by_role("button", name="Søk").click()
    assert titles(page) == ["Faddere"]


def test_times_are_norwegian_in_every_zone(browser: Browser, site: Server) -> None:
    page = opened(browser, site, timezone_id="Pacific/Auckland")
    assert page.locator(".slot-time").first.inner_text().startswith("kl. 00.00")


def test_now_and_next_is_fetched_again_and_stays_when_the_net_is_gone(
    browser: Browser, site: Server, conference: Conference, items: list[ProgrammeItem]
) -> None:
    page = opened(browser, site)
    now = page.locator("#naa")
    expect(now.get_by_role("link", name="Faddere")).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(now.get_by_text("Vi får ikke hentet nytt nå.")).to_be_visible()
    expect(now.get_by_role("link", name="Faddere")).to_be_visible()
    begin_write()
    items[0].title = "Faddere for alle"
    releases.publish(conference, "Ny", "system")
    db.session.commit()
    page.context.set_offline(False)  # the browser tells the page that it is back
    expect(now.get_by_role("link", name="Faddere for alle")).to_be_visible()
    expect(now.get_by_text("Vi får ikke hentet nytt nå.")).to_be_hidden()


def test_rooms_that_do_not_fit_the_hall_s_screen_take_turns(browser: Browser, site: Server) -> None:
    page = opened(browser, site, "/k/prove/skjerm", viewport=HALL)
    part = page.locator("[data-part]")
    expect(part).to_have_text("1 av 3")
    shown = page.locator(".screen-rooms > li:visible h2")
    first = shown.all_inner_texts()
    assert page.evaluate(
        "() => { const l = document.querySelector('.screen-rooms'); return l.scrollHeight <= l.clientHeight + 1 }"
    )
    expect(part).to_have_text("2 av 3", timeout=20_000)
    assert not set(first) & set(shown.all_inner_texts())
    assert page.evaluate("() => document.documentElement.scrollHeight") == HALL["height"]
    assert axe(page) == []


def test_few_rooms_fit_and_stay(browser: Browser, site: Server, conference: Conference, items: list[ProgrammeItem]) -> None:
    begin_write()
    for item in items[2:]:
        db.session.delete(item)
    releases.publish(conference, "Få", "system")
    db.session.commit()
    page = opened(browser, site, "/k/prove/skjerm", viewport=HALL)
    expect(page.locator(".screen-rooms > li:visible")).to_have_count(2)
    expect(page.locator("[data-part]")).to_be_hidden()
