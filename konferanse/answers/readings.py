"""What moderators decide when they read an answer: what in it stays hidden, and whether it is left out of the plan.

The answer itself is never changed: a decision is a row over one version, the newest counts, and moderators see the original.
A later version goes back to be read; until then the words that were hidden stay hidden in it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select

from konferanse.answers.masking import hushed, masked, places_of, secrets_of
from konferanse.answers.models import Answer, AnswerVersion, Reading, Words
from konferanse.common import audit
from konferanse.common.errors import Refused
from konferanse.extensions import db

Spans = Sequence[Mapping[str, Any]]
BY_HAND = "skjult av en moderator"
OFF_TOPIC = "utenom oppgaven"


class ChangedMeanwhile(Refused):
    """Somebody wrote a new version after the page was opened."""


class Marks(NamedTuple):
    """What was decided of an answer. With ``is_read`` somebody has read its newest version; else ``hidden`` are the places in
    it where what was hidden earlier stands again. ``aside`` is why it is left out of the plan, or ""."""

    is_read: bool = False
    hidden: Spans = ()
    aside: str = ""

    def over(self, suggested: Spans) -> list[Mapping[str, Any]]:
        """What to hide, where a machine ``suggested`` these: its word counts until a person has read the version."""
        return list(self.hidden) if self.is_read else [*suggested, *self.hidden]


UNREAD = Marks()


def marks_of(*conference_ids: int) -> dict[int, Marks]:
    """What was decided of the answers of these conferences, by the answer's id; those nobody has read are not there."""
    newest = (
        select(func.max(Reading.id)).join(Answer).where(Answer.conference_id.in_(conference_ids)).group_by(Reading.answer_id)
    )
    rows = db.session.execute(
        select(Reading, Answer.version, Answer.text, AnswerVersion.text)
        .join(Answer, Reading.answer_id == Answer.id)
        .join(AnswerVersion, (AnswerVersion.answer_id == Answer.id) & (AnswerVersion.number == Reading.version))
        .where(Reading.id.in_(newest))
    )
    found = {}
    for reading, version, text, read_text in rows:
        if reading.version == version:
            found[reading.answer_id] = Marks(True, reading.hidden, reading.aside)
        else:
            places = places_of(text, secrets_of(read_text, reading.hidden))
            again = merged([{"start": start, "end": end} for start, end in places], len(text))
            found[reading.answer_id] = Marks(False, again, reading.aside)
    return found


def decide(answer: Answer, version: int, hidden: Spans, aside: str, actor: str) -> None:
    """Keep what somebody decided who read ``version``. Raises ``ChangedMeanwhile`` when that is no longer the newest."""
    db.session.execute(select(Answer.id).where(Answer.id == answer.id).with_for_update())
    db.session.refresh(answer)
    if answer.version != version or answer.withdrawn is not None:
        raise ChangedMeanwhile(_("Bordet har endret svaret imens. Les det på nytt før du bestemmer."))
    spans = merged(hidden, len(answer.text))
    db.session.add(Reading(answer_id=answer.id, version=version, hidden=spans, aside=aside, actor=actor))
    db.session.flush()
    audit.record(
        actor, "answer.read", scope=answer.conference.slug, subject=answer.ref, hidden=len(spans), is_aside=bool(aside)
    )


def history(answer: Answer) -> Sequence[Reading]:
    """Every decision about the answer, the newest first."""
    return db.session.scalars(select(Reading).where(Reading.answer_id == answer.id).order_by(Reading.id.desc())).all()


def merged(spans: Spans, length: int) -> list[dict[str, Any]]:
    """``spans`` inside a text of ``length`` code points, in order, those that overlap or touch made one."""
    found: list[dict[str, Any]] = []
    for span in sorted(spans, key=lambda s: (s["start"], s["end"])):
        start, end = max(0, span["start"]), min(length, span["end"])
        if start >= end:
            continue
        if found and start <= found[-1]["end"]:
            found[-1]["end"] = max(found[-1]["end"], end)
        else:
            found.append({"start": start, "end": end, "why": span.get("why", BY_HAND)})
    return found


def shown(answer: Answer, marks: Mapping[int, Marks], suggested: Spans = ()) -> str:
    """The answer's text with what is hidden in it masked."""
    return shown_words(answer, marks, suggested).text


def shown_words(answer: Answer, marks: Mapping[int, Marks], suggested: Spans = ()) -> Words:
    """The answer with what is hidden in its text masked, and the same words in its fields of their own."""
    hidden = marks.get(answer.id, UNREAD).over(suggested)
    secrets = secrets_of(answer.text, hidden)
    own = (hushed(value, secrets) for value in (answer.owner, answer.deadline))
    return Words(masked(answer.text, 0, len(answer.text), hidden), *own)
