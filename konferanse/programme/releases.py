"""Publishing: the working copy becomes a numbered, named release that never changes, and the public reads that.

A release's ``content`` is plain values (shape in models.py), so that what was published can always be read again, and
what changed since is a comparison of two such values.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from konferanse.common import audit
from konferanse.common.clock import local, now
from konferanse.common.errors import Refused
from konferanse.common.language import clock_time, weekday_date
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import editing
from konferanse.programme.kinds import ITEM_LANGUAGES, KIND_LABELS, PART_LABELS, STATUS_LABELS
from konferanse.programme.models import Day, ItemSpeaker, ProgrammeItem, ProgrammeRelease

Content = dict[str, Any]
Item = dict[str, Any]
# What a reader would notice; sequence and modified follow from these.
NOTICED = ("start", "end", "title", "kind", "room", "speaker", "language", "description", "audience", "links", "status", "part")
WHAT = {
    "start": _l("Flyttet"),
    "end": _l("Ny slutt"),
    "title": _l("Ny tittel"),
    "kind": _l("Ny type"),
    "room": _l("Nytt rom"),
    "speaker": _l("Ny innleder"),
    "language": _l("Nytt språk"),
    "description": _l("Ny omtale"),
    "audience": _l("Ny målgruppe"),
    "links": _l("Nye lenker"),
    "status": _l("Ny status"),
    "part": _l("Nye roller"),
}


class Difference(NamedTuple):
    """One thing about an item, before and after, in words; both are empty where the texts are too long to repeat."""

    what: str
    before: str
    after: str


class Change(NamedTuple):
    """What a reader would notice about one item (or one day's heading). ``kind`` is new, gone or changed."""

    kind: str
    title: str
    when: str
    differences: list[Difference]


def published(conference: Conference) -> ProgrammeRelease | None:
    """The release that is public now."""
    return db.session.scalar(
        select(ProgrammeRelease)
        .where(ProgrammeRelease.conference_id == conference.id)
        .order_by(ProgrammeRelease.number.desc())
        .limit(1)
    )


def working_copy(conference: Conference) -> Content:
    """The programme as it stands in the editor, in the shape of a release."""
    items = editing.items(conference)
    rows = db.session.execute(select(Day.date, Day.title).where(Day.conference_id == conference.id)).all()
    titles = {row.date: row.title for row in rows}
    dates = sorted({*conference.dates, *(local(item.start).date() for item in items)})
    return {
        "days": [{"date": day.isoformat(), "title": titles.get(day, "")} for day in dates],
        "items": [_values(item) for item in items],
    }


def changes(conference: Conference) -> list[Change]:
    """What publishing now would change for a reader, in the programme's order."""
    release = published(conference)
    return compare(release.content if release else None, working_copy(conference))


def changes_waiting(conference: Conference) -> int:
    """How many items (and day headings) differ from the release in anything a reader would notice."""
    return len(changes(conference))


def compare(old: Content | None, new: Content) -> list[Change]:
    """The changes from ``old`` (None before the first release) to ``new``."""
    before = {item["uid"]: item for item in shown(old)} if old else {}
    found = []
    for item in shown(new):
        earlier = before.pop(item["uid"], None)
        if earlier is None:
            found.append((item["start"], Change("new", item["title"], _when(item), [])))
        elif differing := [_difference(key, earlier, item) for key in noticed(earlier, item)]:
            found.append((item["start"], Change("changed", item["title"], _when(item), differing)))
    found += [(item["start"], Change("gone", item["title"], _when(item), [])) for item in before.values()]
    return _day_changes(old, new) + [change for _start, change in sorted(found, key=lambda pair: pair[0])]


def shown(content: Content) -> list[Item]:
    """The items that readers see: what was removed is kept for calendars only."""
    return [item for item in content["items"] if item.get("status") != "removed"]


def noticed(before: Item, after: Item) -> list[str]:
    """Those of ``NOTICED`` that differ. What somebody does is compared for those who are in both."""
    parts = [{who["uid"]: who["part"] for who in item.get("speakers", [])} for item in (before, after)]
    both = parts[0].keys() & parts[1].keys()
    differing = [key for key in NOTICED if key != "part" and told(before, key) != told(after, key)]
    return [*differing, "part"] if any(parts[0][uid] != parts[1][uid] for uid in both) else differing


def told(item: Item, key: str) -> Any:
    """What an item of any release says of ``key``; releases made before a key was thought of say nothing."""
    return item.get(key, {"status": "confirmed", "links": []}.get(key, ""))


def concerned(old: Content, new: Content) -> set[date]:
    """The days on which a reader would notice something; what is moved from one day to another concerns both."""
    before, after = ({item["uid"]: item for item in shown(content)} for content in (old, new))
    titles = [{day["date"]: day["title"] for day in content["days"]} for content in (old, new)]
    found = {date.fromisoformat(day) for day, title in titles[1].items() if title != titles[0].get(day, "")}
    for uid in before.keys() | after.keys():
        pair = [item for item in (before.get(uid), after.get(uid)) if item]
        if len(pair) == 1 or noticed(*pair):
            found |= {local(datetime.fromisoformat(item["start"])).date() for item in pair}
    return found


def in_words(found: Sequence[Change]) -> str:
    """What changed, a line each, for readers: a beginning for the organiser's note."""
    lines = []
    for change in found:
        what = {"new": _("ny"), "gone": _("utgår")}.get(change.kind) or "; ".join(_said(change.differences))
        lines.append("– " + f"{change.title}{f' ({change.when})' if change.when else ''}: {what}")
    return "\n".join(lines)


def _said(differences: Sequence[Difference]) -> list[str]:
    """The line says when it is now and what it is called; of what is moved or renamed it is enough to say from what."""
    start, end, title, status = (str(WHAT[key]) for key in ("start", "end", "title", "status"))
    is_moved = any(difference.what == start for difference in differences)
    said = []
    for difference in differences:
        what = difference.what[:1].lower() + difference.what[1:]
        if difference.what == start:
            said.append(_("flyttet fra %(before)s", before=difference.before))
        elif difference.what == title:
            said.append(_("het før «%(before)s»", before=difference.before))
        elif difference.what == status:
            said.append(difference.after.lower())
        elif not (is_moved and difference.what == end):
            said.append(f"{what}, {difference.after}" if difference.after else what)
    return said


def history(conference: Conference) -> Sequence[ProgrammeRelease]:
    """Every release, the newest first."""
    query = select(ProgrammeRelease).where(ProgrammeRelease.conference_id == conference.id)
    return db.session.scalars(query.order_by(ProgrammeRelease.number.desc())).all()


def publish(conference: Conference, name: str, actor: str, note: str = "") -> ProgrammeRelease:
    """Make the working copy public as the next release; the caller has begun a write and commits.

    Items that differ from the last release get the next ``sequence`` and a new ``modified``; the others keep both, so
    that calendars only react to what moved. What the last release held and this one does not is kept as removed, so that
    calendars are told (RFC 5545 3.8.1.11). ``note`` tells readers what is new. Raises ``Refused`` for an empty programme or a
    name that does not fit.
    """
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise Refused(_("Gi utgaven et navn på høyst 200 tegn, for eksempel «Endelig program»."))
    # On PostgreSQL this makes two publishers take turns; SQLite has one writer anyway.
    db.session.scalar(select(Conference.id).where(Conference.id == conference.id).with_for_update())
    last, moment = published(conference), now()
    _raise_sequences(conference, last, moment)
    db.session.flush()
    content = working_copy(conference)
    if not content["items"]:
        raise Refused(_("Programmet er tomt. Legg til minst én programpost før du publiserer."))
    number = last.number + 1 if last else 1
    content["items"] += _removed(last.content, content, moment) if last else []
    release = ProgrammeRelease(
        conference_id=conference.id, number=number, name=name, note=note, published=moment, content=content
    )
    db.session.add(release)
    conference.updated = moment
    audit.record(actor, "programme.published", scope=conference.slug, subject=conference.uid, number=number)
    db.session.flush()
    return release


def _raise_sequences(conference: Conference, last: ProgrammeRelease | None, moment: datetime) -> None:
    """Give what changed since ``last`` its next sequence; what is new starts at 0 (RFC 5545 3.8.7.4)."""
    earlier = {item["uid"]: item for item in last.content["items"]} if last else {}
    for item in editing.items(conference):
        values, before = _values(item), earlier.get(str(item.uid))
        if before is None:
            item.modified = moment
        elif noticed(before, values):
            item.sequence, item.modified = before["sequence"] + 1, moment


def _removed(old: Content, new: Content, moment: datetime) -> list[Item]:
    """What ``old`` held and ``new`` does not, as removed; what was removed before stays as it was."""
    here = {item["uid"] for item in new["items"]}
    gone = [item for item in old["items"] if item["uid"] not in here]
    fresh = {"status": "removed", "modified": _iso(moment)}
    return [item if item.get("status") == "removed" else item | fresh | {"sequence": item["sequence"] + 1} for item in gone]


def _values(item: ProgrammeItem) -> Item:
    return {
        "uid": str(item.uid),
        "number": item.number,
        "start": _iso(item.start),
        "end": _iso(item.end),
        "title": item.title,
        "kind": item.kind,
        "room": item.room.name if item.room else "",
        "room_uid": str(item.room.uid) if item.room else "",
        "speaker": item.speaker,
        "speakers": [_speaker(row) for row in item.speakers],
        "language": item.language,
        "description": item.description,
        "audience": item.audience,
        "links": item.links.splitlines(),
        "status": item.status,
        "sequence": item.sequence,
        "modified": _iso(item.modified),
    }


def _speaker(row: ItemSpeaker) -> dict[str, str]:
    who = row.speaker
    return {"uid": str(who.uid), "name": who.name, "role": who.role, "organisation": who.organisation, "part": row.part}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _when(item: Item) -> str:
    start = datetime.fromisoformat(item["start"])
    return f"{weekday_date(local(start).date())} {_('kl.')} {clock_time(start)}"


def _difference(key: str, old: Item, new: Item) -> Difference:
    what = str(WHAT[key])
    if key in ("description", "links"):
        return Difference(what, "", "")
    if key == "part":
        return Difference(what, *(_in_parts(item) for item in (old, new)))
    if key == "start":
        return Difference(what, _when(old), _when(new))
    if key == "end":
        ends = [clock_time(datetime.fromisoformat(item["end"])) for item in (old, new)]
        return Difference(what, *ends)
    labels = {"kind": KIND_LABELS, "language": ITEM_LANGUAGES, "status": STATUS_LABELS}.get(key, {})
    before, after = (str(labels.get(told(item, key), told(item, key))) or "–" for item in (old, new))
    return Difference(what, before, after)


def _in_parts(item: Item) -> str:
    return "; ".join(f"{who['name']} ({str(PART_LABELS[who['part']]).lower()})" for who in item["speakers"])


def _day_changes(old: Content | None, new: Content) -> list[Change]:
    """Days with another heading than before; a heading alone is worth publishing too."""
    if old is None:
        return []
    before = {day["date"]: day["title"] for day in old["days"]}
    return [
        Change(
            "changed",
            weekday_date(datetime.fromisoformat(day["date"]).date()),
            "",
            [Difference(_("Ny overskrift for dagen"), before.get(day["date"], "") or "–", day["title"] or "–")],
        )
        for day in new["days"]
        if day["title"] != before.get(day["date"], "")
    ]
