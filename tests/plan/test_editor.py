"""The editor: a document one writes in, two people at a time."""

import re
from collections.abc import Callable

from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.plan.accounting import account, lines_of
from konferanse.plan.content import numbers_of
from konferanse.plan.models import Plan, PlanLine
from tests.conftest import StrictClient
from tests.factories.gathering import CHOSEN, say
from tests.plan.conftest import redraft

SignIn = Callable[..., StrictClient]
BASE = "/admin/k/prove/plan"


def words(line: PlanLine, **changed: str) -> dict[str, str]:
    """The form of a line as the page shows it."""
    own = {
        "text": line.text,
        "owner": line.owner,
        "contributors": "\n".join(line.contributors),
        "deadline": line.deadline.isoformat() if line.deadline else "",
        "deadline_text": line.deadline_text,
        "indicator": line.indicator,
        "based_on": str(line.revision),
        "fill": "",
    }
    return own | changed


def at(line: PlanLine) -> str:
    """The line's own page."""
    return f"{BASE}/linje/{line.uid}"


def logged(action: str) -> list[str]:
    """Whom the log names for an action."""
    return list(db.session.scalars(select(AuditEntry.actor).where(AuditEntry.action == f"plan.line.{action}")))


def test_without_themes_the_page_shows_the_way(conference: Conference, sign_in: SignIn) -> None:
    page = sign_in("plan", conference=conference).get(BASE).get_data(as_text=True)
    assert "Lag temaer og poeng først" in page
    assert "Gå til temaer" in page


def test_the_document_shows_every_line_with_its_number_and_support(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    page = sign_in("plan", conference=conference).get(BASE).get_data(as_text=True)
    numbers = numbers_of(lines_of(plan))
    assert re.findall(r'<span class="number">([\d.]+)</span>', page) == list(numbers.values())
    assert f"{len(CHOSEN)} svar" in page
    assert re.search(r"\d+ bord · \d+ svar", page)


def test_a_draft_is_made_with_the_button(conference: Conference, plan: Plan, sign_in: SignIn) -> None:
    staff = sign_in("plan", conference=conference)
    assert staff.submit(f"{BASE}/utkast", page=BASE).status_code == 303
    assert sign_in("read", conference=conference).submit(f"{BASE}/utkast", page=BASE).status_code == 403


def test_a_line_is_edited_and_the_log_says_by_whom(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    line = lines_of(plan)[0]
    staff = sign_in("plan", conference=conference)
    given = words(line, text="Nye ord.", owner="HR-sjefen", contributors="NAV\nIPS", deadline="2019-12-01", indicator="Antall")
    assert staff.submit(at(line), given).status_code == 303
    db.session.refresh(line)
    assert (line.text, line.owner, line.contributors, line.indicator) == ("Nye ord.", "HR-sjefen", ["NAV", "IPS"], "Antall")
    assert str(line.deadline) == "2019-12-01"
    assert logged("edited") == [line.edited_by]
    assert "Nye ord." not in str([e.detail for e in db.session.scalars(select(AuditEntry))])


def test_the_evidence_says_which_table_suggested_owner_and_deadline(conference: Conference, sign_in: SignIn) -> None:
    begin_write()
    for at_table, owner in (("B07", "NAV <Oslo>"), ("B08", "HR"), ("B09", "HR"), ("B10", "")):
        say(conference, at_table, "Alle avdelinger bør ha en fast fadder for nyansatte.", at=at_table, owner=owner)
    db.session.commit()
    plan = redraft(conference)
    staff = sign_in("plan", conference=conference)
    line = next(line for line in lines_of(plan) if line.status == "draft")
    page = staff.get(at(line)).get_data(as_text=True)
    assert "Foreslått av bord 7 i eget felt: Ansvarlig: NAV &lt;Oslo&gt;" in page
    assert "Foreslått av bord 8 i eget felt: Ansvarlig: HR" in page
    assert "Foreslått i eget felt: «HR» (bord 8, 9) · «NAV &lt;Oslo&gt;» (bord 7)" in page
    assert "Foreslått av bord 7 i eget felt" in staff.get(f"{BASE}/forhandsvisning").get_data(as_text=True)


def test_a_stale_edit_is_refused_with_both_texts(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    line = lines_of(plan)[0]
    mine, theirs = words(line, text="Min tekst."), words(line, text="Den andres tekst.")
    staff = sign_in("plan", conference=conference)
    assert staff.submit(at(line), theirs).status_code == 303
    answer = staff.submit(at(line), mine)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Min tekst." in page
    assert "Den andres tekst." in page
    db.session.refresh(line)
    assert line.text == "Den andres tekst."
    # The form now builds on what the other wrote: sending it again is a choice.
    based_on = re.search(r'name="based_on"[^>]*value="(\d+)"', page)
    assert based_on
    assert staff.submit(at(line), mine | {"based_on": based_on[1]}).status_code == 303
    db.session.refresh(line)
    assert line.text == "Min tekst."


def test_bad_input_keeps_what_was_typed(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    line = lines_of(plan)[0]
    staff = sign_in("plan", conference=conference)
    before = line.text
    for given in ({"text": ""}, {"deadline": "i morgen"}, {"owner": "å" * 301}):
        answer = staff.submit(at(line), words(line, indicator="Beholdes", **given))
        assert answer.status_code == 422
        assert "Beholdes" in answer.get_data(as_text=True)
    db.session.refresh(line)
    assert line.text == before


def test_lines_move_and_the_numbers_follow(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("plan", conference=conference)
    line = [p for p in lines_of(plan) if p.chapter == "utfordring"][-1]
    place = numbers_of(lines_of(plan))[line.id]
    assert staff.submit(f"{at(line)}/flytt/opp", page=at(line)).status_code == 303
    assert staff.submit(f"{at(line)}/flytt/sidelengs", page=at(line)).status_code == 404
    assert staff.submit(f"{at(line)}/kapittel", {"chapter": "rutine"}, page=at(line)).status_code == 303
    after = numbers_of(lines_of(plan))[line.id]
    assert (place[0], after[0]) == ("1", "4")


def test_a_line_merged_into_another_takes_its_answers_along(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("plan", conference=conference)
    one, other = lines_of(plan)[:2]
    together = len(one.evidence) + len(other.evidence)
    number = numbers_of(lines_of(plan))[other.id]
    for wrong in ("9.99", numbers_of(lines_of(plan))[one.id], ""):
        assert staff.submit(f"{at(one)}/sla-sammen", {"number": wrong}, page=at(one)).status_code == 422
    assert staff.submit(f"{at(one)}/sla-sammen", {"number": number}, page=at(one)).status_code == 303
    assert len(account(plan).evidence[other.id]) == together
    assert "Skill ut igjen" in staff.get(at(other)).get_data(as_text=True)
    assert staff.submit(f"{at(one)}/ta-inn", page=at(one)).status_code == 303
    assert len(account(plan).evidence[other.id]) == together - len(one.evidence)


def test_removing_a_line_asks_why_and_can_be_undone(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("plan", conference=conference)
    line = lines_of(plan)[0]
    assert staff.submit(f"{at(line)}/ta-ut", {"reason": ""}, page=at(line)).status_code == 422
    assert staff.submit(f"{at(line)}/ta-ut", {"reason": "Hører til i en annen plan"}, page=at(line)).status_code == 303
    assert "Hører til i en annen plan" in staff.get(f"{BASE}/svar?status=parked").get_data(as_text=True)
    assert "Hører til i en annen plan" in staff.get(BASE).get_data(as_text=True)
    assert staff.submit(f"{at(line)}/ta-inn", page=at(line)).status_code == 303
    assert {line.uid: line.status for line in lines_of(plan)}[line.uid] == "draft"


def test_a_line_of_ones_own_is_added(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("plan", conference=conference)
    given = {"chapter": "tiltak", "theme": "Nytt tema", "text": "Vi lager en side på nett."}
    assert staff.submit(f"{BASE}/ny-linje", given, page=BASE).status_code == 303
    assert "Skrevet av sekretariatet" in staff.get(BASE).get_data(as_text=True)
    refused = staff.submit(f"{BASE}/ny-linje", given | {"text": "", "theme": "Beholdes"}, page=BASE)
    assert refused.status_code == 422
    assert "Beholdes" in refused.get_data(as_text=True)


def test_a_proposal_is_taken_or_left(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("plan", conference=conference)
    first, second = lines_of(plan)[:2]
    begin_write()
    first.proposal, second.proposal, kept = "Bedre ord.", "Dårligere ord.", second.text
    db.session.commit()
    assert "2 forslag til ny tekst venter" in staff.get(BASE).get_data(as_text=True)
    staff.submit(f"{at(first)}/forslag", {"svar": "ja"}, page=BASE)
    staff.submit(f"{at(second)}/forslag", {"svar": "nei"}, page=BASE)
    db.session.refresh(first)
    db.session.refresh(second)
    assert (first.text, first.proposal, second.text, second.proposal) == ("Bedre ord.", "", kept, "")


def test_blank_owners_and_deadlines_are_walked_through_one_by_one(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("plan", conference=conference)
    seen: list[str] = []
    answer = staff.get(f"{BASE}/neste")
    while answer.status_code == 303 and "/linje/" in answer.location:
        where = answer.location.split("?")[0]
        assert where not in seen
        seen.append(where)
        line = next(p for p in lines_of(plan) if str(p.uid) in where)
        given = words(line, owner=line.owner or "HR-sjefen", deadline_text=line.deadline_text or "i 2020", fill="1")
        done = staff.submit(where, given, page=answer.location)
        answer = staff.get(done.location)
    assert seen
    assert "Alle linjer har ansvarlig og frist" in staff.get(BASE).get_data(as_text=True)


def test_a_theme_gets_a_better_name(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("plan", conference=conference)
    old = lines_of(plan)[0].theme
    assert staff.submit(f"{BASE}/tema", {"old": old, "name": "Holdninger"}, page=BASE).status_code == 303
    assert lines_of(plan)[0].theme == "Holdninger"
    assert staff.submit(f"{BASE}/tema", {"old": old, "name": ""}, page=BASE).status_code == 422
    for made_up in (old, "Finnes ikke", "\0", ""):
        assert staff.submit(f"{BASE}/tema", {"old": made_up, "name": "Noe annet"}, page=BASE).status_code == 409


def test_title_and_introduction_are_written(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("plan", conference=conference)
    path = f"{BASE}/innledning"
    assert staff.submit(path, {"title": "Felles plan", "introduction": "Vi vil."}).status_code == 303
    assert "Felles plan" in staff.get(BASE).get_data(as_text=True)
    assert staff.submit(path, {"title": "x" * 201, "introduction": "Beholdes"}).status_code == 422


def test_all_answers_and_where_each_went(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("read", conference=conference)
    for status, count in {"": 20, "used": 16, "merged": 3, "parked": 1, "tull": 20}.items():
        page = staff.get(f"{BASE}/svar?status={status}").get_data(as_text=True)
        assert page.count("<tr>") - 1 == count


def test_a_reader_sees_the_plan_and_changes_nothing(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("read", conference=conference)
    line = lines_of(plan)[0]
    assert "Rediger" not in staff.get(BASE).get_data(as_text=True)
    token = words(line, text="Tull")
    assert staff.submit(at(line), token, page=BASE).status_code == 403


def test_another_conferences_line_does_not_exist(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    from konferanse.common.clock import today
    from konferanse.conference import lifecycle

    begin_write()
    other = lifecycle.create("annen", "En annen", "dialogkonferanse", today(), today())
    db.session.add(Plan(mandate_id=other.mandate_id))
    db.session.commit()
    line = lines_of(plan)[0]
    assert sign_in("plan", conference=other).get(f"/admin/k/annen/plan/linje/{line.uid}").status_code == 404


def test_publishing_with_a_tampered_quote_says_what_is_wrong(plan: Plan, conference: Conference, sign_in: SignIn) -> None:
    staff = sign_in("plan", conference=conference)
    begin_write()
    lines_of(plan)[0].evidence[0].quote = "Noe ingen sa"
    db.session.commit()
    answer = staff.submit(f"{BASE}/publiser", {"name": "Utkast"}, page=BASE)
    assert answer.status_code == 409
    assert "ikke ordrett" in answer.get_data(as_text=True)
