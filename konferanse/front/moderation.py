"""Answers to read before they are shown: what may tell of a person, and what seems to be about the day itself.

A machine points them out; a person decides. What a person has decided is not asked again until the answer changes.
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.answers.models import FROM_WEB, OWN, Answer
from konferanse.answers.readings import UNREAD, Marks, Spans, marks_of
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table
from konferanse.themes.practical import PRACTICAL, parked_reasons
from konferanse.themes.sensitive import spans_of

PERSON, CHANGED, OFF_TOPIC = "person", "changed", "off-topic"


class ToRead(NamedTuple):
    """An answer to read and ``why``: it may tell of a person, it changed after something was hidden in it, or it seems to be
    about the day itself. ``hidden`` are the stretches of its text to hide, ``own`` the fields of their own, as suggested."""

    answer: Answer
    why: str
    hidden: Spans
    own: Sequence[str] = ()


class Piece(NamedTuple):
    """Some words of an answer, and whether they are, or are to be, hidden."""

    text: str
    hidden: bool


class Word(NamedTuple):
    """A word of an answer and where it stands (code points)."""

    start: int
    end: int
    text: str
    hidden: bool
    is_last: bool

    @property
    def name(self) -> str:
        """What a form calls it."""
        return f"{self.start}-{self.end}"


def to_read(conference: Conference) -> list[ToRead]:
    """What waits, those about people first; held-back answers are shown to nobody, so they do not wait."""
    query = (
        select(Answer)
        .join(GroupTask, Answer.task_id == GroupTask.id)
        .outerjoin(Table, Answer.table_id == Table.id)
        .where(Answer.conference_id == conference.id, Answer.withdrawn.is_(None), Answer.published)
        .where(GroupTask.is_tryout.is_(False))
        .options(joinedload(Answer.table), joinedload(Answer.task))
        .order_by(GroupTask.position, FROM_WEB, Table.number, Answer.position, Answer.id)
    )
    answers, marks = db.session.scalars(query).all(), marks_of(conference.id)
    reasons = parked_reasons([a.text for a in answers])
    asked = (_asked(a, marks.get(a.id, UNREAD), reason) for a, reason in zip(answers, reasons, strict=True))
    order = [PERSON, CHANGED, OFF_TOPIC]
    return sorted((one for one in asked if one), key=lambda one: order.index(one.why))


def suggested(answer: Answer, marks: Marks) -> Spans:
    """What is hidden in the answer, or would be if nobody decided otherwise."""
    return marks.over(spans_of(answer.text))


def suggested_own(answer: Answer, marks: Marks) -> list[str]:
    """The fields of their own that are hidden, or would be if nobody decided otherwise."""
    return [name for name in OWN if name in marks.own or (not marks.is_read and spans_of(getattr(answer, name)))]


def words(text: str, hidden: Spans) -> list[Word]:
    """Each word of ``text``, so that a person can tick those to hide; ``is_last`` of its line."""
    found = []
    for hit in re.finditer(r"\S+", text):
        start, end = hit.span()
        after = text[end:].split("\n", 1)[0]
        is_hidden = any(s["start"] < end and start < s["end"] for s in hidden)
        found.append(Word(start, end, hit.group(), is_hidden, not after.strip() and end < len(text.rstrip())))
    return found


def ticked(text: str, wanted: Collection[str]) -> list[dict[str, int]]:
    """The stretches that the ticked words ("start-end") make; words beside each other go together with what is between them."""
    found: list[dict[str, int]] = []
    goes_on = False
    for word in words(text, ()):
        if word.name not in wanted:
            goes_on = False
        elif goes_on:
            found[-1]["end"] = word.end
        else:
            found.append({"start": word.start, "end": word.end})
            goes_on = True
    return found


def pieces(text: str, hidden: Spans) -> list[Piece]:
    """``text`` cut where something in it is hidden."""
    edges = sorted({0, len(text), *(edge for span in hidden for edge in (span["start"], span["end"]))})
    return [Piece(text[a:b], any(s["start"] <= a and b <= s["end"] for s in hidden)) for a, b in pairwise(edges)]


def _asked(answer: Answer, marks: Marks, reason: str) -> ToRead | None:
    if marks.is_read:
        return None
    hidden, own = suggested(answer, marks), suggested_own(answer, marks)
    if hidden or own:
        return ToRead(answer, CHANGED if marks.hidden or marks.own else PERSON, hidden, own)
    if reason == PRACTICAL and not marks.aside:
        return ToRead(answer, OFF_TOPIC, ())
    return None
