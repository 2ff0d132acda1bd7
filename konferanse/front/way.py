"""The organiser's way: eleven steps from assignment to follow-up, each with its state in words.

Nothing is locked; the way advises. ``done`` needs nothing now, ``going`` runs by itself, ``waits`` asks for the organiser,
``ahead`` is not reached.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.common.clock import now, today
from konferanse.common.language import date_words, moment_words, number
from konferanse.conference.models import Conference
from konferanse.front.facts import Facts, facts_of
from konferanse.programme import releases


class Step(NamedTuple):
    """``state`` is done, going, waits or ahead; ``status`` says it in words; ``action`` is what to do next and ``why`` when
    it matters. ``url`` is empty for a step that has no page in this version; ``to`` is where the action is done."""

    key: str
    title: str
    state: str
    status: str
    action: str
    why: str
    url: str
    to: str


class _State(NamedTuple):
    state: str
    status: str
    action: str
    endpoint: str = ""  # where the action is done, when that is not the step's own page


def way(conference: Conference) -> list[Step]:
    """The steps of ``conference``, in order."""
    facts = facts_of([conference])[conference.id]
    if facts.release is not None and conference.last_date >= today():
        facts = facts._replace(changes=releases.changes_waiting(conference))
    return _steps(conference, facts)


def ways(conferences: Iterable[Conference]) -> dict[int, list[Step]]:
    """The steps of each conference, by its id; one query however many they are, so changes to a programme are not counted."""
    rows = list(conferences)
    facts = facts_of(rows)
    return {c.id: _steps(c, facts[c.id]) for c in rows}


def _steps(conference: Conference, facts: Facts) -> list[Step]:
    steps = []
    for key, title, endpoint, state_of, why in _catalogue():
        state, status, action, elsewhere = state_of(conference, facts)
        url, to = (url_for(page, slug=conference.slug) if page else "" for page in (endpoint, elsewhere or endpoint))
        steps.append(Step(key, title, state, status, action, why, url, to))
    return steps


def _catalogue() -> list[tuple[str, str, str, Callable[[Conference, Facts], _State], str]]:
    return [
        ("oppdrag", _("Oppdrag"), "conference.mandate", _assignment, _("Alt du gjør videre, bygger på oppdraget.")),
        ("program", _("Program"), "programme.edit", _programme, _("Deltakerne ser programmet når du publiserer det.")),
        ("pamelding", _("Påmelding"), "registration.listing", _registration, _("Åpne når sted og dager er klare.")),
        ("presentasjoner", _("Presentasjoner"), "presentations.edit", _slides, _("Samle dem gjerne før dagen.")),
        ("bord", _("Bord"), "groups.tables", _tables, _("Plasser deltakerne når påmeldingen nærmer seg slutten.")),
        ("oppgaver", _("Oppgaver"), "groups.tasks", _tasks, _("Bordene trenger oppgavene på konferansen.")),
        ("svar", _("Svar"), "answers.board", _answers, _("Svarene kommer hit mens bordene skriver.")),
        ("temaer", _("Temaer"), "themes.show", _themes, _("Når svarene er inne, samler vi like innspill.")),
        ("plan", _("Plan"), "plan.edit", _plan, _("Planutkastet lages av temaene.")),
        ("horing", _("Høring"), "", _hearing, _("Da kan virksomhetene kommentere planutkastet.")),
        ("oppfolging", _("Oppfølging"), "", _followup, _("Da følger du tiltakene fram til rapporten.")),
    ]


def _assignment(_conference: Conference, facts: Facts) -> _State:
    if not facts.has_assignment:
        return _State("waits", _("Oppdraget er ikke skrevet"), _("Skriv oppdraget"))
    if facts.report_by is None:
        return _State("waits", _("Mangler frist for rapportering"), _("Sett fristen"))
    return _State("done", _("Rapport innen %(date)s", date=date_words(facts.report_by)), _("Se oppdraget"))


def _programme(_conference: Conference, facts: Facts) -> _State:
    if facts.release is None:
        if not facts.items:
            return _State("waits", _("Ikke påbegynt"), _("Lag programmet"))
        items = ngettext("%(num)s post", "%(num)s poster", facts.items)
        return _State("waits", _("%(items)s · ikke publisert", items=items), _("Publiser programmet"))
    published = _("Utgave %(n)s publisert", n=facts.release)
    if not facts.changes:
        return _State("done", published, _("Se programmet"))
    changes = ngettext("%(num)s endring venter", "%(num)s endringer venter", facts.changes)
    return _State("waits", f"{published} · {changes}", _("Publiser endringene"))


def _registration(conference: Conference, facts: Facts) -> _State:
    parts = [_taken(conference, facts)]
    if facts.digital:
        parts.append(_("%(n)s digitalt", n=number(facts.digital)))
    if facts.waiting:
        parts.append(_("%(n)s på venteliste", n=number(facts.waiting)))
    over = conference.last_date < today()
    if facts.needs and not over:
        parts.append(ngettext("%(num)s behov uten svar", "%(num)s behov uten svar", facts.needs))
        return _State("waits", " · ".join(parts), _("Svar på behovene"))
    if conference.signup_opens is None and not over:
        return _State("waits", _("Ikke åpnet"), _("Åpne påmeldingen"))
    if conference.signup_opens and conference.signup_opens > now():
        return _State("ahead", _("Åpner %(when)s", when=moment_words(conference.signup_opens)), _("Se påmeldingen"))
    if conference.signup_is_open(now()):
        return _State("going", " · ".join(parts), _("Se hvem som kommer"))
    return _State("done", " · ".join(parts), _("Se hvem som kommer"))


def _taken(conference: Conference, facts: Facts) -> str:
    if conference.seats is None:
        words: str = ngettext("%(num)s påmeldt", "%(num)s påmeldte", facts.taken)
    else:
        words = _("%(taken)s av %(seats)s", taken=number(facts.taken), seats=number(conference.seats))
    return words


def _slides(conference: Conference, facts: Facts) -> _State:
    lacking = facts.lacking_slides if conference.last_date >= today() else 0
    if not facts.presentations + lacking:
        return _State("ahead", _("Ingen ennå"), _("Legg til presentasjoner"))
    status = _("%(done)s av %(all)s levert", done=facts.delivered, all=facts.presentations + lacking)
    speakers = "presentations.speaker_list"
    if lacking and facts.slides_due is None:  # nobody has been told when, so nobody is late
        return _State("going" if facts.presentations else "ahead", status, _("Spør innlederne"), speakers)
    if lacking and facts.slides_due:
        status += " · " + _("frist %(date)s", date=date_words(facts.slides_due))
        action = ngettext("Minn én på lysbildene", "Minn %(num)s på lysbildene", lacking)
        return _State("waits", status, action, speakers)
    if facts.delivered < facts.presentations:
        return _State("waits", status, _("Følg opp presentasjonene"))
    return _State("done", status, _("Se presentasjonene"))


def _tables(conference: Conference, facts: Facts) -> _State:
    if not facts.tables:
        return _State("ahead", _("Ingen bord ennå"), _("Sett opp bord"))
    tables = ngettext("%(num)s bord", "%(num)s bord", facts.tables)
    if facts.unplaced and conference.last_date >= today():
        unplaced = ngettext("%(num)s uplassert", "%(num)s uplasserte", facts.unplaced)
        return _State("waits", f"{tables} · {unplaced}", _("Plasser deltakerne"))
    return _State("done", tables, _("Se bordene"))


def _tasks(conference: Conference, facts: Facts) -> _State:
    if not facts.tasks:
        return _State("ahead", _("Ingen oppgaver ennå"), _("Skriv oppgavene"))
    tasks = ngettext("%(num)s oppgave", "%(num)s oppgaver", facts.tasks)
    if facts.open_tasks:
        return _State("going", _("%(tasks)s · %(n)s åpen nå", tasks=tasks, n=facts.open_tasks), _("Se oppgavene"))
    over = conference.last_date < today()
    return _State("done", _("%(tasks)s · stengt", tasks=tasks) if over else tasks, _("Se oppgavene"))


def _answers(_conference: Conference, facts: Facts) -> _State:
    parts = []
    if facts.answers or facts.web:
        parts.append(_("%(n)s svar", n=number(facts.answers)) + _beside(facts.web))
    if facts.held_back:
        parts.append(_("%(n)s holdt tilbake", n=number(facts.held_back)))
    if facts.to_read:
        parts.append(_("%(n)s til vurdering", n=number(facts.to_read)))
    if facts.web_waiting:
        parts.append(ngettext("%(num)s fra nettet venter", "%(num)s fra nettet venter", facts.web_waiting))
        return _State("waits", " · ".join(parts), _("Les innspillene fra nettet"), "answers.web")
    if not parts:
        return _State("ahead", _("Ingen svar ennå"), _("Se svarene"))
    status = " · ".join(parts)
    if facts.to_read:
        return _State("waits", status, _("Vurder svarene"), "front.moderation")
    return _State("going" if facts.open_tasks else "done", status, _("Se svarene"))


def _beside(web: int, mark: str = " + ") -> str:
    """What came from the web, said beside the tables' and never added to theirs."""
    return mark + ngettext("%(num)d innspill fra nettet", "%(num)d innspill fra nettet", web) if web else ""


def _themes(_conference: Conference, facts: Facts) -> _State:
    if facts.run_status in ("queued", "running"):
        return _State("going", _("Samler svarene nå"), _("Følg med"))
    if facts.run_status == "failed":
        return _State("waits", _("Samlingen stoppet"), _("Prøv igjen"))
    if not facts.used + facts.merged + facts.parked + facts.web_read:
        if facts.answers + facts.web and not facts.open_tasks:
            return _State("waits", _("Svarene er ikke samlet"), _("Samle svarene til temaer"))
        return _State("ahead", _("Ikke påbegynt"), _("Se temaene"))
    status = _(
        "%(used)s brukt · %(merged)s slått sammen · %(parked)s lagt til side",
        used=number(facts.used),
        merged=number(facts.merged),
        parked=number(facts.parked),
    ) + _beside(facts.web_read, " · ")
    return _State("done", status, _("Se temaene"))


def _plan(_conference: Conference, facts: Facts) -> _State:
    if not facts.lines:
        if facts.used + facts.merged + facts.parked + facts.web_read:
            return _State("waits", _("Ikke påbegynt"), _("Lag planutkastet"))
        return _State("ahead", _("Ikke påbegynt"), _("Se planen"))
    parts = [ngettext("%(num)s linje", "%(num)s linjer", facts.lines)]
    if facts.without_owner:
        parts.append(_("%(n)s uten ansvarlig", n=number(facts.without_owner)))
    if facts.plan_version is not None:
        parts.append(_("utgave %(n)s publisert", n=facts.plan_version))
        return _State("done", " · ".join(parts), _("Se planen"))
    return _State("waits", " · ".join(parts), _("Gjør ferdig planen"))


def _hearing(_conference: Conference, _facts: Facts) -> _State:
    return _State("ahead", _("Kommer i en senere versjon"), "")


def _followup(_conference: Conference, facts: Facts) -> _State:
    if facts.report_by is None or (left := (facts.report_by - today()).days) < 0:
        return _State("ahead", _("Kommer i en senere versjon"), "")
    return _State("ahead", ngettext("Rapport om %(num)s dag", "Rapport om %(num)s dager", left), "")
