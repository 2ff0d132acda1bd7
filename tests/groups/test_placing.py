"""Those who come late get a table by the smallest change: nobody else moves."""

from hypothesis import given
from hypothesis import strategies as st

from konferanse.groups.placing import Person, Taken, place_late

PEOPLE = st.lists(
    st.tuples(st.sampled_from(["nav", "helseforetak", "ips", "kommune"]), st.sampled_from("abcdef"), st.booleans()), max_size=80
).map(lambda rows: [Person(n, kind, house, leads) for n, (kind, house, leads) in enumerate(rows)])
TABLES = st.integers(1, 12)


@given(people=PEOPLE, late=PEOPLE, tables=TABLES)
def test_late_arrivals_fill_the_smallest_tables(people: list[Person], late: list[Person], tables: int) -> None:
    seated = [[p._replace(facilitator=False) for p in people[number::tables]] for number in range(tables)]
    newcomers = [p._replace(id=1000 + n, facilitator=False) for n, p in enumerate(late)]
    placed = place_late(newcomers, [Taken(n, t) for n, t in enumerate(seated)])
    assert set(placed) == {p.id for p in newcomers}
    sizes = [len(t) + list(placed.values()).count(n) for n, t in enumerate(seated)]
    assert max(sizes) - min(sizes) <= 1


def test_a_late_facilitator_goes_where_there_is_none() -> None:
    tables = [Taken(1, [Person("a", "nav", "x", True)]), Taken(2, [Person("b", "nav", "x"), Person("c", "nav", "x")])]
    assert place_late([Person("d", "nav", "x", True)], tables) == {"d": 2}
