"""What everybody reads: the published plan and the published answers."""

import json
import re
from collections.abc import Callable

import pytest

from konferanse.answers.models import InputPublication
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.plan import editing, publishing
from konferanse.plan.accounting import lines_of
from konferanse.plan.content import contract
from konferanse.plan.exports import DOWNLOADS, TYPES
from konferanse.plan.models import Plan
from tests.conftest import StrictClient
from tests.factories.gathering import CHOSEN, say, texts
from tests.plan.conftest import redraft

SignIn = Callable[..., StrictClient]
EDITOR = editing.Editor("staff:1", "prove")


@pytest.fixture
def version(plan: Plan, conference: Conference) -> publishing.PlanVersion:
    """The plan and the answers, published."""
    begin_write()
    db.session.add(InputPublication(conference_id=conference.id))
    made = publishing.publish(plan, conference, "Utkast til høring", "staff:1")
    db.session.commit()
    return made


def test_before_anything_is_published_the_pages_say_what_will_come(plan: Plan, client: StrictClient) -> None:
    assert "Planen er ikke klar ennå" in client.get("/k/prove/plan").get_data(as_text=True)
    assert "Innspillene er ikke publisert ennå" in client.get("/k/prove/innspill").get_data(as_text=True)
    assert client.get("/k/prove/plan.json").status_code == 404
    assert client.get("/k/prove/plan.csv").status_code == 404


def test_the_plan_is_the_same_for_everybody_and_sets_no_cookie(
    version: publishing.PlanVersion, client: StrictClient, conference: Conference, sign_in: SignIn
) -> None:
    answer = client.get("/k/prove/plan")
    assert "Set-Cookie" not in answer.headers
    assert sign_in("plan", conference=conference).get("/k/prove/plan").data == answer.data


def test_each_line_has_a_permanent_link_and_its_evidence_in_place(
    version: publishing.PlanVersion, client: StrictClient
) -> None:
    page = client.get("/k/prove/plan").get_data(as_text=True)
    for line in version.content["lines"]:
        assert f'id="{line["id"]}"' in page
        for e in line["evidence"]:
            assert e["quote"].replace('"', "&#34;") in page
    assert texts()["g020"]["text"] in page  # what was not taken in
    assert "epilepsi" not in page


def test_links_to_a_merged_line_still_arrive(plan: Plan, conference: Conference, client: StrictClient) -> None:
    one, other = lines_of(plan)[:2]
    begin_write()
    editing.merge(one, other, EDITOR)
    publishing.publish(plan, conference, "Utkast", "staff:1")
    db.session.commit()
    assert f'id="{one.uid}"' in client.get("/k/prove/plan").get_data(as_text=True)


def test_plan_json_is_the_published_version(version: publishing.PlanVersion, client: StrictClient) -> None:
    answer = client.get("/k/prove/plan.json")
    assert answer.mimetype == "application/json"
    assert json.loads(answer.data) == contract(version.content)


@pytest.mark.parametrize("name", [name for name in DOWNLOADS if name != "json"])
def test_every_format_is_a_download(version: publishing.PlanVersion, client: StrictClient, name: str) -> None:
    answer = client.get(f"/k/prove/plan.{name}")
    assert (answer.status_code, answer.mimetype) == (200, TYPES[name])
    assert answer.headers["Content-Disposition"] == f'attachment; filename="plan-prove.{name}"'
    assert answer.data


def test_an_unknown_format_is_not_found(version: publishing.PlanVersion, client: StrictClient) -> None:
    assert client.get("/k/prove/plan.exe").status_code == 404
    assert client.get("/k/prove/plan.html").status_code == 404  # the page itself is that


def test_changes_show_when_they_are_published_and_not_before(
    version: publishing.PlanVersion, plan: Plan, conference: Conference, client: StrictClient
) -> None:
    client.get("/k/prove/plan")
    line = lines_of(plan)[0]
    begin_write()
    editing.edit(line, editing.Words("Helt nye ord.", "", [], None, "", ""), line.revision, EDITOR)
    db.session.commit()
    assert "Helt nye ord." not in client.get("/k/prove/plan").get_data(as_text=True)
    begin_write()
    publishing.publish(plan, conference, "Endelig", "staff:1")
    db.session.commit()
    assert "Helt nye ord." in client.get("/k/prove/plan").get_data(as_text=True)


def test_staff_see_it_as_the_readers_will(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("read", conference=conference)
    assert "Slik vil leserne se planen" in staff.get("/admin/k/prove/plan/forhandsvisning").get_data(as_text=True)
    assert staff.get("/admin/k/prove/plan/fil.csv").status_code == 200


def test_from_every_answer_one_click_to_what_became_of_it(version: publishing.PlanVersion, client: StrictClient) -> None:
    page = client.get("/k/prove/innspill").get_data(as_text=True)
    assert f"{len(CHOSEN)} svar" in page
    outcomes = re.findall(r'<p class="outcome">(.*?)</p>', page, re.DOTALL)
    assert len(outcomes) == len(CHOSEN)
    lines = {line["id"] for line in version.content["lines"]}
    linked = [set(re.findall(r"/k/prove/plan(?:\?[^#\"]*)?#([0-9a-f-]{36})", outcome)) for outcome in outcomes]
    assert all(ids <= lines for ids in linked)
    assert sum(bool(ids) for ids in linked) == 19
    assert sum("Praktisk beskjed" in outcome for outcome in outcomes) == 1


def test_answers_are_masked_also_when_no_run_has_read_them(
    version: publishing.PlanVersion, conference: Conference, client: StrictClient
) -> None:
    begin_write()
    say(conference, "ny", texts()["g155"]["text"], task="oppg1", at="B21")
    publication = db.session.scalars(db.select(InputPublication)).one()
    publication.published = publication.published.replace(year=publication.published.year + 1)
    db.session.commit()
    page = client.get("/k/prove/innspill").get_data(as_text=True)
    assert f"{len(CHOSEN) + 1} svar" in page
    assert "epilepsi" not in page


def test_answers_show_owner_and_deadline_but_nothing_about_somebodys_health(
    version: publishing.PlanVersion, conference: Conference, client: StrictClient
) -> None:
    begin_write()
    say(conference, "ny", "Fast fadder", owner="NAV Oslo", deadline="når Kari Nordmann er tilbake fra sykmelding for epilepsi")
    publication = db.session.scalars(db.select(InputPublication)).one()
    publication.published = publication.published.replace(year=publication.published.year + 1)
    db.session.commit()
    page = client.get("/k/prove/innspill").get_data(as_text=True)
    assert "Ansvarlig: NAV Oslo · Frist: […]" in page
    assert "epilepsi" not in page


def test_answers_are_chosen_by_task_and_table_with_plain_links(version: publishing.PlanVersion, client: StrictClient) -> None:
    rows = texts().values()
    by_table = [row for row in rows if row["table"] == "B01"]
    assert f"{len(by_table)} svar" in client.get("/k/prove/innspill?bord=1").get_data(as_text=True)
    both = [row for row in by_table if row["task"] == "oppg1"]
    assert f"{len(both)} svar" in client.get("/k/prove/innspill?bord=1&oppgave=oppg1").get_data(as_text=True)
    assert f"{len(CHOSEN)} svar" in client.get("/k/prove/innspill?bord=tull&oppgave=tull").get_data(as_text=True)


def test_an_answer_that_came_after_the_plan_says_so(
    version: publishing.PlanVersion, conference: Conference, client: StrictClient
) -> None:
    begin_write()
    say(conference, "sen", "Vi vil ha faste møter", task="oppg3")
    publication = db.session.scalars(db.select(InputPublication)).one()
    publication.published = publication.published.replace(year=publication.published.year + 1)
    db.session.commit()
    assert "Kom til etter at planen ble publisert" in client.get("/k/prove/innspill").get_data(as_text=True)
    redraft(conference)
    assert "Kom til etter at planen ble publisert" in client.get("/k/prove/innspill").get_data(as_text=True)
