"""A table in a hall that loses its network: the page opens, what is written is kept on the phone, arrives once and in order,
and is gone from the phone when the table closes."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from konferanse.extensions import begin_write, db
from konferanse.groups import tables, tasks
from tests.conftest import StrictClient
from tests.groups.room import with_task
from tests.pages.browser import axe
from tests.pages.hall import Hall, all_delivered, look, wait_until, write

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
FIELD = "Skriv ett svar om gangen"
OLDER = "0b7d3c1e-5a52-4b0b-9d53-9d8f3a3b1c12"
EVERYTHING_KEPT = """async () => [
    ...(await indexedDB.databases()).map((database) => database.name),
    ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...await caches.keys(),
]"""
# A phone that is full, as IndexedDB tells it.
FULL = """() => { IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }; }"""


def ready(hall: Hall) -> tuple[BrowserContext, Page]:
    """A phone that has been on the page once, and may lose its network."""
    context, page = hall.phone()
    expect(page.locator("#uten-nett")).to_be_visible()
    return context, page


def waiting(page: Page, words: str) -> None:
    """The strip tells what waits."""
    expect(page.locator("#strip")).to_contain_text(words)


def losing_the_reply_to(text: str) -> Callable[[Route], None]:
    """The server handles the answer ``text``, and its reply is lost, the first time."""
    lost: list[str] = []

    def handle(route: Route) -> None:
        if route.request.method == "PUT" and not lost and json.loads(route.request.post_data or "{}")["text"] == text:
            route.fetch()
            lost.append(text)
            route.abort()
        else:
            route.continue_()

    return handle


def answering(status: int) -> Callable[[Route], None]:
    """Every answer sent is answered with ``status``, by something that is not us."""
    return lambda route: route.fulfill(status=status, body="") if route.request.method == "PUT" else route.continue_()


def left_by_an_older_page(page: Page, hall: Hall) -> None:
    """An answer that waits on the phone, as a page without fields for owner and deadline stored it."""
    item = {"ref": OLDER, "task": "oppg1", "text": "Fra før", "base": 0, "at": 1, "written_at": None}
    page.evaluate(
        """async ([path, item]) => {
            const db = await openTable(path.split("/").pop());
            await db.put("waiting", item);
            db.close();
        }""",
        [hall.link, item],
    )


def test_three_phones_without_a_network_deliver_150_answers_once_in_the_order_written(
    hall: Hall, sign_in: Callable[..., StrictClient]
) -> None:
    phones = {name: ready(hall) for name in ("A", "B", "C")}
    for name, (context, page) in phones.items():
        context.set_offline(True)
        for number in range(1, 51):
            write(page, f"{name} {number}")
            if number == 25:
                page.reload()
        page.get_by_label(FIELD).fill("Halvferdig")
        page.reload()
        waiting(page, "50 svar venter på nett – de er trygge på denne telefonen")
        expect(page.get_by_label(FIELD)).to_have_value("Halvferdig")
        expect(page.locator("#liste > li")).to_have_count(50)
    assert hall.texts() == []

    for name, (context, page) in phones.items():
        page.route("**/api/**", losing_the_reply_to(f"{name} 50"))
        context.set_offline(False)
    for _context, page in phones.values():
        all_delivered(page)
    texts = hall.texts()
    assert len(texts) == 150
    for name in phones:
        assert [text for text in texts if text.startswith(name)] == [f"{name} {number}" for number in range(1, 51)]

    [cookie] = sign_in("read", conference=hall.conference)._cookies.values()
    staff = hall.browser.new_context(locale="nb-NO")
    staff.add_cookies([{"name": cookie.key, "value": cookie.value, "url": hall.url}])
    board = staff.new_page()
    board.goto(f"{hall.url}/admin/k/{hall.conference.slug}/svar")
    expect(board.locator("#tavle-t")).to_contain_text("150 svar")
    for context in (staff, *(context for context, _page in phones.values())):
        context.close()


def test_owner_and_deadline_written_without_a_network_arrive_once_with_their_answer(hall: Hall) -> None:
    begin_write()
    hall.task.asks_owner = hall.task.asks_deadline = True
    db.session.commit()
    context, page = ready(hall)
    context.set_offline(True)
    owner, deadline = page.locator("#owner"), page.get_by_label("Når bør det være gjort?")
    owner.fill("NAV")
    deadline.fill("høsten 2019")
    page.get_by_label(FIELD).fill("Fast fadder")
    page.reload()
    for field, value in ((owner, "NAV"), (deadline, "høsten 2019"), (page.get_by_label(FIELD), "Fast fadder")):
        expect(field).to_have_value(value)
    page.get_by_role("button", name="Legg til svar").click()
    for field in (owner, deadline, page.get_by_label(FIELD)):
        expect(field).to_have_value("")
    answer = page.locator("#liste > li", has_text="Fast fadder")
    expect(answer.locator(".answer-own")).to_have_text("Ansvarlig: NAV · Frist: høsten 2019")
    answer.get_by_role("link", name="Endre").click()
    assert axe(page) == []
    answer.get_by_label("Hvem bør ha ansvaret?").fill("NAV Oslo")
    answer.get_by_role("button", name="Lagre endringen").click()
    expect(answer.locator(".answer-own")).to_have_text("Ansvarlig: NAV Oslo · Frist: høsten 2019")
    write(page, "Bare et svar")
    left_by_an_older_page(page, hall)
    page.reload()
    waiting(page, "3 svar venter på nett")
    page.route("**/api/**", losing_the_reply_to("Fast fadder"))
    context.set_offline(False)
    all_delivered(page)
    arrived = [("Fra før", "", ""), ("Fast fadder", "NAV Oslo", "høsten 2019"), ("Bare et svar", "", "")]
    assert hall.words() == arrived

    other, seen = hall.phone()
    answer = seen.locator("#liste > li", has_text="Fast fadder")
    answer.get_by_role("link", name="Endre").click()
    answer.get_by_label("Når bør det være gjort?").fill("")
    answer.get_by_role("button", name="Lagre endringen").click()
    all_delivered(seen)
    wait_until(lambda: hall.words()[1] == ("Fast fadder", "NAV Oslo", ""), page)
    look(page)
    expect(page.locator("#liste > li", has_text="Fast fadder").locator(".answer-own")).to_have_text("Ansvarlig: NAV Oslo")
    for phone in (context, other):
        phone.close()


def test_two_phones_that_change_the_owner_see_both_whole_answers(hall: Hall) -> None:
    begin_write()
    hall.task.asks_owner = True
    db.session.commit()
    phones = [ready(hall) for _ in range(2)]
    (context, page), (_other, seen) = phones
    page.locator("#owner").fill("NAV")
    write(page, "Fast fadder")
    all_delivered(page)
    look(seen)
    context.set_offline(True)
    for phone, owner in ((page, "HR"), (seen, "Kommunen")):
        answer = phone.locator("#liste > li")
        answer.get_by_role("link", name="Endre").click()
        answer.get_by_label("Hvem bør ha ansvaret?").fill(owner)
        answer.get_by_role("button", name="Lagre endringen").click()
    wait_until(lambda: hall.words() == [("Fast fadder", "Kommunen", "")], seen)
    context.set_offline(False)
    expect(page.locator("[data-part=yours-own]")).to_have_text("Ansvarlig: HR")
    expect(page.locator("[data-part=theirs-own]")).to_have_text("Ansvarlig: Kommunen")
    page.get_by_role("button", name="Ta med begge").click()
    wait_until(lambda: hall.words() == [("Fast fadder", "Kommunen", ""), ("Fast fadder", "HR", "")], page)
    for phone_context, _page in phones:
        phone_context.close()


def test_the_first_visit_is_enough_for_every_task_and_what_has_arrived(hall: Hall) -> None:
    with_task(hall.conference, "oppg2")
    context, page = ready(hall)
    page.goto(f"{hall.link}?oppgave=oppg1")
    write(page, "Levert før nettet ble borte")
    write(page, "Trukket etter at siden ble tatt vare på")
    all_delivered(page)
    page.reload()
    page.locator("li", has_text="Trukket etter").get_by_role("button", name="Trekk").click()
    wait_until(lambda: hall.texts() == ["Levert før nettet ble borte"], page)
    all_delivered(page)
    context.new_cdp_session(page).send("Network.clearBrowserCache")  # what is there is there by luck
    context.set_offline(True)
    page.goto(hall.link)
    page.get_by_role("link", name="Forrige").click()
    expect(page.get_by_role("heading", name="Hva hindrer oss (oppg1)?")).to_be_visible()
    expect(page.locator("#liste > li")).to_contain_text("Levert før nettet ble borte")
    write(page, "Skrevet etterpå")
    expect(page.locator("li", has_text="Levert før").locator(".answer-note")).to_have_text("Levert")
    assert page.evaluate("[...document.fonts].some((font) => font.status === 'loaded')")
    assert page.evaluate("getComputedStyle(document.getElementById('strip')).position") == "sticky"
    page.locator("li", has_text="Levert før").get_by_role("button", name="Trekk").click()
    page.get_by_role("link", name="Neste").click()
    expect(page.get_by_role("heading", name="Hva hindrer oss (oppg2)?")).to_be_visible()
    waiting(page, "2 svar venter på nett")
    page.get_by_role("button", name="Be om hjelp").click()
    expect(page.get_by_text("Denne knappen trenger nett.")).to_be_visible()
    assert axe(page) == []
    context.set_offline(False)
    wait_until(lambda: hall.texts() == ["Skrevet etterpå"], page)
    context.close()


def test_in_a_chosen_language_too(hall: Hall) -> None:
    context, page = ready(hall)
    page.get_by_role("link", name="English").click()
    expect(page.locator("#uten-nett")).to_be_visible()
    context.set_offline(True)
    page.reload()
    page.get_by_label("Write one answer at a time").fill("Written in English")
    page.get_by_role("button", name="Add an answer").click()
    waiting(page, "1 answer is waiting for a connection")
    context.set_offline(False)
    expect(page.locator("#strip")).to_have_text("Everything has been handed in", timeout=60_000)
    assert hall.texts() == ["Written in English"]
    context.close()


def test_no_reply_but_a_receipt_takes_an_answer_off_the_phone(hall: Hall) -> None:
    context, page = ready(hall)
    now_answered = [0]
    page.route("**/api/**", lambda route: answering(now_answered[0])(route))
    for number, status in enumerate((401, 403, 404, 429, 500, 503, 507), 1):
        now_answered[0] = status
        with page.expect_response(lambda reply, status=status: reply.status == status):  # type: ignore[misc]
            write(page, f"Svar {number}")
        page.reload()
        expect(page.locator("#liste > li[data-state=waiting]")).to_have_count(number)
    assert hall.texts() == []
    page.unroute_all()
    look(page)
    all_delivered(page)
    assert hall.texts() == [f"Svar {number}" for number in range(1, 8)]
    context.close()


def test_a_full_phone_says_that_it_does_not_keep_and_the_answer_arrives_all_the_same(hall: Hall) -> None:
    context, page = ready(hall)
    context.set_offline(True)
    write(page, "Fikk plass")
    expect(page.locator("li[data-state=waiting]")).to_contain_text("Lagret på telefonen – venter på nett")
    page.evaluate(FULL)
    page.get_by_label(FIELD).fill("Fikk ikke plass")
    page.get_by_role("button", name="Legg til svar").click()
    waiting(page, "2 svar venter på nett og er ikke lagret på telefonen.")
    expect(page.locator("li", has_text="Fikk ikke plass")).to_contain_text("ikke lagret på telefonen")
    assert axe(page) == []
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.reload()")
    wait_until(lambda: asked == ["beforeunload"], page)
    page.get_by_label(FIELD).fill("Står i feltet")
    context.set_offline(False)
    wait_until(lambda: hall.texts() == ["Fikk plass", "Fikk ikke plass"], page)
    waiting(page, "Det dere skriver nå, er ikke lagret på telefonen.")
    expect(page.get_by_label(FIELD)).to_have_value("Står i feltet")
    context.close()


def test_two_tabs_of_one_table_send_each_answer_once(hall: Hall) -> None:
    context, page = ready(hall)
    context.set_offline(True)
    page.get_by_label(FIELD).fill("Skrevet i den ene, delt av begge")
    other = context.new_page()
    other.goto(hall.link)
    expect(other.get_by_label(FIELD)).to_have_value("Skrevet i den ene, delt av begge")
    for tab in (page, other):
        tab.get_by_role("button", name="Legg til svar").click()
    write(page, "Fra den ene")
    write(other, "Fra den andre")
    for tab in (page, other):
        waiting(tab, "3 svar venter på nett")
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "PUT":
            sent.append(json.loads(request.post_data or "{}")["text"])

    context.on("requestfinished", note)
    context.set_offline(False)
    for tab in (page, other):
        all_delivered(tab)
    assert hall.texts() == ["Skrevet i den ene, delt av begge", "Fra den ene", "Fra den andre"]
    assert sorted(sent) == sorted(hall.texts())
    context.close()


def test_what_an_older_page_left_is_taken_over(hall: Hall) -> None:
    context = hall.browser.new_context(locale="nb-NO")
    ref = "0b7d3c1e-5a52-4b0b-9d53-9d8f3a3b1c11"
    item = {"ref": ref, "task": "oppg1", "text": "Fra før", "base": 0, "at": 1, "written_at": None, "problem": "refused"}
    left = {f"bord:{hall.table.uid}:svar:{ref}": json.dumps(item), f"bord:{hall.table.uid}:kladd:oppg1": "Halvferdig"}
    context.add_init_script(
        f"if (!sessionStorage.been) Object.assign(localStorage, {json.dumps(left)}), sessionStorage.been = 1"
    )
    page = context.new_page()
    page.goto(hall.link)
    all_delivered(page)
    assert hall.texts() == ["Fra før"]
    expect(page.get_by_label(FIELD)).to_have_value("Halvferdig")
    assert page.evaluate("Object.keys(localStorage)") == []
    context.close()


def test_nothing_is_left_on_the_phone_when_the_table_closes_and_nothing_goes_before_it_is_delivered(hall: Hall) -> None:
    context, page = ready(hall)
    page.route("**/api/**", answering(503))
    write(page, "Skrevet i tide")
    page.get_by_label(FIELD).fill("Halvferdig i tide")
    page.goto("about:blank")
    hall.close_task()
    page.goto(hall.link)  # the page now says that the task is closed; what waits is still here, and so is the kept page
    expect(page.get_by_text("Oppgaven er stengt.")).to_be_visible()
    waiting(page, "2 svar venter på nett")
    assert len(page.evaluate(EVERYTHING_KEPT)) == 2
    page.unroute_all()
    look(page)
    all_delivered(page)
    assert hall.texts() == ["Skrevet i tide", "Halvferdig i tide"]
    look(page)
    wait_until(lambda: page.evaluate(EVERYTHING_KEPT) == [], page)
    page.reload()
    expect(page.locator("#liste > li")).to_have_count(2)
    wait_until(lambda: page.evaluate(EVERYTHING_KEPT) == [], page)
    context.close()


def test_a_replaced_link_keeps_what_waits_until_the_new_one_is_opened_and_wipes_what_does_not(hall: Hall) -> None:
    delivered, page = ready(hall)
    offline, waits = ready(hall)
    write(page, "Levert")
    all_delivered(page)
    offline.set_offline(True)
    write(waits, "Venter")
    old = hall.link
    begin_write()
    hall.table.generation += 1
    db.session.commit()
    offline.set_offline(False)
    waiting(waits, "Det som ikke er levert, er trygt på denne telefonen.")
    waits.reload()
    expect(waits.get_by_role("heading", name="Lenken gjelder ikke lenger")).to_be_visible()
    offline.set_offline(True)
    waits.goto(old)
    waiting(waits, "1 svar venter på nett")
    offline.set_offline(False)
    waits.goto(hall.link)
    all_delivered(waits)
    assert hall.texts() == ["Levert", "Venter"]
    page.goto(old)
    wait_until(lambda: page.evaluate(EVERYTHING_KEPT) == [], page)
    for context in (delivered, offline):
        context.close()


def test_what_was_being_written_when_the_task_went_to_other_tables_arrives(hall: Hall) -> None:
    context, page = ready(hall)
    context.set_offline(True)
    page.get_by_label(FIELD).fill("Halvferdig")
    begin_write()
    others = tables.set_count(hall.conference, 3, "system")[1:]
    tasks.change(hall.conference, hall.task, {}, others)
    db.session.commit()
    context.set_offline(False)
    look(page)
    wait_until(lambda: hall.texts() == ["Halvferdig"], page)
    all_delivered(page)
    context.close()


def test_a_task_that_went_to_other_tables_leaves_the_page_of_one_that_has_not_begun(hall: Hall) -> None:
    with_task(hall.conference, "oppg2")
    context, page = ready(hall)
    expect(page.get_by_role("heading", name="Hva hindrer oss (oppg2)?")).to_be_visible()
    begin_write()
    task = tasks.find_task(hall.conference, "oppg2")
    assert task is not None
    tasks.change(hall.conference, task, {}, tables.set_count(hall.conference, 3, "system")[1:])
    db.session.commit()
    look(page)
    expect(page.get_by_role("heading", name="Hva hindrer oss (oppg1)?")).to_be_visible()
    expect(page.get_by_text("Oppgave 1 av 1")).to_be_visible()
    context.close()
