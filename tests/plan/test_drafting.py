"""From themes to a draft, and what stays when it is made again."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from konferanse.answers.models import Answer
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.plan import drafting, editing
from konferanse.plan.accounting import account, lines_of
from konferanse.plan.content import contract
from konferanse.plan.models import Plan, PlanLine
from konferanse.plan.publishing import exportable
from tests.factories.gathering import CHOSEN, edit, say, texts
from tests.plan.conftest import redraft

EDITOR = editing.Editor("staff:1", "prove")
WORDS = editing.Words("Våre egne ord.", "HR-sjefen", ["NAV"], None, "før jul", "")


def behind(plan: Plan, ref: str) -> PlanLine:
    """The line that the answer called ``ref`` stands behind."""
    told = account(plan)
    answer_id = next(a.answer_id for a in told.answers.values() if a.name == ref)
    return told.where[answer_id].lines[0]


def decide(act: Callable[[], object]) -> None:
    """A person's decision, committed."""
    begin_write()
    act()
    db.session.commit()


@pytest.mark.postgres
def test_every_answer_is_used_merged_or_parked(plan: Plan) -> None:
    totals = account(plan).totals
    assert totals == {"answers": len(CHOSEN), "used": 16, "merged": 3, "parked": 1}


def test_every_line_says_what_an_answer_behind_it_says(plan: Plan) -> None:
    said = {row["text"] for row in texts().values()}
    told = account(plan)
    hidden = behind(plan, "g155"), behind(plan, "g245")  # nothing of these may be shown
    assert {line.text for line in hidden} == {"Skjult av hensyn til personvernet"}
    assert [line.text for line in lines_of(plan) if line not in hidden and line.text not in said] == []
    assert all(told.evidence[line.id] for line in lines_of(plan))


def test_what_hinders_is_a_chapter_of_its_own(plan: Plan) -> None:
    assert behind(plan, "g001").chapter == "utfordring"
    assert behind(plan, "g016").chapter == "samarbeid"


def test_owner_deadline_and_indicator_are_what_the_answers_say_or_blank(plan: Plan) -> None:
    line = behind(plan, "g010")
    assert (line.owner, line.deadline_text, line.indicator) == ("HR-avdelinga", "innen sommeren 2020", "20 nye praksisplasser")
    assert line.deadline is None
    texts_behind = {e.version.text for e in line.evidence}
    for other in lines_of(plan):
        own = {e.version.text for e in other.evidence} | texts_behind
        assert [v for v in (other.owner, other.deadline_text, other.indicator) if v and not any(v in t for t in own)] == []


def test_what_tables_wrote_in_fields_of_their_own_is_the_owner_and_deadline_verbatim(conference: Conference) -> None:
    begin_write()
    said = "Alle avdelinger bør ha en fast fadder for nyansatte innen 1. mai 2020."
    say(conference, "a", said, at="B01", owner="NAV  Oslo & co", deadline="høsten 2019")
    say(conference, "b", said, at="B02")
    say(conference, "c", "HR-avdelinga bør lage en felles mal for stillingsannonser.", at="B03")
    db.session.commit()
    plan = redraft(conference)
    line = behind(plan, "a")
    assert (line.owner, line.deadline_text) == ("NAV  Oslo & co", "høsten 2019")  # before what was found in the text
    assert behind(plan, "b") == line
    assert behind(plan, "c").owner == "HR-avdelinga"
    quotes = [e for row in exportable(conference)["lines"] for e in row["evidence"]]
    assert all(e["quote"] in (said, "HR-avdelinga bør lage en felles mal for stillingsannonser.") for e in quotes)
    assert {e["answer"]: (e.get("owner"), e.get("deadline")) for e in quotes} == {
        "a": ("NAV  Oslo & co", "høsten 2019"), "b": (None, None), "c": (None, None),
    }  # fmt: skip


def test_what_most_tables_wrote_is_the_owner_when_the_answer_in_front_names_none(conference: Conference) -> None:
    begin_write()
    for n, owner in enumerate(("", "NAV", "HR", "NAV"), 1):
        say(conference, f"s{n}", "Alle avdelinger bør ha en fast fadder for nyansatte.", at=f"B0{n}", owner=owner)
    db.session.commit()
    assert behind(redraft(conference), "s1").owner == "NAV"


def test_a_field_about_somebodys_health_is_not_taken_into_the_plan(conference: Conference) -> None:
    begin_write()
    told = "når Kari Nordmann er tilbake fra sykmelding for epilepsi"
    say(conference, "a", "Alle avdelinger bør ha en fast fadder for nyansatte.", owner="NAV", deadline=told)
    db.session.commit()
    line = behind(redraft(conference), "a")
    assert (line.owner, line.deadline_text) == ("NAV", "")
    [row] = exportable(conference)["lines"]
    assert row["evidence"][0]["deadline"] == "[…]"
    decide(lambda: editing.edit(line, WORDS._replace(deadline_text=told), line.revision, EDITOR))
    with pytest.raises(Refused, match="gjengir noe som er skjult"):
        exportable(conference)


def test_another_owner_for_the_same_words_keeps_what_a_person_decided(conference: Conference, plan: Plan) -> None:
    line = behind(plan, "g010")
    decide(lambda: editing.edit(line, WORDS, line.revision, EDITOR))
    begin_write()
    answer = db.session.scalars(select(Answer).where(Answer.ref == "g010")).one()
    edit(answer, answer.text, owner="NAV Oslo")
    db.session.commit()
    with pytest.raises(Refused, match="1 svar er nytt eller endret"):
        exportable(conference)
    redraft(conference)
    assert behind(plan, "g010") == line
    assert (line.text, line.owner) == ("Våre egne ord.", "HR-sjefen")
    owners = {e["answer"]: e.get("owner") for row in exportable(conference)["lines"] for e in row["evidence"]}
    assert owners["g010"] == "NAV Oslo"


def test_a_new_draft_of_the_same_answers_changes_nothing(conference: Conference, plan: Plan) -> None:
    before = contract(exportable(conference))
    redraft(conference)
    assert contract(exportable(conference)) == before


def test_an_edited_line_keeps_its_words_place_and_id(conference: Conference, plan: Plan) -> None:
    line = behind(plan, "g016")
    uid, evidence = line.uid, len(line.evidence)
    decide(lambda: editing.edit(line, WORDS, line.revision, EDITOR))
    begin_write()
    say(conference, "ny", "Fast kontaktperson i NAV for hvert foretak", task="oppg3", at="B22")
    db.session.commit()
    redraft(conference)
    again = behind(plan, "g016")
    assert (again.uid, again.text, again.owner, again.contributors, again.deadline_text) == (
        uid, "Våre egne ord.", "HR-sjefen", ["NAV"], "før jul",
    )  # fmt: skip
    assert len(again.evidence) == evidence + 1  # what more tables say of the same stands behind it too
    assert account(plan).totals["answers"] == len(CHOSEN) + 1


def test_an_untouched_line_follows_its_point_and_keeps_its_id(conference: Conference, plan: Plan) -> None:
    uid = behind(plan, "g016").uid
    begin_write()
    for n in range(3):
        say(conference, f"ny-{n}", "Fast kontaktperson i NAV", task="oppg3", at=f"B2{n}")
    db.session.commit()
    redraft(conference)
    line = behind(plan, "ny-0")
    assert line.uid == uid == behind(plan, "g016").uid
    assert not line.proposal


def test_new_words_are_proposed_once_for_an_edited_line(conference: Conference, plan: Plan) -> None:
    line = behind(plan, "g016")
    decide(lambda: editing.edit(line, WORDS, line.revision, EDITOR))
    # The words the engine chose are withdrawn, so that others speak for the point now.
    spokesman = line.drafted_text
    begin_write()
    for answer in db.session.scalars(select(Answer).where(Answer.text == spokesman)):
        answer.withdrawn = now()
    db.session.commit()
    redraft(conference)
    assert (line.text, line.proposal != "", line.proposal != spokesman) == ("Våre egne ord.", True, True)
    decide(lambda: editing.dismiss(line, EDITOR))
    redraft(conference)
    assert line.proposal == ""


def test_a_line_nobody_touched_goes_when_its_answers_go(conference: Conference, plan: Plan) -> None:
    line = behind(plan, "g010")
    uid = line.uid
    refs = {e.version.answer.ref for e in line.evidence}
    begin_write()
    for answer in db.session.scalars(select(Answer).where(Answer.ref.in_(refs))):
        answer.withdrawn = now()
    db.session.commit()
    redraft(conference)
    assert uid not in {other.uid for other in lines_of(plan)}
    totals = account(plan).totals
    assert totals["answers"] == totals["used"] + totals["merged"] + totals["parked"] == len(CHOSEN)
    assert totals["parked"] == 1 + len(refs)


def test_a_removed_line_parks_its_answers_with_the_reason_also_in_a_new_draft(conference: Conference, plan: Plan) -> None:
    line = behind(plan, "g010")
    answers = {e.version.answer_id for e in line.evidence}
    decide(lambda: editing.remove(line, "Utenfor oppdraget", EDITOR))
    for _ in range(2):
        where = account(plan).where
        assert {(where[a].status, where[a].reason) for a in answers} == {("parked", "Utenfor oppdraget")}
        redraft(conference)
    decide(lambda: editing.put_back(line, EDITOR))
    assert {account(plan).where[a].status for a in answers} == {"used"}


def test_what_others_say_of_a_removed_line_is_not_parked_with_it(conference: Conference, plan: Plan) -> None:
    line = behind(plan, "g010")
    decide(lambda: editing.remove(line, "Utenfor oppdraget", EDITOR))
    begin_write()
    say(conference, "ny", texts()["g010"]["text"] + ".", at="B19")
    db.session.commit()
    redraft(conference)
    told = account(plan)
    new = next(a.answer_id for a in told.answers.values() if a.name == "ny")
    assert told.where[new].status == "used"


def test_merged_lines_stay_merged_and_can_be_taken_apart(conference: Conference, plan: Plan) -> None:
    one, other = behind(plan, "g010"), behind(plan, "g016")
    together = len(one.evidence) + len(other.evidence)
    decide(lambda: editing.merge(one, other, EDITOR))
    redraft(conference)
    assert behind(plan, "g010") == other
    assert len(account(plan).evidence[other.id]) == together
    decide(lambda: editing.put_back(one, EDITOR))
    assert behind(plan, "g010") == one


def test_an_edited_line_keeps_its_number_when_more_comes(conference: Conference, plan: Plan) -> None:
    chapter = [line for line in lines_of(plan) if line.chapter == "utfordring"]
    last = chapter[-1]
    decide(lambda: editing.move(last, "up", EDITOR))
    place = [line.uid for line in lines_of(plan) if line.chapter == "utfordring"].index(last.uid)
    redraft(conference)
    assert [line.uid for line in lines_of(plan) if line.chapter == "utfordring"].index(last.uid) == place


def test_a_theme_keeps_the_name_a_person_gave_it(conference: Conference, plan: Plan) -> None:
    theme = behind(plan, "g016").theme
    decide(lambda: editing.rename_theme(plan, theme, "Én dør inn til NAV", EDITOR))
    redraft(conference)
    assert behind(plan, "g016").theme == "Én dør inn til NAV"
    assert not behind(plan, "g016").edited


def test_a_line_of_ones_own_stays(conference: Conference, plan: Plan) -> None:
    made: list[PlanLine] = []
    decide(lambda: made.append(editing.add(plan, "tiltak", "Nytt tema", "Vi lager en egen side på nett.", EDITOR)))
    redraft(conference)
    line = next(line for line in exportable(conference)["lines"] if line["id"] == str(made[0].uid))
    assert (line["text"], line["support"], line["evidence"]) == (
        "Vi lager en egen side på nett.", {"tables": 0, "answers": 0}, [],
    )  # fmt: skip


def test_an_answer_edited_since_the_draft_is_unread_until_the_next(conference: Conference, plan: Plan) -> None:
    begin_write()
    edit(db.session.scalars(select(Answer).where(Answer.ref == "g003")).one(), "Vi vet for lite om NAV sine virkemidler")
    db.session.commit()
    assert account(plan).totals["unread"] == 1
    with pytest.raises(Refused, match="1 svar er nytt eller endret"):
        exportable(conference)
    redraft(conference)
    assert "unread" not in account(plan).totals
    quotes = [e["quote"] for line in exportable(conference)["lines"] for e in line["evidence"] if e["answer"] == "g003"]
    assert quotes == ["Vi vet for lite om NAV sine virkemidler"]


def test_a_draft_without_themes_is_refused(conference: Conference) -> None:
    begin_write()
    with pytest.raises(Refused, match="Lag temaer"):
        drafting.draft(conference.mandate, "system", conference.slug)


def test_one_answer_makes_a_plan_of_one_line(conference: Conference) -> None:
    begin_write()
    say(conference, "a", "Fast kontaktperson i NAV", task="oppg3")
    db.session.commit()
    redraft(conference)
    content = contract(exportable(conference))
    assert [line["text"] for line in content["lines"]] == ["Fast kontaktperson i NAV"]
    assert content["totals"] == {"answers": 1, "used": 1, "merged": 0, "parked": 0}


def test_no_answers_make_an_empty_plan_that_adds_up(conference: Conference) -> None:
    redraft(conference)
    content = contract(exportable(conference))
    assert (content["lines"], content["parked"]) == ([], [])
    assert content["totals"] == {"answers": 0, "used": 0, "merged": 0, "parked": 0}
