"""Runs of the engine over a conference's answers: begun, kept as rows, and read back as a ``Result``."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from konferanse.answers.models import FROM_WEB, Answer, AnswerVersion
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.themes import records
from konferanse.themes.material import Material, material, names_of
from konferanse.themes.models import AggregationRun, Fate, Point, Quote

SILENT = timedelta(minutes=3)
"""A running run that has told nothing for so long has lost its worker."""
_WEB = "w-"  # points from the web are named apart


class NotVerbatim(Refused):
    """A quote is not what its answer says: nothing built on it may leave the house."""


def start(conference: Conference, actor: str) -> AggregationRun:
    """A new run in the queue. Raises ``Refused`` while another is under way."""
    if (run := newest(conference)) and is_under_way(run):
        raise Refused(_("Temaene lages allerede. Vent til det er ferdig."))
    run = AggregationRun(conference_id=conference.id, heartbeat=now())
    db.session.add(run)
    db.session.flush()
    audit.record(actor, "themes.run.started", scope=conference.slug, subject=run.uid)
    return run


def is_under_way(run: AggregationRun) -> bool:
    """Whether somebody works on it, or will soon."""
    return run.status in ("queued", "running") and run.heartbeat is not None and now() - run.heartbeat < SILENT


def newest(conference: Conference) -> AggregationRun | None:
    """The run started last, whatever became of it."""
    query = select(AggregationRun).where(AggregationRun.conference_id == conference.id)
    return db.session.scalar(query.order_by(AggregationRun.id.desc()).limit(1))


def newest_done(conference_id: int) -> AggregationRun | None:
    """The newest run that has a result."""
    query = select(AggregationRun).where(AggregationRun.conference_id == conference_id, AggregationRun.status == "done")
    return db.session.scalar(query.order_by(AggregationRun.id.desc()).limit(1))


def keep(run: AggregationRun, answers: Sequence[Material], results: dict[str, records.Result]) -> None:
    """Store the results as rows of ``run``. Raises ``NotVerbatim`` before anything is stored."""
    by_name = {a.name: a for a in answers}
    for result in results.values():
        _check_verbatim(result, by_name)
    for channel, result in results.items():
        prefix = _WEB if channel == "web" else ""
        themes = {theme.id: theme.name for theme in result.themes}
        fates = {fate.id: fate for fate in result.answers}
        for point in result.points:
            run.points.append(_point_row(point, channel, prefix, themes, fates, by_name, len(run.points)))
        run.fates.extend(_fate_row(fate, prefix, by_name) for fate in result.answers)
    run.engine = dict(results["table"].engine)
    run.status, run.progress, run.finished, run.error = "done", 100, now(), ""
    db.session.flush()


def _check_verbatim(result: records.Result, by_name: dict[str, Material]) -> None:
    for point in result.points:
        for quote in point.quotes:
            if by_name[quote.answer].text[quote.start : quote.end] != quote.text:
                raise NotVerbatim(_("Et sitat er ikke ordrett (svar %(id)s). Kjøringen er ikke lagret.", id=quote.answer))


def _point_row(
    point: records.Point,
    channel: str,
    prefix: str,
    themes: dict[str, str],
    fates: dict[str, records.Fate],
    by_name: dict[str, Material],
    position: int,
) -> Point:
    # The answer whose words the statement is has the first say: its owner and deadline belong together.
    names = [quote.answer for quote in point.quotes if quote.text == point.statement][:1]
    first = [_stated(fates[name], by_name[name]) for name in names]
    said_by = [_stated(fates[name], by_name[name]) for name in dict.fromkeys(quote.answer for quote in point.quotes)]
    return Point(
        ref=prefix + point.id,
        channel=channel,
        theme_ref=prefix + point.theme,
        theme=themes[point.theme][:200],
        statement=point.statement,
        kind=point.kind,
        owner=most_said([f.owner for f in first]) or most_said([f.owner for f in said_by]),
        deadline=most_said([f.deadline for f in first]) or most_said([f.deadline for f in said_by]),
        indicator=most_said([f.indicator for f in first]) or most_said([f.indicator for f in said_by]),
        opposed_to=[prefix + other for other in point.opposed_to],
        tables=0 if channel == "web" else point.tables,
        answers=point.answers,
        position=position,
        quotes=[Quote(version_id=by_name[q.answer].version_id, start=q.start, end=q.end, text=q.text) for q in point.quotes],
    )


def _stated(fate: records.Fate, answer: Material) -> records.Fate:
    """What the run says of an answer, with what its table wrote in fields of their own before what was found in its text."""
    return replace(fate, owner=answer.owner or fate.owner, deadline=answer.deadline or fate.deadline)


def most_said(values: Sequence[str]) -> str:
    """The value given most often (the first of them in the alphabet), "" when none is; verbatim, at most 300 characters."""
    counts = Counter(value for value in values if value and len(value) <= 300)
    return min(counts, key=lambda value: (-counts[value], value), default="")


def _fate_row(fate: records.Fate, prefix: str, by_name: dict[str, Material]) -> Fate:
    into = by_name.get(fate.merged_into)
    return Fate(
        version_id=by_name[fate.id].version_id,
        status=fate.status,
        reason=fate.reason,
        merged_into_id=into.version_id if into else None,
        confidence=fate.confidence,
        kind=fate.kind,
        points=[prefix + point for point in fate.points],
        owner=fate.owner,
        deadline=fate.deadline,
        indicator=fate.indicator,
        lang=fate.lang,
        sensitive=[{"start": s.start, "end": s.end, "why": s.why} for s in fate.sensitive],
    )


def as_result(run: AggregationRun) -> records.Result:
    """A kept run as the engine gave it, every quote read from its stored answer version; ids are the answers' refs."""
    names = names_of(run.conference_id)
    points = db.session.scalars(
        select(Point)
        .where(Point.run_id == run.id)
        .order_by(Point.position)
        .options(selectinload(Point.quotes).joinedload(Quote.version))
    ).all()
    fates = db.session.scalars(
        select(Fate).where(Fate.run_id == run.id).options(db.joinedload(Fate.version), db.joinedload(Fate.merged_into))
    ).all()
    told = sorted((_fate_record(fate, names) for fate in fates), key=lambda fate: fate.id)
    counts = Counter(fate.status for fate in told)
    totals = {"answers": len(told), "used": counts["used"], "merged": counts["merged"], "parked": counts["parked"]}
    if web := from_web(run):
        totals["web"] = web
    return records.Result(
        tuple(told), tuple(_point_record(p, names) for p in points), tuple(_themes(points)), totals, run.engine
    )


def from_web(run: AggregationRun) -> int:
    """How many of the answers of a run are inputs from the web."""
    query = select(func.count(Fate.id)).join(AnswerVersion, Fate.version_id == AnswerVersion.id).join(Answer)
    return db.session.scalar(query.where(Fate.run_id == run.id, FROM_WEB)) or 0


def _fate_record(fate: Fate, names: dict[int, str]) -> records.Fate:
    return records.Fate(
        id=names[fate.version.answer_id],
        status=fate.status,
        reason=fate.reason,
        merged_into=names[fate.merged_into.answer_id] if fate.merged_into else "",
        points=tuple(fate.points),
        confidence=fate.confidence,
        kind=fate.kind,
        owner=fate.owner,
        deadline=fate.deadline,
        indicator=fate.indicator,
        sensitive=tuple(records.SensitiveSpan(s["start"], s["end"], s["why"]) for s in fate.sensitive),
        lang=fate.lang,
    )


def _point_record(point: Point, names: dict[int, str]) -> records.Point:
    return records.Point(
        id=point.ref,
        theme=point.theme_ref,
        statement=point.statement,
        kind=point.kind,
        tables=point.tables,
        answers=point.answers,
        opposed_to=tuple(point.opposed_to),
        quotes=tuple(records.Quote(names[q.version.answer_id], q.start, q.end, quoted(q.version, q)) for q in point.quotes),
    )


def quoted(version: AnswerVersion, span: Quote) -> str:
    """The words of a quote. Raises ``NotVerbatim`` when they are not what its version says there."""
    if not span.text or version.text[span.start : span.end] != span.text:
        raise NotVerbatim(_("Et sitat er ikke lenger ordrett. Lag temaene på nytt."))
    return span.text


def _themes(points: Sequence[Point]) -> list[records.Theme]:
    by_theme: dict[str, list[Point]] = {}
    for point in points:
        by_theme.setdefault(point.theme_ref, []).append(point)
    tables = _tables_of({q.version.answer_id for p in points for q in p.quotes})
    return [
        records.Theme(
            id=ref,
            name=own[0].theme,
            points=tuple(p.ref for p in own),
            tables=len({tables[q.version.answer_id] for p in own for q in p.quotes} - {None}),
            answers=len({q.version.answer_id for p in own for q in p.quotes}),
        )
        for ref, own in by_theme.items()
    ]


def _tables_of(answer_ids: set[int]) -> dict[int, int | None]:
    return dict(db.session.execute(select(Answer.id, Answer.table_id).where(Answer.id.in_(answer_ids))).all())


def read(conference: Conference) -> list[Material]:
    """What a run of ``conference`` reads now."""
    return material(conference.id)
