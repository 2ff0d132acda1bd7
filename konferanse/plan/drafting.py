"""A plan draft from points: what the machine found becomes lines, and what people decided stays as they decided."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from konferanse.answers.masking import masked, reveals
from konferanse.answers.models import AnswerVersion
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.extensions import db
from konferanse.groups.models import GroupTask
from konferanse.mandate.models import Mandate
from konferanse.plan.accounting import Account, account, conferences_of, is_live, lines_of, span_of
from konferanse.plan.matching import Held, Loose, Match, Place, Span, matches, ordered
from konferanse.plan.models import CHAPTERS, Evidence, Plan, PlanLine
from konferanse.themes.material import Material
from konferanse.themes.models import AggregationRun, Point, Quote
from konferanse.themes.runs import newest_done

CHAPTER_OF_KIND = {"hindring": "utfordring", **{kind: kind for kind in CHAPTERS[1:]}}


def plan_of(mandate: Mandate) -> Plan | None:
    """The plan of an assignment, once there is one."""
    return db.session.scalar(select(Plan).where(Plan.mandate_id == mandate.id))


def draft(mandate: Mandate, actor: str, scope: str) -> Plan:
    """Make the draft, or make it anew, from the newest themes of each of the mandate's conferences.

    Lines nobody touched follow their points and keep their permanent ids; lines people edited keep words, place and
    owner and get a proposal. Raises ``Refused`` when there are no themes yet.
    """
    plan = plan_of(mandate)
    if plan is None:
        plan = Plan(mandate_id=mandate.id)
        db.session.add(plan)
        db.session.flush()
    runs = [run for c in conferences_of(plan) if (run := newest_done(c.id))]
    if not runs:
        raise Refused(_("Lag temaer og poeng først. Planutkastet bygger på dem."))
    plan.drafted_from, plan.drafted = [run.id for run in runs], now()
    db.session.flush()
    lines = lines_of(plan)
    told = account(plan, lines)
    _drop_dead_evidence(lines, told)
    _place(plan, lines, _found(runs, told), told)
    db.session.flush()
    audit.record(actor, "plan.drafted", scope=scope, subject=plan.uid, runs=[str(run.uid) for run in runs])
    return plan


@dataclass
class Found:
    """A point with what a line needs of it; ``quotes`` are the live ones, by span. ``theme`` is the name a person gave the
    theme, else the engine's."""

    point: Point
    chapter: str
    theme: str
    quotes: dict[Span, Quote]
    secrets: list[str]
    told: Account

    def words(self, spans: Sequence[Span]) -> str:
        """The statement for a line with these spans: the point's own, else the first quote that reveals nothing masked."""
        own = self.point.statement.strip()
        texts = [quote.text.strip() for span, quote in self.quotes.items() if span in spans]
        for text in [own, *texts] if own in texts or not texts else [*texts, own]:
            if not reveals(text, self.secrets):
                return text
        words = self.shown(self.quotes[spans[0]] if spans else next(iter(self.quotes.values())))
        return words if re.search(r"\w", words) else _("Skjult av hensyn til personvernet")

    def shown(self, quote: Quote) -> str:
        """A quote as it may leave the house."""
        return masked(quote.version.text, quote.start, quote.end, self.told.sensitive(quote.version.answer_id))

    def stated(self, value: str) -> str:
        """A verbatim owner, deadline or indicator, blank when it would reveal something masked."""
        return "" if reveals(value, self.secrets) else value


def _found(runs: Sequence[AggregationRun], told: Account) -> list[Found]:
    """Every point of the runs that still has live quotes, in rank order; conferences in turn."""
    conference_of = {run.id: run.conference_id for run in runs}
    kinds = _task_kinds(list(conference_of.values()))
    query = (
        select(Point)
        .where(Point.run_id.in_([run.id for run in runs]))
        .order_by(Point.run_id, Point.position)
        .options(selectinload(Point.quotes).joinedload(Quote.version))
    )
    found = []
    for point in db.session.scalars(query):
        quotes = {Span(q.version.answer_id, q.version_id, q.start, q.end): q for q in point.quotes if _stands(q, told.answers)}
        if quotes:
            secrets = [s for q in quotes.values() for s in told.secrets(q.version.answer_id)]
            task = conference_of[point.run_id], told.answers[next(iter(quotes)).answer_id].task
            chapter = CHAPTER_OF_KIND.get(point.kind) or CHAPTER_OF_KIND.get(kinds.get(task, ""), "tiltak")
            found.append(Found(point, chapter, point.theme, quotes, secrets, told))
    _clean_theme_names(found)
    return found


def _clean_theme_names(found: Sequence[Found]) -> None:
    """A theme is named by words from its answers; one that only stands where something is masked does not leave the house."""
    themes: dict[str, list[Found]] = {}
    for own in found:
        themes.setdefault(own.theme, []).append(own)
    for name, members in themes.items():
        hidden = _words(" ".join(secret for own in members for secret in own.secrets))
        open_words = _words(" ".join(own.shown(quote) for own in members for quote in own.quotes.values()))
        parts = re.split(r", | og ", name)
        kept = [part for part in parts if not _words(part) & hidden - open_words]
        if len(kept) < len(parts):
            for own in members:
                own.theme = " og ".join([", ".join(kept[:-1]), kept[-1]]) if len(kept) > 1 else (kept or [_("Annet")])[0]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _stands(quote: Quote, answers: dict[int, Material]) -> bool:
    answer = answers.get(quote.version.answer_id)
    return answer is not None and answer.counts and answer.version_id == quote.version_id


def _task_kinds(conference_ids: Sequence[int]) -> dict[tuple[int, str], str]:
    query = select(GroupTask).where(GroupTask.conference_id.in_(conference_ids))
    return {(task.conference_id, task.ref): task.kind for task in db.session.scalars(query)}


def _drop_dead_evidence(lines: Sequence[PlanLine], told: Account) -> None:
    """An answer that was withdrawn, or edited since, no longer stands behind anything in its old words. One that only got
    another owner or deadline has the same words."""
    for line in lines:
        for e in line.evidence:
            answer = told.answers.get(e.version.answer_id)
            if answer and answer.version_id != e.version_id and answer.text == e.version.text:
                e.version_id, e.version = answer.version_id, db.session.get_one(AnswerVersion, answer.version_id)
        line.evidence[:] = [e for e in line.evidence if is_live(e, told.answers)]
    db.session.flush()


def _place(plan: Plan, lines: list[PlanLine], found: list[Found], told: Account) -> None:
    by_id = {line.id: line for line in lines}
    held = [Held(p.id, [span_of(e) for e in p.evidence], p.status != "removed") for p in lines if p.edited]
    loose = [Loose(p.id, [span_of(e) for e in p.evidence]) for p in lines if not p.edited]
    places = _places(lines)
    found_matches = matches([list(f.quotes) for f in found], held, loose)
    _name_themes(plan, by_id, found, found_matches)
    renamed: Counter[tuple[str, str]] = Counter()
    fresh: list[PlanLine] = []
    speaking: dict[int, Found] = {}
    for match in found_matches:
        own = found[match.point]
        line = by_id.get(match.line) if match.line is not None else None
        if line is None:
            line = PlanLine(plan_id=plan.id, chapter=own.chapter, theme=own.theme, text="")
            db.session.add(line)
        elif line.theme != own.theme:
            renamed[line.theme, own.theme] += 1
        if match.held:
            _set_evidence(line, [span_of(e) for e in line.evidence] + match.spans, own)
            if line.id not in speaking or len(own.quotes) > len(speaking[line.id].quotes):
                speaking[line.id] = own
        else:
            _refresh(line, own, match)
            fresh.append(line)
    for line in lines:
        if line.id in speaking:
            _propose(line, speaking[line.id])
        if not line.edited and line not in fresh:
            db.session.delete(line)
    db.session.flush()
    kept = [line for line in lines if line.edited]
    _rename_themes(kept, fresh, renamed)
    _number(_by_support(fresh, told), kept, places)


def _name_themes(plan: Plan, by_id: dict[int, PlanLine], found: list[Found], found_matches: list[Match]) -> None:
    """A name a person gave a theme follows its lines when the engine now calls the theme something else."""
    chosen = set(plan.theme_names.values())
    now_called: dict[str, Counter[str]] = {}
    for match in found_matches:
        line = by_id.get(match.line) if match.line is not None else None
        now_called.setdefault(found[match.point].point.theme, Counter())[line.theme if line else ""] += 1
    names = dict(plan.theme_names)
    for engine_name, before in now_called.items():
        old, count = min(before.items(), key=lambda pair: (-pair[1], pair[0]))
        if engine_name not in names and old in chosen and count * 2 > before.total():
            names[engine_name] = old
    plan.theme_names = names
    for own in found:
        own.theme = names.get(own.point.theme, own.theme)


def _refresh(line: PlanLine, own: Found, match: Match) -> None:
    """A line nobody touched says what its point says now."""
    before = (line.text, line.owner, line.deadline_text, line.indicator, line.chapter, line.theme)
    line.chapter, line.theme = own.chapter, own.theme
    line.text = line.drafted_text = own.words(match.spans)
    line.owner = own.stated(own.point.owner)
    line.deadline_text = own.stated(own.point.deadline)
    line.indicator = own.stated(own.point.indicator)
    if before != (line.text, line.owner, line.deadline_text, line.indicator, line.chapter, line.theme):
        line.revision = (line.revision or 0) + 1
    _set_evidence(line, match.spans, own)


def _propose(line: PlanLine, own: Found) -> None:
    """A line a person edited keeps its words; those of the largest point behind it are proposed, once."""
    words = own.words(list(own.quotes))
    if words != line.drafted_text and line.status == "draft":
        line.proposal = "" if words == line.text else words
        line.drafted_text = words


def _set_evidence(line: PlanLine, spans: Sequence[Span], own: Found) -> None:
    wanted = {(s.version_id, s.start, s.end) for s in spans}
    line.evidence[:] = [e for e in line.evidence if (e.version_id, e.start, e.end) in wanted]
    have = {(e.version_id, e.start, e.end) for e in line.evidence}
    for span in dict.fromkeys(spans):
        if (span.version_id, span.start, span.end) not in have:
            quote = own.quotes[span]
            line.evidence.append(
                Evidence(version_id=span.version_id, start=span.start, end=span.end, quote=quote.text, version=quote.version)
            )


def _places(lines: Sequence[PlanLine]) -> dict[int, Place]:
    """Where each line stands now."""
    found = {}
    for chapter in CHAPTERS:
        themes: dict[str, int] = {}
        for line in lines:
            if line.chapter == chapter and line.status == "draft":
                order = list(themes)
                at = order.index(line.theme) if line.theme in themes else len(order)
                found[line.id] = Place(line.id, line.theme, at, themes.get(line.theme, 0))
                themes[line.theme] = themes.get(line.theme, 0) + 1
    return found


def _rename_themes(kept: Sequence[PlanLine], fresh: Sequence[PlanLine], renamed: Counter[tuple[str, str]]) -> None:
    """When the engine has a new name for a theme, lines people edited stay together with the rest of it."""
    names = {line.theme for line in fresh}
    for line in kept:
        options = {new: count for (old, new), count in renamed.items() if old == line.theme and new in names}
        if options and line.theme not in names:
            line.theme = min(options, key=lambda name: (-options[name], name))


def _by_support(fresh: Sequence[PlanLine], told: Account) -> list[PlanLine]:
    """The lines of each chapter by theme, the theme most tables speak of there first; within a theme as the engine ranked."""
    tables: dict[tuple[str, str], set[str]] = {}
    for line in fresh:
        said = [told.answers[e.version.answer_id] for e in line.evidence]
        behind = {answer.table for answer in said if answer.channel != "web"}
        tables.setdefault((line.chapter, line.theme), set()).update(behind)
    return sorted(fresh, key=lambda line: (-len(tables[line.chapter, line.theme]), line.theme))


def _number(fresh: Sequence[PlanLine], kept: Sequence[PlanLine], places: dict[int, Place]) -> None:
    position = 0
    for chapter in CHAPTERS:
        own = {line.id: line for line in (*fresh, *kept) if line.chapter == chapter}
        stay = [places[p.id]._replace(theme=p.theme) for p in kept if p.id in places and p.chapter == chapter]
        for id_ in ordered([(p.id, p.theme) for p in fresh if p.chapter == chapter], stay):
            position += 1
            own[id_].position = position
