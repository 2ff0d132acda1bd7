"""The plan as the people who write it see it: lines with numbers, what is blank, evidence, and every answer's way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.answers.models import OWN, AnswerVersion
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table
from konferanse.plan.accounting import MERGED, Account, Where, account, conferences_of, lines_of, merged_into
from konferanse.plan.content import numbers_of
from konferanse.plan.models import CHAPTERS, NEED_OWNER, Evidence, Plan, PlanLine
from konferanse.plan.wording import CHAPTER_LABELS, chapter_number, reason_words
from konferanse.themes.material import Material


class Piece(NamedTuple):
    """Some words of a quote; ``hidden`` ones come out masked in all that is published."""

    words: str
    hidden: bool


class Said(NamedTuple):
    """A quote behind a line. ``into`` is the id of the answer it was merged into, or empty; ``stated`` what the engine found in
    its text; ``owner`` and ``deadline`` what its table wrote in fields of their own, each "" when nothing."""

    answer: Material
    pieces: list[Piece]
    into: str
    stated: list[str]
    owner: Piece
    deadline: Piece


@dataclass
class Manuscript:
    """A plan with all that its editor shows."""

    plan: Plan
    lines: list[PlanLine]
    told: Account

    def __post_init__(self) -> None:
        self.numbers = numbers_of(self.lines)
        self.lineage = merged_into(self.lines)

    @property
    def chapters(self) -> list[dict[str, Any]]:
        """[{"key", "number", "label", "themes": [{"name", "lines"}]}], every chapter, also an empty one."""
        found = []
        for key in CHAPTERS:
            own = [line for line in self.lines if line.chapter == key and line.status == "draft"]
            themes = [{"name": name, "lines": list(lines)} for name, lines in groupby(own, lambda line: line.theme)]
            found.append({"key": key, "number": chapter_number(key), "label": CHAPTER_LABELS[key], "themes": themes})
        return found

    @property
    def blanks(self) -> dict[str, int]:
        """How many lines that need them have no owner, and no deadline."""
        own = [line for line in self.lines if line.status == "draft" and line.chapter in NEED_OWNER]
        return {
            "owner": sum(not line.owner for line in own),
            "deadline": sum(not line.deadline and not line.deadline_text for line in own),
        }

    @property
    def proposals(self) -> list[PlanLine]:
        """Lines that have a proposal waiting."""
        return [line for line in self.lines if line.status == "draft" and line.proposal]

    @property
    def removed(self) -> list[PlanLine]:
        """Lines that were left out and can be taken in again."""
        return [line for line in self.lines if line.status == "removed"]

    @property
    def table_numbers(self) -> dict[str, int]:
        """The number on each table's sign, by its code."""
        query = select(Table.code, Table.number).where(Table.conference_id.in_(self._conference_ids))
        return dict(db.session.execute(query).all())

    @property
    def task_titles(self) -> dict[str, str]:
        """The title of each task, by its ref."""
        query = select(GroupTask.ref, GroupTask.title).where(GroupTask.conference_id.in_(self._conference_ids))
        return dict(db.session.execute(query).all())

    @property
    def _conference_ids(self) -> list[int]:
        return [conference.id for conference in conferences_of(self.plan)]

    def number(self, line: PlanLine) -> str:
        """The number shown."""
        return self.numbers.get(line.id, "")

    def with_number(self, number: str) -> PlanLine | None:
        """The line shown with this number."""
        return next((line for line in self.lines if self.numbers.get(line.id) == number.strip().rstrip(".")), None)

    def next_blank(self, after: PlanLine | None) -> PlanLine | None:
        """The next line, in order and round again, that lacks owner or deadline."""
        own = [line for line in self.lines if line.status == "draft" and line.chapter in NEED_OWNER and is_blank(line)]
        order = sorted(own, key=lambda line: CHAPTERS.index(line.chapter))
        if after is None or not order:
            return order[0] if order else None
        place = (CHAPTERS.index(after.chapter), after.position, after.id)
        later = [p for p in order if (CHAPTERS.index(p.chapter), p.position, p.id) > place]
        return later[0] if later else next((p for p in order if p.id != after.id), None)

    def evidence(self, line: PlanLine) -> tuple[list[Said], list[Said]]:
        """The quotes behind a line: those that speak for themselves, and those merged into another."""
        seen: dict[tuple[int, int, int], Evidence] = {}
        for e in self.told.evidence.get(line.id, []):
            seen.setdefault((e.version_id, e.start, e.end), e)
        said = [self._said(e) for e in seen.values()]
        return [s for s in said if not s.into], [s for s in said if s.into]

    def suggested(self, said: Sequence[Said]) -> dict[str, str]:
        """What the tables behind a line wrote in fields of their own, each of them once and with its tables, as words for the
        line's owner and deadline; nothing that is masked in what is published."""
        numbers, found = self.table_numbers, {}
        for field in OWN:
            tables: dict[str, set[int]] = defaultdict(set)
            for one in said:
                piece: Piece = getattr(one, field)
                if piece.words and not piece.hidden:
                    tables[piece.words].add(numbers[one.answer.table])
            most = sorted(tables.items(), key=lambda pair: (-len(pair[1]), pair[0]))
            each = [_("«%(what)s» (bord %(tables)s)", what=what, tables=", ".join(map(str, sorted(at)))) for what, at in most]
            found[field] = _("Foreslått i eget felt: %(what)s", what=" · ".join(each)) if each else ""
        return found

    def _said(self, evidence: Evidence) -> Said:
        answer = self.told.answers[evidence.version.answer_id]
        where = self.told.where[answer.answer_id]
        into = self.told.answers[where.into].name if where.status == MERGED and where.into else ""
        hidden = self.told.sensitive(answer.answer_id)
        fate = self.told.fates.get(answer.version_id)
        stated = [
            words % {"what": value}
            for words, value in (
                (_("ansvarlig: %(what)s"), fate.owner if fate else ""),
                (_("frist: %(what)s"), fate.deadline if fate else ""),
                (_("indikator: %(what)s"), fate.indicator if fate else ""),
            )
            if value
        ]
        shown = self.told.masked(answer.answer_id)
        own = (Piece(getattr(answer, name), getattr(shown, name) != getattr(answer, name)) for name in OWN)
        return Said(answer, pieces(evidence.version, evidence.start, evidence.end, hidden), into, stated, *own)

    def way_of(self, answer_id: int) -> tuple[Where, list[tuple[str, PlanLine]], str]:
        """What became of an answer: its fate, the lines it stands behind with numbers, and why or what it was merged into."""
        where = self.told.where[answer_id]
        lines = [(self.numbers[line.id], line) for line in where.lines if line.id in self.numbers]
        words = reason_words(where.reason)
        if where.into is not None:
            words = _("Slått sammen med %(answer)s", answer=self.told.answers[where.into].name)
        return where, lines, words


def manuscript(plan: Plan) -> Manuscript:
    """Read the plan."""
    lines = lines_of(plan)
    return Manuscript(plan, lines, account(plan, lines))


def is_blank(line: PlanLine) -> bool:
    """Whether owner or deadline is missing."""
    return not line.owner or not (line.deadline or line.deadline_text)


def pieces(version: AnswerVersion, start: int, end: int, hidden: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """The words from ``start`` to ``end``, cut where something is hidden."""
    marks = sorted({start, end, *(m for s in hidden for m in (s["start"], s["end"]) if start < m < end)})
    return [
        Piece(version.text[low:high], any(s["start"] <= low and high <= s["end"] for s in hidden))
        for low, high in pairwise(marks)
    ]
