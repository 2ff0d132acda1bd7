"""What a choice comes to, and a suggestion that spreads the seats."""

from collections import Counter
from time import perf_counter
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from konferanse.registration.selection.breadth import OTHERS, Applicant, folded, suggest, tallies

TYPES, COUNTIES = ("nav", "kommune", "helseforetak", "bruker"), ("oslo", "nordland", "troms")


def people(*kinds: str, county: str = "oslo", party: UUID | None = None) -> list[Applicant]:
    return [Applicant(uuid4(), kind, county, party=party) for kind in kinds]


def test_types_take_turns_and_the_earliest_of_each_comes_first() -> None:
    waiting = people(*["nav"] * 5, "kommune", "kommune", "helseforetak")
    assert suggest(waiting, [], 4) == [waiting[n].uid for n in (0, 5, 7, 1)]


def test_within_a_type_the_counties_take_turns() -> None:
    waiting = people("nav", "nav") + people("nav", county="troms") + people("nav", county="nordland")
    assert suggest(waiting, [], 3) == [waiting[n].uid for n in (0, 2, 3)]


def test_those_who_have_a_seat_count() -> None:
    waiting = people("nav", "kommune")
    assert suggest(waiting, people("nav", "nav"), 1) == [waiting[1].uid]


def test_without_a_limit_everybody_is_suggested() -> None:
    waiting = people("nav", "kommune", "nav")
    assert set(suggest(waiting, [], None)) == {one.uid for one in waiting}
    assert suggest(waiting, [], 0) == []


def test_a_party_comes_whole_or_not_at_all() -> None:
    together = people("nav", "nav", "nav", party=uuid4())
    alone = people("kommune")
    assert suggest(together + alone, [], 2) == [alone[0].uid]
    assert set(suggest(together + alone, [], 3)) == {one.uid for one in together}


applicants = st.lists(st.builds(Applicant, st.uuids(), st.sampled_from(TYPES), st.sampled_from(COUNTIES)), max_size=40)


@given(waiting=applicants, seated=applicants, places=st.integers(0, 45))
def test_a_suggestion_fills_the_seats_repeats_itself_and_favours_no_type(
    waiting: list[Applicant], seated: list[Applicant], places: int
) -> None:
    waiting = list({one.uid: one for one in waiting}.values())
    chosen = suggest(waiting, seated, places)
    assert chosen == suggest(waiting, seated, places)
    assert len(chosen) == len(set(chosen)) == min(places, len(waiting))
    total = Counter(one.type for one in seated)
    picked = Counter(one.type for one in waiting if one.uid in set(chosen))
    passed_over = {one.type for one in waiting if one.uid not in set(chosen)}
    for kind in passed_over:  # nobody is left of a type that has fewer than one that got a seat, but for the last turn
        assert all(total[kind] + picked[kind] >= total[other] + picked[other] - 1 for other in picked)


def test_two_thousand_are_weighed_while_one_waits() -> None:
    waiting = [Applicant(uuid4(), TYPES[n % 4], COUNTIES[n % 3]) for n in range(2000)]
    start = perf_counter()
    assert len(suggest(waiting, [], 300)) == 300
    assert perf_counter() - start < 5


def test_few_of_a_type_and_union_members_are_counted_among_the_others() -> None:
    everybody = people(*["nav"] * 5, *["kommune"] * 4, *["tillitsvalgt"] * 9)
    assert folded(everybody) == {"nav": "nav", "kommune": OTHERS, "tillitsvalgt": OTHERS}
    rows = tallies(everybody, [one.uid for one in everybody[3:8]])
    assert [(row.kind, row.code, row.chosen, row.applied) for row in rows] == [
        ("type", "nav", 2, 5),
        ("type", OTHERS, 3, 13),
        ("county", "oslo", 5, 18),
    ]


def test_union_members_are_never_all_of_the_others() -> None:
    everybody = people(*["nav"] * 40, *["kommune"] * 30, *["tillitsvalgt"] * 2)
    assert folded(everybody) == {"nav": "nav", "kommune": OTHERS, "tillitsvalgt": OTHERS}
    assert [(row.code, row.applied) for row in tallies(everybody, [])] == [("nav", 40), (OTHERS, 32), ("oslo", 72)]
    many = people(*["nav"] * 40, *["kommune"] * 30, *["tillitsvalgt"] * 20)
    assert folded(many)["kommune"] == OTHERS
    few = [*everybody, *people("bruker")]  # three others would still tell of a few
    assert folded(few)["kommune"] == OTHERS
    assert folded(people(*["nav"] * 5, *["kommune"] * 5)) == {"nav": "nav", "kommune": "kommune"}


def test_first_timers_are_counted() -> None:
    everybody = [Applicant(uuid4(), "nav", "oslo", is_first_time=n < 3) for n in range(5)]
    assert tallies(everybody, [everybody[0].uid])[-1] == ("first", "first", 1, 3)
