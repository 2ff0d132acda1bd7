"""Before a plan leaves the house it is checked against the answers; then it is kept as a version that never changes."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from konferanse.answers.masking import reveals
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.plan.accounting import UNREAD, Account, account, lines_of
from konferanse.plan.content import Content, content_of, numbers_of
from konferanse.plan.drafting import plan_of
from konferanse.plan.models import Evidence, Plan, PlanLine, PlanVersion
from konferanse.plan.withheld import as_shown
from konferanse.themes.models import Point, Quote


class CheckFailed(Refused):
    """The plan does not agree with the answers; nothing was published or exported."""


def published(conference: Conference) -> PlanVersion | None:
    """The newest published version of the plan this conference contributes to."""
    query = select(PlanVersion).join(Plan).where(Plan.mandate_id == conference.mandate_id)
    return db.session.scalar(query.order_by(PlanVersion.number.desc()).limit(1))


def publish(plan: Plan, conference: Conference, name: str, actor: str) -> PlanVersion:
    """Check the plan and publish it as the next version. Raises ``CheckFailed``."""
    number = (db.session.scalar(select(func.max(PlanVersion.number)).where(PlanVersion.plan_id == plan.id)) or 0) + 1
    moment = now()
    told = {"number": number, "name": name, "published": moment.isoformat(timespec="seconds")}
    version = PlanVersion(
        plan_id=plan.id,
        conference_id=conference.id,
        number=number,
        name=name,
        published=moment,
        content=checked_content(plan, conference, told),
    )
    db.session.add(version)
    db.session.flush()
    audit.record(actor, "plan.published", scope=conference.slug, subject=plan.uid, number=number)
    return version


def exportable(conference: Conference) -> Content:
    """The plan as it stands, checked; under its published version when nothing has changed since.

    Raises ``Refused`` when there is no plan and ``CheckFailed`` when it does not agree with the answers.
    """
    plan = plan_of(conference.mandate)
    if plan is None:
        raise Refused(_("Det finnes ikke noe planutkast ennå. Lag det først."))
    last = published(conference)
    waiting = {"number": last.number + 1 if last else 1, "name": _("Utkast"), "published": ""}
    content = checked_content(plan, conference, waiting)
    if last and content | {"version": None} == last.content | {"version": None}:
        return as_shown(last)
    return content


def checked_content(plan: Plan, conference: Conference, version: Content) -> Content:
    """The plan's content, after every check. Raises ``CheckFailed``."""
    lines = lines_of(plan)
    told = account(plan, lines)
    numbers = numbers_of(lines)
    faults = [
        *unread_faults(told),
        *verbatim_faults(plan, lines),
        *masking_faults(lines, told, numbers),
    ]
    if not faults:
        content = content_of(plan, conference, lines, told, version)
        faults = [*stated_faults(lines, told, numbers), *count_faults(content)]
        if not faults:
            return content
    raise CheckFailed(" ".join(faults))


def unread_faults(told: Account) -> list[str]:
    """Answers that came, or were changed, after the themes were made."""
    count = told.totals.get(UNREAD, 0)
    if not count:
        return []
    return [
        ngettext(
            "%(num)d svar er nytt eller endret siden utkastet. Lag temaer og utkast på nytt først.",
            "%(num)d svar er nye eller endret siden utkastet. Lag temaer og utkast på nytt først.",
            count,
        )
    ]


def verbatim_faults(plan: Plan, lines: Iterable[PlanLine]) -> list[str]:
    """Quotes, behind lines or in the runs the draft was made from, that are not what their answer says."""
    quotes = db.session.scalars(
        select(Quote).join(Point).where(Point.run_id.in_(plan.drafted_from)).options(joinedload(Quote.version))
    )
    wrong = sum(not _is_verbatim(e.version.text, e.start, e.end, e.quote) for line in lines for e in line.evidence)
    wrong += sum(not _is_verbatim(q.version.text, q.start, q.end, q.text) for q in quotes)
    if not wrong:
        return []
    return [
        ngettext(
            "%(num)d sitat er ikke ordrett likt svaret det kommer fra. Lag temaer og utkast på nytt.",
            "%(num)d sitater er ikke ordrett like svarene de kommer fra. Lag temaer og utkast på nytt.",
            wrong,
        )
    ]


def _is_verbatim(text: str, start: int, end: int, quote: str) -> bool:
    return 0 <= start < end and bool(quote) and text[start:end] == quote


def masking_faults(lines: Iterable[PlanLine], told: Account, numbers: dict[int, str]) -> list[str]:
    """Lines whose own words tell what is masked in the answers behind them."""
    found = []
    for line in lines:
        if line.id not in numbers:
            continue
        secrets = _secrets(told.evidence.get(line.id, []), told)
        shown = [line.theme, line.text, line.owner, line.deadline_text, line.indicator, *line.contributors]
        if any(reveals(words, secrets) for words in shown):
            found.append(numbers[line.id])
    if not found:
        return []
    return [_("Linje %(numbers)s gjengir noe som er skjult i svarene. Skriv linjen om uten det.", numbers=", ".join(found))]


def _secrets(evidence: Iterable[Evidence], told: Account) -> list[str]:
    return [s for e in evidence for s in told.secrets(e.version.answer_id)]


def stated_faults(lines: Iterable[PlanLine], told: Account, numbers: dict[int, str]) -> list[str]:
    """Lines nobody has touched whose owner, deadline or indicator no answer behind them states: never invented."""
    found = []
    for line in lines:
        if line.edited or line.id not in numbers:
            continue
        versions = [e.version for e in told.evidence.get(line.id, [])]
        is_stated = (
            not line.owner or any(line.owner == v.owner or line.owner in v.text for v in versions),
            not line.deadline_text or any(line.deadline_text == v.deadline or line.deadline_text in v.text for v in versions),
            not line.indicator or any(line.indicator in v.text for v in versions),
        )
        if not all(is_stated):
            found.append(numbers[line.id])
    if not found:
        return []
    return [_("Linje %(numbers)s har ansvarlig, frist eller indikator som ikke står i svarene.", numbers=", ".join(found))]


def count_faults(content: Content) -> list[str]:
    """Whether used, merged and parked add up to all answers, and to what the lines and the list of parked ones show."""
    totals = content["totals"]
    behind = {e["source"] for line in content["lines"] for e in line["evidence"]}
    parked = {row["source"] for row in content["parked"]}
    adds_up = totals["answers"] == totals["used"] + totals["merged"] + totals["parked"]
    shown = len(behind) == totals["used"] + totals["merged"] and len(parked) == totals["parked"] and not behind & parked
    if adds_up and shown and all(row["reason"] for row in content["parked"]):
        return []
    return [_("Tallene går ikke opp: hvert svar skal være brukt, slått sammen eller lagt til side. Lag utkastet på nytt.")]
