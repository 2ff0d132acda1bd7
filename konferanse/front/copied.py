"""What a copied conference got from the earlier one, and what somebody must look over before it is published."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.common.clock import local
from konferanse.common.language import clock_time, date_words, weekday_date
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.front.copying import COPIED
from konferanse.presentations import deadlines
from konferanse.programme import editing, speakers


class Origin(NamedTuple):
    """Where a conference came from. ``source`` is None when that is gone; ``counts`` are how many of each came along, ``days``
    how far everything was moved."""

    source: Conference | None
    days: int
    shares_mandate: bool
    counts: dict[str, int]


class Check(NamedTuple):
    """One thing to look over: what it is called, on which page (an endpoint), and what to know of it."""

    title: str
    endpoint: str
    text: str


def origin(conference: Conference) -> Origin | None:
    """Where ``conference`` was copied from, as the log says; None for one that was not."""
    query = select(AuditEntry.detail).where(AuditEntry.scope == conference.slug, AuditEntry.action == COPIED)
    detail: dict[str, Any] | None = db.session.scalar(query.where(AuditEntry.subject == str(conference.uid)))
    if not detail:
        return None
    told = dict(detail)
    source = db.session.scalar(select(Conference).where(Conference.uid == UUID(told.pop("source"))))
    return Origin(source, told.pop("days"), told.pop("shares_mandate"), told)


def came(origin: Origin) -> list[str]:
    """What came along, in words."""
    n = origin.counts
    told = [
        (n["items"], ngettext("%(num)s programpost", "%(num)s programposter", n["items"])),
        (n["speakers"], ngettext("navnet på %(num)s innleder", "navnet på %(num)s innledere", n["speakers"])),
        (n["rooms"], ngettext("%(num)s rom", "%(num)s rom", n["rooms"])),
        (n["limits"], ngettext("%(num)s grense for plasser", "%(num)s grenser for plasser", n["limits"])),
        (n["questions"], ngettext("%(num)s spørsmål i påmeldingen", "%(num)s spørsmål i påmeldingen", n["questions"])),
        (n["mail_texts"], ngettext("%(num)s e-posttekst", "%(num)s e-posttekster", n["mail_texts"])),
        (n["tasks"], ngettext("%(num)s gruppeoppgave", "%(num)s gruppeoppgaver", n["tasks"])),
        (n["colleagues"], ngettext("%(num)s kollega", "%(num)s kolleger", n["colleagues"])),
        (n["deadlines"], _("fristen for presentasjoner")),
        (n["picture"], _("bildet")),
    ]
    return [words for count, words in told if count]


def to_look_over(conference: Conference, origin: Origin) -> list[Check]:
    """The list, in the order of the way."""
    return [
        *_about(conference, origin),
        *_programme(conference, origin),
        *_sign_up(conference, origin),
        *_rest(conference, origin),
    ]


def _about(conference: Conference, origin: Origin) -> Iterator[Check]:
    yield Check(
        _("Om konferansen"),
        "conference.about",
        _("Tekstene, stedet og kontaktpersonen er som sist. Møtelenken for dem som deltar digitalt, er tom."),
    )
    if origin.counts["picture"]:
        yield Check(_("Bildet"), "conference.picture_page", _("Det er det samme som sist."))
    if origin.shares_mandate:
        text = _("Oppdraget er felles med den tidligere konferansen. Endrer du det her, endres det der også.")
    elif conference.mandate.report_by:
        day = date_words(conference.mandate.report_by)
        text = _("Oppdraget er en kopi. Fristen for rapportering er flyttet til %(day)s.", day=day)
    else:
        text = _("Oppdraget er en kopi. Skriv det som er nytt i år.")
    yield Check(_("Oppdrag"), "conference.mandate", text)


def _programme(conference: Conference, origin: Origin) -> Iterator[Check]:
    n = origin.counts
    if n["items"]:
        told = [_("Ingenting er publisert.")]
        if n["cancelled"]:
            told.append(_("Avlyste programposter ble ikke med."))
        told.append(_("Klokkeslettene er som sist, og lenkene er tatt bort."))
        if named := _items_that_name_somebody(conference, origin):
            titles = ", ".join(f"«{title}»" for title in named)
            told.append(_("Disse nevner noen som holdt innlegg sist: %(titles)s.", titles=titles))
        yield Check(_("Program"), "programme.edit", " ".join(told))
        if n["speakers"]:
            text = _("Bare navn, rolle og virksomhet er med. Legg inn e-postadressen til dem som kommer igjen.")
        else:
            text = _("Ingen er satt opp. Skriv innlederne på programpostene.")
        yield Check(_("Innledere"), "presentations.speaker_list", text)
    if due := deadlines.due(conference):
        text = _("Fristen for å levere er flyttet til %(day)s.", day=_on(conference, due))
        yield Check(_("Frist for presentasjoner"), "presentations.speaker_list", text)


def _items_that_name_somebody(conference: Conference, origin: Origin) -> list[str]:
    """Titles of items that name somebody who spoke last time and is not a speaker now, at most ten."""
    if origin.source is None:
        return []
    now = {speaker.name for speaker in speakers.speakers(conference)}
    gone = [who.name for who in speakers.speakers(origin.source) if " " in who.name and who.name not in now]
    found = [item.title for item in editing.items(conference) if any(n in f"{item.title}\n{item.description}" for n in gone)]
    return found[:10]


def _sign_up(conference: Conference, origin: Origin) -> Iterator[Check]:
    opens, closes = conference.signup_opens, conference.signup_closes
    if opens and closes:
        text = _("Den åpner %(a)s og stenger %(b)s.", a=_at(conference, opens), b=_at(conference, closes))
    elif opens:
        text = _("Den åpner %(a)s.", a=_at(conference, opens))
    else:
        text = _("Den er stengt til du sier når den åpner.")
    text += " " + _("Se også over hvor mange plasser det er.")
    if conference.interpreter_until:
        text += " " + _("Fristen for å be om tolk er %(day)s.", day=_on(conference, conference.interpreter_until))
    yield Check(_("Påmelding"), "registration.setup", text)
    if origin.counts["questions"]:
        yield Check(
            _("Spørsmål"), "registration.questions", _("Datoene de må besvares før, er flyttet. Passer spørsmålene fortsatt?")
        )
    if origin.counts["mail_texts"]:
        yield Check(_("E-posttekster"), "registration.mail_texts_page", _("Se etter datoer, steder og navn fra sist."))


def _rest(conference: Conference, origin: Origin) -> Iterator[Check]:
    if origin.counts["tasks"]:
        yield Check(_("Oppgaver"), "groups.tasks", _("Ingen er åpnet. Bord og svar er ikke med."))
    text = _("Du er arrangør. Legg til dem du skal arbeide sammen med.")
    if n := origin.counts["colleagues"]:
        text = ngettext("%(num)s kollega kan gjøre det samme som sist.", "%(num)s kolleger kan gjøre det samme som sist.", n)
    yield Check(_("Kolleger"), "conference.colleagues", text)
    days = {"a": date_words(conference.people_forgotten_on), "b": date_words(conference.health_deleted_on)}
    text = _("Påmeldingene slettes %(a)s og helseopplysningene %(b)s.", **days)
    yield Check(_("Sletting"), "front.forgetting", text)


def _at(conference: Conference, moment: datetime) -> str:
    text: str = _("%(day)s kl. %(clock)s", day=_on(conference, local(moment).date()), clock=clock_time(moment))
    return text


def _on(conference: Conference, day: date) -> str:
    """With the weekday, since a deadline that was moved may be a Sunday; with the year where that is another."""
    return weekday_date(day) if day.year == conference.first_date.year else f"{weekday_date(day)} {day.year}"
