"""From answers to units: distinct stretches of text within a task, each with everybody who said it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from konferanse.themes.embedding import Report, VectorStore, key
from konferanse.themes.nynorsk import flattened, in_bokmaal
from konferanse.themes.nynorsk import version as apertium_version
from konferanse.themes.records import Quote, TextAnswer
from konferanse.themes.repeats import repeat_groups
from konferanse.themes.spans import spans


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of text that stands for every near-verbatim repeat of it. The first quote is the one kept."""

    task: str
    view: str
    quotes: tuple[Quote, ...]
    tables: frozenset[str]

    @property
    def text(self) -> str:
        return self.quotes[0].text


def units_of(
    answers: Sequence[TextAnswer], store: VectorStore, report: Report, apart: Mapping[str, str] | None = None
) -> list[Unit]:
    """The units of all answers, in an order that follows from their content alone.

    ``apart``: a word for each answer that a person has decided about; repeats that people decided differently about
    stay units of their own.
    """
    found: dict[str, list[tuple[str, TextAnswer, Quote]]] = {}
    for answer in answers:
        for start, end in spans(answer.text):
            text = answer.text[start:end]
            found.setdefault(answer.task, []).append((text, answer, Quote(answer.id, start, end, text)))
    views = views_of(sorted({text for said in found.values() for text, _, _ in said}), store, report)
    units = [unit for task in sorted(found) for unit in _units_of_task(task, found[task], views)]
    tables = {answer.id: answer.table for answer in answers}
    return [part for unit in units for part in _parted(unit, apart or {}, tables)]


def _units_of_task(task: str, said: list[tuple[str, TextAnswer, Quote]], views: dict[str, str]) -> list[Unit]:
    tables: dict[str, set[str]] = {}
    for text, answer, _ in said:
        tables.setdefault(text, set()).add(answer.table)
    # What most tables said leads, so that a table that repeats itself does not change who leads.
    texts = sorted(tables, key=lambda text: (-len(tables[text]), text))
    leaders = repeat_groups([views[text] for text in texts])
    by_text: dict[str, list[Quote]] = {}
    for text, _, quote in sorted(said, key=lambda one: (one[0], one[1].table, one[1].id, one[2].start)):
        by_text.setdefault(text, []).append(quote)
    groups: dict[int, list[str]] = {}
    for text, leader in zip(texts, leaders, strict=True):
        groups.setdefault(leader, []).append(text)
    return [
        Unit(
            task=task,
            view=views[texts[leader]],
            quotes=tuple(quote for text in group for quote in by_text[text]),
            tables=frozenset(table for text in group for table in tables[text]),
        )
        for leader, group in sorted(groups.items(), key=lambda one: texts[one[0]])
    ]


def _parted(unit: Unit, apart: Mapping[str, str], tables: Mapping[str, str]) -> list[Unit]:
    told = sorted({apart[quote.answer] for quote in unit.quotes if quote.answer in apart})
    if len(told) < 2:
        return [unit]
    parts: dict[str, list[Quote]] = {}
    for quote in unit.quotes:
        parts.setdefault(apart.get(quote.answer, told[0]), []).append(quote)
    return [
        Unit(unit.task, unit.view, tuple(quotes), frozenset(tables[quote.answer] for quote in quotes))
        for _, quotes in sorted(parts.items())
    ]


def views_of(texts: Sequence[str], store: VectorStore, report: Report) -> dict[str, str]:
    """Each text as it is compared: on one line and, where apertium is installed, as bokmål."""
    maker = f"apertium-{apertium_version()}"
    keys = {text: key(maker, text) for text in texts}
    known = dict(store.translations(list(keys.values())))
    missing = [text for text in texts if keys[text] not in known]
    if missing:
        report("nynorsk", 0, len(missing))
        made = {keys[text]: view for text, view in zip(missing, in_bokmaal(missing), strict=True)}
        store.keep_translations(made)
        known.update(made)
        report("nynorsk", len(missing), len(missing))
    return {text: flattened(known[keys[text]]) for text in texts}
