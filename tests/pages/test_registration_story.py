"""One conference from the invitations to the forgetting, in a real browser and in each language: an organiser invites three
organisations, they fill their seats, the line grows, a cancellation calls somebody in, a substitute comes, badges are
printed, people are checked in, and at last everybody is forgotten."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from pypdf import PdfReader

from konferanse.common.clock import now, today
from konferanse.conference.models import Conference
from konferanse.config import ROOT
from konferanse.extensions import begin_write, db
from konferanse.registration.models import Registration
from tests.pages.browser import axe
from tests.registration.conftest import STATUS, form_of
from tests.serving import Server, serve

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

LINES = """Fjordvik kommune; kommune; nordland; Åse Bjørk; ase@fjordvik.example.org; 1
Đorđe Sør HF; helseforetak; troms; Máret Čáppa; maret@sor.example.org; 1
Nav Lomvika; nav; oslo; Siv Lie; siv@nav.example.org; 1"""
PEOPLE = ("Ola Ærfugl", "Ánde Šuvva", "Kristoffer-Johannes Østgård-Lønningdal Nordahl")
LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}
SIGNED_UP = {"nb": "du er påmeldt", "nn": "du er påmeld", "en": "you are signed up"}
EARLIER = "Du får svar på e-post"  # a bokmål sentence that no other language may show


@dataclass
class Story:
    """A served conference with four seats that begins today, an organiser's browser, and everybody else's."""

    server: Server
    environ: dict[str, str]
    slug: str
    browser: Browser
    locale: str
    staff: Page

    def command(self, *arguments: str, **more: str) -> str:
        """What a command prints."""
        environ = {**os.environ, **self.environ, "KONFERANSE_BASE_URL": self.server.url, **more}
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def link_to(self, address: str) -> str:
        """The personal link in the last mail to ``address``."""
        mails = [mail for mail in json.loads(self.command("outbox", "list", "--json")) if mail["recipient"] == address]
        return next(word for word in mails[-1]["body"].split() if word.startswith(self.server.url))

    def somebody(self, path: str) -> Page:
        """A page opened by somebody who is not signed in."""
        page = self.context().new_page()
        page.goto(path if path.startswith("http") else f"{self.server.url}{path}")
        return page

    def context(self) -> BrowserContext:
        """A browser of its own, in the language of the story."""
        made = self.browser.new_context(locale=self.locale, viewport={"width": 360, "height": 740})
        made.set_default_timeout(30_000)
        return made

    def signs_up(self, email: str) -> str:
        """Fill in the public form; what the receipt says."""
        page = self.somebody(f"/k/{self.slug}/pamelding")
        form = form_of(Conference(first_date=today(), last_date=today()), email, days=None)
        for name in ("name", "email", "organisation"):
            page.fill(f"[name={name}]", form[name])
        for name in ("organisation_type", "county"):
            page.select_option(f"[name={name}]", form[name])
        page.check("[name=accept_privacy]")
        page.click("form.signup button[type=submit]:not([name])")
        page.wait_for_selector("main[data-registration-status]")
        found = STATUS.search(page.content())
        assert found
        page.context.close()
        return found[1]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def story(app: Flask, environ: dict[str, str], conference: Conference, browser: Browser, language: str) -> Iterator[Story]:
    begin_write()
    conference.first_date = conference.last_date = today()
    conference.seats, conference.retention_days, conference.health_days = 4, 30, 10
    slug = conference.slug
    db.session.commit()
    with serve(environ, workers=1) as server:
        page = browser.new_context(locale=LANGUAGES[language]).new_page()
        page.set_default_timeout(30_000)
        made = Story(server, environ, slug, browser, LANGUAGES[language], page)
        made.command("staff", "create", "sigrid@example.org", "--name", "Sigrid")
        made.command("staff", "grant", slug, "sigrid@example.org", "organiser")
        page.goto(made.command("staff", "link", "sigrid@example.org").split()[-1])
        page.click("main button[type=submit]")
        yield made
        page.context.close()


def invites_three(story: Story) -> None:
    page, desk = story.staff, f"{story.server.url}/admin/k/{story.slug}/pamelding"
    page.goto(f"{desk}/invitasjoner/liste")
    page.fill("[name=lines]", LINES)
    page.click("main form button[type=submit]")
    assert axe(page) == []
    page.click("button[name=sure]")
    page.wait_for_url("**/invitasjoner")
    page.click("form[action$='/invitasjoner/send'] button")
    page.wait_for_load_state()
    assert axe(page) == []


def fill_their_seats(story: Story) -> None:
    contacts = ("ase@fjordvik.example.org", "maret@sor.example.org", "siv@nav.example.org")
    for number, (contact, name) in enumerate(zip(contacts, PEOPLE, strict=True)):
        page = story.somebody(story.link_to(contact))
        page.fill("[name=name]", name)
        page.fill("[name=email]", f"invitert{number}@example.org")
        page.click("main form:has([name=name]) button[type=submit]")
        page.wait_for_selector("ul.delegates")
        assert name in page.inner_text("ul.delegates")
        assert axe(page) == []
        page.context.close()


def cancels(story: Story, email: str) -> None:
    page = story.somebody(story.link_to(email))
    page.click("form[action$='/avmeld'] button")
    page.wait_for_load_state()
    page.context.close()


def hands_over(story: Story, email: str, substitute: str) -> None:
    page = story.somebody(story.link_to(email))
    page.click("a[href$='/vikar']")
    page.fill("[name=name]", "Ŋgoma Ŧuri")
    page.fill("[name=email]", substitute)
    page.click("main form:has([name=email]) button[type=submit]")
    page.wait_for_load_state()
    page.context.close()


def prints_badges(story: Story) -> str:
    """What stands on the badges."""
    answer = story.staff.request.get(f"{story.server.url}/admin/k/{story.slug}/utskrifter/navneskilt.pdf")
    assert answer.ok
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages).split())


def checks_in(story: Story, name: str) -> None:
    page = story.staff
    page.goto(f"{story.server.url}/admin/k/{story.slug}/innsjekk")
    page.fill("[name=q]", name)
    page.press("[name=q]", "Enter")
    page.click(".arrivals form button[type=submit]")
    page.wait_for_load_state()
    assert axe(page) == []


def test_from_the_invitations_to_the_forgetting(story: Story, conference: Conference, language: str) -> None:
    invites_three(story)
    fill_their_seats(story)
    assert [story.signs_up(f"{name}@example.org") for name in ("forst", "ko1", "ko2")] == ["confirmed", "waiting", "waiting"]
    cancels(story, "forst@example.org")
    page = story.somebody(story.link_to("ko1@example.org"))
    assert page.get_attribute("html", "lang") == language
    assert SIGNED_UP[language] in page.inner_text("h1")
    assert language == "nb" or EARLIER not in page.inner_text("main")
    assert axe(page) == []
    page.context.close()
    hands_over(story, "ko1@example.org", "vikar@example.org")
    assert SIGNED_UP[language] in story.somebody(story.link_to("vikar@example.org")).inner_text("h1")

    badges = prints_badges(story)
    assert [name for name in ("Ola Ærfugl", "Ánde Šuvva", "Ŋgoma Ŧuri") if name not in badges] == []
    assert "Kari Nordmann" not in badges  # who gave the seat on, and who still waits
    for name in ("Ŋgoma", "Ærfugl"):
        checks_in(story, name)
    assert "2" in story.staff.inner_text("main dl.facts")

    db.session.rollback()
    later = now() + timedelta(days=31)
    story.command("retention", "run", KONFERANSE_NOW=later.isoformat())
    people = db.session.scalars(db.select(Registration).where(Registration.conference_id == conference.id)).all()
    assert {(row.name, row.email, row.phone, row.organisation_name) for row in people} == {("–", "", "", "")}
    assert sum(row.status == "confirmed" for row in people) == conference.seats
    assert "example.org" not in "".join(
        m["body"] + m["recipient"] for m in json.loads(story.command("outbox", "list", "--json"))
    )
    assert story.somebody(f"/k/{story.slug}").inner_text("h1") == conference.title
