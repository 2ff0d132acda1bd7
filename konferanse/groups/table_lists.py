"""Some of the tables, as people write them: "1–6, 9"."""

import re
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from konferanse.common.fields import printable
from konferanse.groups.models import Table

BETWEEN = re.compile(r"(\d{1,6})-(\d{1,6})")
FILLERS = ("", "og", "and", "bord", "table", "tables")


def read(text: str, tables: Iterable[Table]) -> list[Table]:
    """The tables that ``text`` names by number, by code, or from one number to another; none when it is empty. Raises
    ``ValueError`` in words."""
    tables = list(tables)
    named = {table.code.casefold(): table for table in tables} | {str(table.number): table for table in tables}
    found: set[int] = set()
    for word in re.split(r"[\s,;]+", re.sub(r"\s*[-–]\s*", "-", text.casefold())):
        if word in FILLERS:
            continue
        ends = BETWEEN.fullmatch(word)
        if word in named:
            found.add(named[word].id)
        elif ends and ends[1] in named and ends[2] in named and int(ends[1]) <= int(ends[2]):
            found |= {table.id for table in tables if int(ends[1]) <= table.number <= int(ends[2])}
        else:
            raise ValueError(_("Det finnes ikke noe bord «%(code)s».", code=printable(word)[:40]))
    return [table for table in tables if table.id in found]


def in_words(numbers: Sequence[int]) -> str:
    """ "1–6, 9"; ``numbers`` are in order."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}{'–' if len(run) > 2 else ', '}{run[-1]}" for run in runs)
