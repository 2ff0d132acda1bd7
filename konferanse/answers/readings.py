"""What moderators decide when they read an answer: what in it stays hidden, and whether it is left out of the plan.

The answer itself is never changed: a decision is a row over one version, the newest counts, and moderators see the original.
A later version goes back to be read; until then the words that were hidden stay hidden in it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select

from konferanse.answers.masking import hushed, masked, places_of, secrets_of
from konferanse.answers.models import OWN, Answer, AnswerVersion, Reading, Words
from konferanse.common import audit
from konferanse.common.errors import Refused
from konferanse.extensions import db

Spans = Sequence[Mapping[str, Any]]
Suggest = Callable[[str], Spans]
BY_HAND = "skjult av en moderator"
OFF_TOPIC = "utenom oppgaven"


class ChangedMeanwhile(Refused):
    """Somebody wrote a new version after the page was opened."""


def nothing(_value: str) -> Spans:
    """The machine has no say."""
    return ()


class Marks(NamedTuple):
    """What was decided of an answer. With ``is_read`` somebody has read its newest version; else ``hidden`` are the places in
    its text where what was hidden earlier stands again. ``own`` are the fields of their own that are hidden whole; ``aside``
    is why the answer is left out of the plan, or ""."""

    is_read: bool = False
    hidden: Spans = ()
    own: Sequence[str] = ()
    aside: str = ""

    def over(self, suggested: Spans) -> list[Mapping[str, Any]]:
        """What to hide in the text, where a machine ``suggested`` these: its word counts until a person has read it."""
        return list(self.hidden) if self.is_read else [*suggested, *self.hidden]

    def words(self, said: Words, suggested: Spans = (), suggest: Suggest = nothing) -> Words:
        """``said`` with what is hidden in it masked; ``suggest`` is what a machine would hide in a field of its own."""
        hidden = self.over(suggested)
        secrets = secrets_of(said.text, hidden)
        own = {name: hushed(self._own(name, getattr(said, name), suggest), secrets) for name in OWN}
        return Words(masked(said.text, 0, len(said.text), hidden), **own)

    def secrets(self, said: Words, suggested: Spans = (), suggest: Suggest = nothing) -> list[str]:
        """The words behind each mask in ``said``."""
        own = [
            part for name in OWN for part in secrets_of(getattr(said, name), self._in_own(name, getattr(said, name), suggest))
        ]
        return [*secrets_of(said.text, self.over(suggested)), *own]

    def _own(self, name: str, value: str, suggest: Suggest) -> str:
        return masked(value, 0, len(value), self._in_own(name, value, suggest))

    def _in_own(self, name: str, value: str, suggest: Suggest) -> Spans:
        if name in self.own:
            return [{"start": 0, "end": len(value)}]
        return () if self.is_read or not value else suggest(value)


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
            found[reading.answer_id] = Marks(True, reading.hidden, reading.own, reading.aside)
        else:
            places = places_of(text, secrets_of(read_text, reading.hidden))
            again = merged([{"start": start, "end": end} for start, end in places], len(text))
            found[reading.answer_id] = Marks(False, again, reading.own, reading.aside)
    return found


def decide(answer: Answer, version: int, hidden: Spans, aside: str, actor: str, *, own: Collection[str] = ()) -> None:
    """Keep what somebody decided who read ``version``. Raises ``ChangedMeanwhile`` when that is no longer the newest."""
    db.session.execute(select(Answer.id).where(Answer.id == answer.id).with_for_update())
    db.session.refresh(answer)
    if answer.version != version or answer.withdrawn is not None:
        raise ChangedMeanwhile(_("Bordet har endret svaret imens. Les det på nytt før du bestemmer."))
    spans = merged(hidden, len(answer.text))
    fields = [name for name in OWN if name in own]
    db.session.add(Reading(answer_id=answer.id, version=version, hidden=spans, own=fields, aside=aside, actor=actor))
    db.session.flush()
    about = {"scope": answer.conference.slug, "subject": answer.ref}
    audit.record(actor, "answer.read", **about, hidden=len(spans) + len(fields), is_aside=bool(aside))


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
