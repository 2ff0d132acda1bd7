"""Health data is seen by those who arrange for people, and nowhere else."""

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.common.links import fill_in
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import AccessNeed
from tests.conftest import StrictClient
from tests.registration.conftest import mails, path_of, person

CANARY = "kanarinøtteallergi"
pytestmark = pytest.mark.postgres
SignUp = Callable[..., str]
SignIn = Callable[..., StrictClient]


@pytest.fixture
def allergic(sign_up: SignUp) -> AccessNeed:
    """Kari, who has told of an allergy."""
    sign_up("kari@example.org", allergies=f"Sterk {CANARY}", accept_health="y")
    return db.session.scalars(select(AccessNeed)).one()


def opened() -> list[tuple[str, str]]:
    """Who opened health data, as logged."""
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action.in_(("needs.opened", "needs.kitchen"))))
    return [(row.actor, row.action) for row in rows]


def test_the_text_is_seen_only_where_it_is_needed(
    client: StrictClient,
    conference: Conference,
    allergic: AccessNeed,
    sign_in: SignIn,
    app: Flask,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    organiser = sign_in("organiser", conference=conference)
    uid = person("kari@example.org").uid
    base = f"/admin/k/{conference.slug}/pamelding"
    pages = [base, f"{base}?q={CANARY}x", f"{base}/{uid}", f"{base}/skriv", f"/admin/k/{conference.slug}/epost"]
    seen = [organiser.get(path).get_data(as_text=True) for path in pages]
    seen += [client.get(f"/k/{conference.slug}").get_data(as_text=True)]
    seen += [client.get(path_of(person("kari@example.org")) + "/kalender.ics").get_data(as_text=True)]
    seen += [fill_in(mail.body) + mail.subject + json.dumps(mail.calendar) for mail in mails()]
    run = app.test_cli_runner()
    for form in ("csv", "xlsx"):
        run.invoke(args=["registration", "export", conference.slug, "--format", form, "--out", str(tmp_path / form)])
        seen.append((tmp_path / form).read_bytes().decode("utf-8", "replace"))
    seen.append(run.invoke(args=["outbox", "list", "--json"]).output)
    seen += [f"{e.actor}{e.action}{e.subject}{e.detail}" for e in db.session.scalars(select(AuditEntry))]
    seen += [caplog.text, *capfd.readouterr()]
    assert not [text[:300] for text in seen if CANARY in text.replace(f"{CANARY}x", "")]
    assert CANARY in client.get(path_of(person("kari@example.org"))).get_data(as_text=True)


def test_a_spreadsheet_holds_no_health_data_inside(
    conference: Conference, allergic: AccessNeed, app: Flask, tmp_path: Path
) -> None:
    from python_calamine import CalamineWorkbook

    out = tmp_path / "alle.xlsx"
    app.test_cli_runner().invoke(args=["registration", "export", conference.slug, "--format", "xlsx", "--out", str(out)])
    cells = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert "kari@example.org" in str(cells)
    assert CANARY not in str(cells)


def test_the_organiser_without_the_permission_does_not_see_it(
    conference: Conference, allergic: AccessNeed, sign_in: SignIn
) -> None:
    base = f"/admin/k/{conference.slug}/behov"
    assert sign_in("organiser", conference=conference).get(base).status_code == 403
    assert sign_in(admin=True).get(base).status_code == 403
    assert sign_in("organiser", conference=conference).get(f"{base}/kjokken").status_code == 403
    assert opened() == []


def test_every_opening_is_logged(conference: Conference, allergic: AccessNeed, sign_in: SignIn) -> None:
    nurse = sign_in("needs", conference=conference)
    base = f"/admin/k/{conference.slug}/behov"
    assert CANARY in nurse.get(base).get_data(as_text=True)
    assert CANARY in nurse.get(f"{base}/kjokken").get_data(as_text=True)
    nurse.submit(f"{base}/{allergic.uid}", {f"b{allergic.uid.hex}-status": "x"}, page=base)
    assert [action for _actor, action in opened()] == ["needs.opened", "needs.kitchen", "needs.opened", "needs.opened"]
    assert {actor.partition(":")[0] for actor, _action in opened()} == {"staff"}


def test_the_kitchen_gets_counts_and_no_names(conference: Conference, sign_up: SignUp, sign_in: SignIn) -> None:
    for n, text in enumerate(["Nøtter", "nøtter.", "Gluten"]):
        sign_up(f"n{n}@example.org", name=f"Navn Navnesen {n}", allergies=text, access_needs="Rampe", accept_health="y")
    sign_up("n9@example.org", attendance="digital", allergies="Skalldyr", accept_health="y")
    page = sign_in("needs", conference=conference).get(f"/admin/k/{conference.slug}/behov/kjokken").get_data(as_text=True)
    assert page.index("Nøtter") < page.index("Gluten")
    assert not [word for word in ("Navnesen", "Rampe", "Skalldyr") if word in page]


def test_a_reply_is_read_on_the_personal_page_and_the_mail_only_says_there_is_one(
    client: StrictClient, conference: Conference, allergic: AccessNeed, sign_in: SignIn
) -> None:
    nurse = sign_in("needs", conference=conference)
    base, prefix = f"/admin/k/{conference.slug}/behov", f"b{allergic.uid.hex}"
    reply = {f"{prefix}-status": "arranged", f"{prefix}-reply": "Kokken lager noe eget."}
    reply[f"{prefix}-seen"] = allergic.consented.isoformat()
    assert nurse.submit(f"{base}/{allergic.uid}", reply, page=base).status_code == 303
    assert "Kokken lager noe eget." in client.get(path_of(person("kari@example.org"))).get_data(as_text=True)
    (mail,) = mails("reply")
    assert "Kokken" not in mail.body
    assert CANARY not in mail.body
    nurse.submit(f"{base}/{allergic.uid}", reply, page=base)
    assert len(mails("reply")) == 1


def test_what_was_changed_since_it_was_read_is_not_called_arranged(
    client: StrictClient, conference: Conference, allergic: AccessNeed, sign_in: SignIn
) -> None:
    nurse = sign_in("needs", conference=conference)
    base, prefix = f"/admin/k/{conference.slug}/behov", f"b{allergic.uid.hex}"
    read = re.search(rf'name="{prefix}-seen" value="([^"]+)"', nurse.get(base).get_data(as_text=True))
    assert read
    mine = path_of(person("kari@example.org")) + "/behov"
    client.submit(mine, {"allergies": "Skalldyr også", "accept_health": "y"})
    reply = {f"{prefix}-seen": read[1], f"{prefix}-status": "arranged", f"{prefix}-reply": "Kokken lager noe eget."}
    page = nurse.submit(f"{base}/{allergic.uid}", reply, page=base)
    assert page.status_code == 409
    assert "har endret det som stod her" in page.get_data(as_text=True)
    assert "Skalldyr også" in page.get_data(as_text=True)
    db.session.refresh(allergic)
    assert (allergic.status, allergic.reply, mails("reply")) == ("new", "", [])


def test_a_wrong_reply_is_kept_and_changes_nothing(conference: Conference, allergic: AccessNeed, sign_in: SignIn) -> None:
    nurse = sign_in("needs", conference=conference)
    base, prefix = f"/admin/k/{conference.slug}/behov", f"b{allergic.uid.hex}"
    page = nurse.submit(f"{base}/{allergic.uid}", {f"{prefix}-reply": "Vi ordner det"}, page=base)
    assert page.status_code == 422
    assert "Vi ordner det" in page.get_data(as_text=True)
    db.session.refresh(allergic)
    assert (allergic.status, allergic.reply) == ("new", "")
