"""The same id twice is one answer, every version is kept, and nothing is overwritten silently (invariant 2)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from konferanse.answers import delivery
from konferanse.answers.delivery import BadAnswer, Receipt, StaleAnswer, TaskClosed, UnknownAnswer
from konferanse.answers.models import Answer, AnswerVersion, Words
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import tasks
from konferanse.groups.models import GroupTask, Table
from tests.groups.room import with_tables, with_task

pytestmark = pytest.mark.postgres


@pytest.fixture
def table(conference: Conference) -> Table:
    return with_tables(conference)[0]


@pytest.fixture
def task(conference: Conference) -> GroupTask:
    return with_task(conference)


def deliver(
    table: Table, task: GroupTask, ref: str, text: str, base: int = 0, at: timedelta | None = None, **own: str
) -> Receipt:
    begin_write()
    try:
        receipt = delivery.deliver(table, task, ref, text, base, now() + at if at is not None else None, **own)
        db.session.commit()
    finally:
        db.session.rollback()
    return receipt


def withdraw(table: Table, ref: str, base: int) -> None:
    begin_write()
    delivery.withdraw(table, ref, base)
    db.session.commit()


def texts(table: Table) -> list[str]:
    return [a.text for a in delivery.standing(table)]


def change(conference: Conference, task: GroupTask, what: str) -> None:
    begin_write()
    getattr(tasks, what)(conference, task, "system")
    db.session.commit()


def test_a_new_answer_is_version_one(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    assert deliver(table, task, ref, "Fordommer") == Receipt(ref, 1, True)
    assert texts(table) == ["Fordommer"]


def test_the_same_id_and_text_twice_is_one_answer(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "Fordommer")
    assert deliver(table, task, ref.upper(), "Fordommer") == Receipt(ref, 1, False)
    assert db.session.scalar(select(func.count()).select_from(AnswerVersion)) == 1


def test_the_same_id_at_two_tables_is_two_answers(conference: Conference, table: Table, task: GroupTask) -> None:
    ref, other = str(uuid4()), with_tables(conference)[1]
    deliver(table, task, ref, "Fordommer")
    assert deliver(other, task, ref, "Tid").created
    assert (texts(table), texts(other)) == (["Fordommer"], ["Tid"])


def test_an_edit_makes_a_version_and_keeps_the_first(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "Fordomer")
    assert deliver(table, task, ref, "Fordommer", 1).version == 2
    answer = db.session.scalars(select(Answer)).one()
    assert [v.text for v in answer.versions] == ["Fordomer", "Fordommer"]
    assert (answer.text, answer.version) == ("Fordommer", 2)


def test_a_stale_edit_is_refused_with_both_texts(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "en")
    deliver(table, task, ref, "to", 1)
    with pytest.raises(StaleAnswer) as refusal:
        deliver(table, task, ref, "tre", 1)
    assert (refusal.value.yours, refusal.value.theirs, refusal.value.version) == (Words("tre"), Words("to"), 2)
    assert texts(table) == ["to"]


def test_a_late_resend_of_an_earlier_version_gets_its_old_receipt(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "en")
    deliver(table, task, ref, "to", 1)
    deliver(table, task, ref, "tre", 2)
    assert deliver(table, task, ref, "en") == Receipt(ref, 1, False)
    assert deliver(table, task, ref, "to", 1) == Receipt(ref, 2, False)
    assert texts(table) == ["tre"]


def test_two_who_make_the_same_change_agree(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "en")
    deliver(table, task, ref, "to", 1)
    deliver(table, task, ref, "tre", 2)
    assert deliver(table, task, ref, "tre", 1) == Receipt(ref, 3, False)


def test_text_is_nfc_with_lf(table: Table, task: GroupTask) -> None:
    deliver(table, task, str(uuid4()), "a\u030apent\r\nmøte\rher")
    assert texts(table) == ["åpent\nmøte\nher"]


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4001, "nul\0", "bjelle\x07", "\ud800"])
def test_what_cannot_be_an_answer_is_refused_by_name(table: Table, task: GroupTask, text: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        deliver(table, task, str(uuid4()), text)
    assert refusal.value.field == "text"
    assert texts(table) == []


def test_four_thousand_characters_fit(table: Table, task: GroupTask) -> None:
    deliver(table, task, str(uuid4()), "😀" * 4000)
    assert len(texts(table)[0]) == 4000


def test_an_edit_of_an_answer_the_table_does_not_have_is_unknown(table: Table, task: GroupTask) -> None:
    with pytest.raises(UnknownAnswer):
        deliver(table, task, str(uuid4()), "en", 3)


def test_an_answer_stays_with_its_task(conference: Conference, table: Table, task: GroupTask) -> None:
    ref, other = str(uuid4()), with_task(conference, "oppg2")
    deliver(table, task, ref, "en")
    with pytest.raises(BadAnswer) as refusal:
        deliver(table, other, ref, "to", 1)
    assert refusal.value.field == "task"


def test_written_before_the_task_closed_and_arriving_after_is_taken_and_marked(
    conference: Conference, table: Table, task: GroupTask
) -> None:
    begin_write()
    task.opened = now() - timedelta(hours=1)
    task.closed = now() - timedelta(minutes=10)
    db.session.commit()
    deliver(table, task, str(uuid4()), "i tide", at=timedelta(minutes=-20))
    answer = db.session.scalars(select(Answer)).one()
    assert answer.late
    assert answer.versions[0].written < task.closed < answer.versions[0].received


@pytest.mark.parametrize("at", [timedelta(0), timedelta(minutes=-5), timedelta(hours=3), timedelta(hours=-3)])
def test_written_after_the_task_closed_is_refused_whatever_the_clock_claims(
    conference: Conference, table: Table, task: GroupTask, at: timedelta
) -> None:
    begin_write()
    task.opened = now() - timedelta(hours=1)
    task.closed = now() - timedelta(minutes=10)
    db.session.commit()
    with pytest.raises(TaskClosed):
        deliver(table, task, str(uuid4()), "for sent", at=at)


@pytest.mark.parametrize("at", [timedelta(days=400), timedelta(days=-400)])
def test_a_phone_with_a_wrong_clock_loses_nothing_while_the_task_is_open(table: Table, task: GroupTask, at: timedelta) -> None:
    deliver(table, task, str(uuid4()), "klokka er feil", at=at)
    answer = db.session.scalars(select(Answer)).one()
    assert abs(answer.versions[0].written - now()) < timedelta(minutes=1)
    assert not answer.late


def test_a_task_not_yet_open_takes_no_answers(conference: Conference, table: Table) -> None:
    with pytest.raises(TaskClosed):
        deliver(table, with_task(conference, is_open=False), str(uuid4()), "tidlig")


def test_a_task_that_opens_again_takes_answers(conference: Conference, table: Table, task: GroupTask) -> None:
    change(conference, task, "close_task")
    change(conference, task, "open_task")
    assert deliver(table, task, str(uuid4()), "igjen").created


def test_a_withdrawn_answer_is_gone_and_a_resend_does_not_bring_it_back(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "en")
    withdraw(table, ref, 1)
    withdraw(table, ref, 1)
    assert deliver(table, task, ref, "en").version == 1
    assert texts(table) == []


def test_a_withdrawn_answer_comes_back_when_its_standing_version_is_sent(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "en")
    withdraw(table, ref, 1)
    assert deliver(table, task, ref, "en", 1).version == 2
    assert texts(table) == ["en"]


def test_withdrawing_what_somebody_edited_meanwhile_is_refused(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "en")
    deliver(table, task, ref, "to", 1)
    with pytest.raises(StaleAnswer):
        withdraw(table, ref, 1)
    db.session.rollback()
    assert texts(table) == ["to"]


def test_answers_come_in_the_order_given(table: Table, task: GroupTask) -> None:
    refs = [str(uuid4()) for _ in range(3)]
    for ref in refs:
        deliver(table, task, ref, ref[:4])
    begin_write()
    assert delivery.reorder(table, task, [refs[2], refs[0]]) == [refs[2], refs[0], refs[1]]
    db.session.commit()
    assert texts(table) == [refs[2][:4], refs[0][:4], refs[1][:4]]


@pytest.mark.parametrize("order", [["ukjent"], ["0", "0"]])
def test_an_order_with_unknown_or_repeated_answers_changes_nothing(table: Table, task: GroupTask, order: list[str]) -> None:
    refs = [str(uuid4()) for _ in range(2)]
    for ref in refs:
        deliver(table, task, ref, ref)
    begin_write()
    with pytest.raises(BadAnswer):
        delivery.reorder(table, task, [refs[0] if o == "0" else o for o in order])
    db.session.rollback()
    assert texts(table) == refs


def words(table: Table) -> list[Words]:
    return [a.words for a in delivery.standing(table)]


def test_owner_and_deadline_are_kept_in_every_version(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "Fadder", owner=" A\u030ase i NAV ", deadline="høsten 2019")
    assert deliver(table, task, ref, "Fadder", 1, owner="HR", deadline="høsten 2019").version == 2
    answer = db.session.scalars(select(Answer)).one()
    assert [v.words for v in answer.versions] == [
        Words("Fadder", "Åse i NAV", "høsten 2019"),
        Words("Fadder", "HR", "høsten 2019"),
    ]
    assert answer.words == Words("Fadder", "HR", "høsten 2019")


def test_the_same_again_means_all_three_the_same(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "Fadder", owner="NAV", deadline="2019")
    assert deliver(table, task, ref, "Fadder", owner="NAV", deadline="2019") == Receipt(ref, 1, False)
    assert deliver(table, task, ref, "Fadder", 1, owner="NAV", deadline="2019") == Receipt(ref, 1, False)
    with pytest.raises(StaleAnswer):
        deliver(table, task, ref, "Fadder", owner="NAV", deadline="2020")


def test_a_stale_edit_of_the_owner_alone_is_refused_with_both_whole_answers(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "Fadder", owner="NAV", deadline="2019")
    deliver(table, task, ref, "Fadder", 1, owner="HR")
    with pytest.raises(StaleAnswer) as refusal:
        deliver(table, task, ref, "Fadder", 1, owner="Kommunen")
    assert refusal.value.yours == Words("Fadder", "Kommunen", "2019")
    assert refusal.value.theirs == Words("Fadder", "HR", "2019")
    assert words(table) == [Words("Fadder", "HR", "2019")]


def test_an_older_page_that_edits_the_text_does_not_wipe_owner_and_deadline(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "Fader", owner="NAV", deadline="2019")
    assert deliver(table, task, ref, "Fadder", 1).version == 2
    assert words(table) == [Words("Fadder", "NAV", "2019")]
    deliver(table, task, ref, "Fadder", 2, owner="", deadline="2020")  # emptied by somebody who saw it
    assert deliver(table, task, ref, "Fadder", 1) == Receipt(ref, 2, False)  # the reply was lost the first time
    assert words(table) == [Words("Fadder", "", "2020")]


def test_an_older_page_that_meets_a_changed_owner_loses_nothing(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "Fader", owner="NAV")
    deliver(table, task, ref, "Fader", 1, owner="HR")
    with pytest.raises(StaleAnswer) as refusal:
        deliver(table, task, ref, "Fadder", 1)
    assert (refusal.value.yours, refusal.value.theirs) == (Words("Fadder", "NAV"), Words("Fader", "HR"))
    deliver(table, task, ref, "Fadder", 2)  # "mine", by a page that knows of no owner
    assert words(table) == [Words("Fadder", "HR")]


def test_a_withdrawn_answer_comes_back_with_its_owner(table: Table, task: GroupTask) -> None:
    ref = str(uuid4())
    deliver(table, task, ref, "Fadder", owner="NAV")
    withdraw(table, ref, 1)
    deliver(table, task, ref, "Fadder", 1)
    assert words(table) == [Words("Fadder", "NAV")]


@pytest.mark.parametrize("value", ["x" * 201, "en\nto", "en\u2028to", "nul\0", "bjelle\x07", "\ud800"])
@pytest.mark.parametrize("field", ["owner", "deadline"])
def test_what_cannot_stand_in_a_field_is_refused_by_name(table: Table, task: GroupTask, field: str, value: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        deliver(table, task, str(uuid4()), "Fadder", **{field: value})
    assert refusal.value.field == field
    assert texts(table) == []


def test_two_hundred_characters_fit_in_a_field(table: Table, task: GroupTask) -> None:
    deliver(table, task, str(uuid4()), "Fadder", owner="😀" * 200)
    assert words(table) == [Words("Fadder", "😀" * 200)]


# Three phones, each writing new answers and editing their own, with replies lost: any message may come twice or more, late,
# and between others'. A phone sends an edit only when it has the receipt it was based on, as the page's script does.
MESSAGES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), min_size=1, max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sent=MESSAGES, data=st.data())
def test_repeated_and_reordered_deliveries_end_as_if_each_came_once(
    table: Table, task: GroupTask, sent: list[tuple[int, int]], data: st.DataObject
) -> None:
    refs = [str(uuid4()) for _ in range(4)]
    news: dict[str, int] = {}
    outbox: list[tuple[str, str, int]] = []
    for number, copies in sent:
        ref = refs[number]
        base = news.get(ref, 0)
        message = (ref, f"{ref[:8]} v{base + 1}", base)
        outbox += [message] * (copies - 1)
        news[ref] = deliver(table, task, *message).version
        for late in data.draw(st.lists(st.sampled_from(outbox), max_size=2)) if outbox else []:
            assert deliver(table, task, *late).version == late[2] + 1
    for message in data.draw(st.permutations(outbox)):
        deliver(table, task, *message)
    expected = {ref: f"{ref[:8]} v{version}" for ref, version in news.items()}
    assert {a.ref: a.text for a in delivery.standing(table) if a.ref in expected} == expected
