"""People are dealt like cards: even tables, every type spread, one facilitator each."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from konferanse.groups.placing import Person, Taken, deal, place_late

PEOPLE = st.lists(
    st.tuples(st.sampled_from(["nav", "helseforetak", "ips", "kommune"]), st.sampled_from("abcdef"), st.booleans()), max_size=80
).map(lambda rows: [Person(n, kind, house, leads) for n, (kind, house, leads) in enumerate(rows)])
TABLES = st.integers(1, 12)


@given(people=PEOPLE, tables=TABLES, rounds=st.integers(1, 3), seed=st.integers(0, 9))
def test_everybody_sits_once_a_round_at_tables_of_one_size_or_one_more(
    people: list[Person], tables: int, rounds: int, seed: int
) -> None:
    for seated in deal(people, tables, rounds=rounds, seed=seed):
        assert sorted(p.id for t in seated for p in t) == sorted(p.id for p in people)
        sizes = [len(t) for t in seated]
        assert max(sizes) - min(sizes) <= 1


@given(people=PEOPLE, tables=TABLES)
def test_facilitators_are_spread_one_a_table(people: list[Person], tables: int) -> None:
    [seated] = deal(people, tables)
    leaders = sum(p.facilitator for p in people)
    led = sum(any(p.facilitator for p in t) for t in seated)
    assert led == min(leaders, tables)


@given(people=PEOPLE, tables=TABLES)
def test_each_type_is_spread_as_evenly_as_it_can_be(people: list[Person], tables: int) -> None:
    plain = [p._replace(facilitator=False) for p in people]
    [seated] = deal(plain, tables)
    for kind in {p.kind for p in plain}:
        counts = [Counter(p.kind for p in t)[kind] for t in seated]
        assert max(counts) - min(counts) <= 1


@given(people=PEOPLE, tables=TABLES, seed=st.integers(0, 5))
def test_the_same_seed_gives_the_same_tables(people: list[Person], tables: int, seed: int) -> None:
    assert deal(people, tables, rounds=2, seed=seed) == deal(people, tables, rounds=2, seed=seed)


def test_neighbours_part_in_the_next_round() -> None:
    people = [Person(n, "nav", str(n)) for n in range(24)]
    first, second = deal(people, 6, rounds=2)
    for a in first:
        for b in second:
            assert len({p.id for p in a} & {p.id for p in b}) <= 1


@given(people=PEOPLE, late=PEOPLE, tables=TABLES)
def test_late_arrivals_fill_the_smallest_tables(people: list[Person], late: list[Person], tables: int) -> None:
    [seated] = deal([p._replace(facilitator=False) for p in people], tables)
    newcomers = [p._replace(id=1000 + n, facilitator=False) for n, p in enumerate(late)]
    placed = place_late(newcomers, [Taken(n, t) for n, t in enumerate(seated)])
    assert set(placed) == {p.id for p in newcomers}
    sizes = [len(t) + list(placed.values()).count(n) for n, t in enumerate(seated)]
    assert max(sizes) - min(sizes) <= 1


def test_a_late_facilitator_goes_where_there_is_none() -> None:
    tables = [Taken(1, [Person("a", "nav", "x", True)]), Taken(2, [Person("b", "nav", "x"), Person("c", "nav", "x")])]
    assert place_late([Person("d", "nav", "x", True)], tables) == {"d": 2}
