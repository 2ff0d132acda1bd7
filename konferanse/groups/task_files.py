"""Tasks as a sheet, in and out. A file goes in whole or not at all.

A line's ``id`` says which task it changes; without one it is the task with the same title, or a new one. New tasks come
last, in the file's order; a task that the file does not name is left alone, and a column that it lacks changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from konferanse.common import audit, sheets
from konferanse.common.fields import clean, printable, unprintable
from konferanse.common.sheets import BadSheet
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups import table_lists
from konferanse.groups.models import TASK_KINDS, GroupTask, Table
from konferanse.groups.tables import tables_of
from konferanse.groups.tasks import (
    KIND_LABELS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_MINUTES,
    MOST_ROUNDS,
    REF,
    ask,
    hold,
    numbers,
    settle,
    tasks_of,
)

HEADINGS = {
    "id": _l("Id"),
    "title": _l("Spørsmål"),
    "text": _l("Forklaring"),
    "kind": _l("Slag svar"),
    "minutes": _l("Minutter"),
    "round": _l("Runde"),
    "tables": lazy_pgettext("one", "Bord"),
    "tryout": _l("Prøve"),
}
COLUMNS = tuple(HEADINGS)
FIELDS = {"id": "ref", "tryout": "is_tryout"}  # the columns that the model calls something else
NEW, CHANGED, SAME = "new", "changed", "same"
MOST_LINES = 500
YES, NO = ("true", "ja", "yes", "1", "x"), ("", "false", "nei", "no", "0")


class Line(NamedTuple):
    """A line as it stands, by column; ``number`` is where it begins, the heading being line 1."""

    number: int
    cells: dict[str, str]


class Problem(NamedTuple):
    """What is wrong in which column of which line, and how to mend it."""

    line: int
    column: str
    message: str


class Change(NamedTuple):
    """A column that gets another value."""

    column: str
    before: Any
    after: Any


class Step(NamedTuple):
    """What a line comes to: ``act`` is NEW, CHANGED or SAME; ``values`` are by column, tables as a list of numbers."""

    line: int
    act: str
    ref: str
    title: str
    changes: Sequence[Change]
    values: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a file would do, or else what is wrong with it."""

    steps: Sequence[Step]
    problems: Sequence[Problem]

    def count(self, act: str) -> int:
        """How many lines come to ``act``."""
        return Counter(step.act for step in self.steps)[act]

    @property
    def mark(self) -> list[list[Any]]:
        """What was shown, to compare with what it has become."""
        return [[step.line, step.act, step.ref, [list(change) for change in step.changes]] for step in self.steps]


def read(content: bytes) -> list[Line]:
    """The lines of a CSV or XLSX file. A heading may be a column's name or what the page calls it. Raises ``BadSheet``."""
    rows = ((number, [clean(cell) for cell in cells]) for number, cells in sheets.lines(content))
    _number, heading = next(((number, cells) for number, cells in rows if any(cells)), (0, []))
    if not heading:
        raise BadSheet([_("Filen er tom.")])
    called = {str(label).casefold(): column for column, label in HEADINGS.items()}
    names = [called.get(cell.casefold(), cell.casefold()) for cell in heading]
    if "title" not in names:
        raise BadSheet(
            [_("Linje 1: kolonnen «%(name)s» mangler. Kolonnene er %(columns)s.", name="title", columns=", ".join(COLUMNS))]
        )
    if twice := [name for name in COLUMNS if names.count(name) > 1]:
        raise BadSheet([_("Linje 1: kolonnen «%(name)s» står to ganger.", name=twice[0])])
    found = [_line(number, names, cells) for number, cells in rows if any(cells)]
    if len(found) > MOST_LINES:
        raise BadSheet([_("Filen har flere enn %(most)s oppgaver. Del den opp.", most=MOST_LINES)])
    if not found:
        raise BadSheet([_("Filen har ingen linjer under overskriftene.")])
    return found


def plan(conference: Conference, lines: Sequence[Line]) -> Plan:
    """What ``lines`` would do to the conference's tasks."""
    tasks, tables = tasks_of(conference), tables_of(conference)
    known = {task.ref: task for task in tasks}
    titled = {task.title: task.ref for task in reversed(tasks)}
    taken = known.keys() | {line.cells.get("id", "") for line in lines}
    free = (ref for n in count(1) if (ref := f"oppg{n}") not in taken)
    seen: dict[str, int] = {}
    steps: list[Step] = []
    problems: list[Problem] = []
    for line in lines:
        title = line.cells.get("title", "")
        ref = line.cells.get("id") or titled.get(title) or next(free)
        titled.setdefault(title, ref)
        if ref in seen:
            problems.append(Problem(line.number, "id", _("«%(id)s» står også på linje %(line)s.", id=ref, line=seen[ref])))
        seen.setdefault(ref, line.number)
        values, wrong = _values(line, ref, tables, is_new=ref not in known)
        problems += wrong
        if not wrong:
            steps.append(_step(line.number, ref, values, known.get(ref), tables))
    return Plan([] if problems else steps, problems)


def apply(conference: Conference, planned: Plan, actor: str) -> None:
    """Do it: there are no problems in ``planned``, and since ``hold`` nobody else has changed the tasks."""
    tasks = tasks_of(conference)
    known = {task.ref: task for task in tasks}
    tables = {table.number: table for table in tables_of(conference)}
    last = max((task.position for task in tasks), default=0)
    for step in planned.steps:
        task = known.get(step.ref)
        if task is None:
            last += 1
            task = GroupTask(conference_id=conference.id, ref=step.ref, position=last)
            db.session.add(task)
        for column, value in step.values.items():
            if column == "tables":
                ask(task, [tables[number] for number in value])
            else:
                setattr(task, FIELDS.get(column, column), value)
    settle(conference)
    audit.record(actor, "tasks.imported", scope=conference.slug, added=planned.count(NEW), changed=planned.count(CHANGED))


def import_file(conference: Conference, content: bytes, actor: str) -> Plan:
    """Take in a file at once; returns what it did. Raises ``BadSheet`` that names every bad line."""
    hold(conference, tables_of(conference))
    planned = plan(conference, read(content))
    if planned.problems:
        raise BadSheet(
            [
                _("Linje %(line)s, kolonne %(column)s: %(why)s", line=p.line, column=p.column, why=p.message)
                for p in planned.problems
            ]
        )
    apply(conference, planned, actor)
    return planned


def write(conference: Conference, form: str) -> bytes:
    """The tasks in order, as ``form`` csv or xlsx."""
    tables = tables_of(conference)
    rows = [{column: _cell(_value(task, column, tables)) for column in COLUMNS} for task in tasks_of(conference)]
    if form == "csv":
        return sheets.to_csv(COLUMNS, rows)
    return sheets.to_xlsx("oppgaver", COLUMNS, rows, {"title": 50, "text": 70})


def _line(number: int, names: Sequence[str], cells: Sequence[str]) -> Line:
    if any(cells[len(names) :]):
        told = _(
            "Linje %(line)s har %(cells)s celler, men den første linjen har %(columns)s.",
            line=number, cells=len(cells), columns=len(names),
        )  # fmt: skip
        raise BadSheet([told])
    return Line(number, dict(zip(names, cells, strict=False)))


def _step(line: int, ref: str, values: dict[str, Any], task: GroupTask | None, tables: Sequence[Table]) -> Step:
    if task is None:
        return Step(line, NEW, ref, values["title"], [], values)
    now = {column: _value(task, column, tables) for column in values}
    changes = [Change(column, now[column], value) for column, value in values.items() if now[column] != value]
    return Step(line, CHANGED if changes else SAME, ref, values["title"], changes, values)


def _values(line: Line, ref: str, tables: Sequence[Table], *, is_new: bool) -> tuple[dict[str, Any], list[Problem]]:
    """What the cells say, and what cannot be meant. A new task gets what an empty cell says where there is no column."""
    values: dict[str, Any] = {}
    problems = (
        [] if REF.fullmatch(ref) else [Problem(line.number, "id", _("bruk bare bokstaver a–z, tall, punktum og bindestrek"))]
    )
    for column, meant in READERS.items():
        if not is_new and column != "title" and column not in line.cells:
            continue
        try:
            values[column] = meant(line.cells.get(column, ""), tables)
        except ValueError as error:
            problems.append(Problem(line.number, column, str(error)))
    return values, problems


def _title(cell: str, _tables: Sequence[Table]) -> str:
    if not cell:
        raise ValueError(_("mangler"))
    if "\n" in cell:
        raise ValueError(_("skriv spørsmålet på én linje"))
    return _within(cell, LONGEST_TITLE)


def _text(cell: str, _tables: Sequence[Table]) -> str:
    return _within(cell, LONGEST_TEXT)


def _within(cell: str, longest: int) -> str:
    if len(cell) > longest:
        raise ValueError(_("har %(n)s tegn, og det er plass til %(max)s", n=len(cell), max=longest))
    if unprintable(cell):
        raise ValueError(_("har tegn som ikke kan vises"))
    return cell


def _kind(cell: str, _tables: Sequence[Table]) -> str:
    codes = {str(label).casefold(): code for code, label in KIND_LABELS.items()}
    code = codes.get(cell.casefold(), cell.casefold() or "free")
    if code not in TASK_KINDS:
        allowed = ", ".join(str(label) for label in KIND_LABELS.values())
        raise ValueError(_("«%(value)s» er ukjent. Bruk %(allowed)s", value=_shown(cell), allowed=allowed))
    return code


def _minutes(cell: str, _tables: Sequence[Table]) -> int | None:
    return _number(cell, MOST_MINUTES) if cell else None


def _round(cell: str, _tables: Sequence[Table]) -> int:
    return _number(cell or "1", MOST_ROUNDS)


def _number(cell: str, most: int) -> int:
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 5 and 1 <= int(cell) <= most):
        raise ValueError(_("«%(value)s» er ikke et helt tall fra 1 til %(most)s", value=_shown(cell), most=most))
    return int(cell)


def _asked(cell: str, tables: Sequence[Table]) -> list[int]:
    return [table.number for table in table_lists.read(cell, tables)]


def _tryout(cell: str, _tables: Sequence[Table]) -> bool:
    if cell.casefold() not in YES + NO:
        raise ValueError(_("«%(value)s» er verken ja eller nei", value=_shown(cell)))
    return cell.casefold() in YES


READERS: dict[str, Callable[[str, Sequence[Table]], Any]] = {
    "title": _title,
    "text": _text,
    "kind": _kind,
    "minutes": _minutes,
    "round": _round,
    "tables": _asked,
    "tryout": _tryout,
}


def _shown(cell: str) -> str:
    return printable(cell)[:60]


def _value(task: GroupTask, column: str, tables: Sequence[Table]) -> Any:
    return numbers(task, tables) if column == "tables" else getattr(task, FIELDS.get(column, column))


def _cell(value: Any) -> Any:
    if isinstance(value, list):  # not "1, 2" nor "1-2": to spreadsheets those are a number and a date
        return "; ".join(map(str, value))
    return "" if value is None else value
