"""Mail to those who sign up, each in the language they signed up in.

Plain text, and nothing that somebody typed in the public form: whoever types another person's address must not be able
to make us say something to them. The personal link is a placeholder until sending.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID, uuid5

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.common import links, outbox
from konferanse.common.clock import now
from konferanse.common.language import moment_words, time_range, weekday_date
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.mail import calendar_entries, wording
from konferanse.registration.models import Registration

P = ParamSpec("P")
LINK = "\0"  # where the personal link goes; no text holds it
NOT_AGAIN_WITHIN = timedelta(minutes=10)


def _in_their_language(letter: Callable[Concatenate[Registration, P], None]) -> Callable[Concatenate[Registration, P], None]:
    """Write ``letter`` in the registration's language; somebody without an address (signed up by phone) gets none."""

    @wraps(letter)
    def written(registration: Registration, /, *args: P.args, **kwargs: P.kwargs) -> None:
        if registration.email:
            with force_locale(registration.language):
                letter(registration, *args, **kwargs)

    return written


@_in_their_language
def confirmed(registration: Registration) -> None:
    """You have a place."""
    at = calendar_entries.hours(registration.conference)
    _write(
        registration,
        "confirmed",
        _("Du er påmeldt: %(title)s", title=registration.conference.title),
        _("Du er påmeldt %(title)s.", title=registration.conference.title),
        _what(registration, at),
        _("Kalenderoppføringen ligger ved."),
        _own_page(_("På siden din ser du påmeldingen, endrer den eller melder deg av:")),
        _privacy(registration),
        _not_you(),
        calendar=calendar_entries.attached(registration, "REQUEST", at=at),
    )


@_in_their_language
def waiting(registration: Registration, place: int) -> None:
    """Every seat is taken; you are in line."""
    _write(
        registration,
        "waiting",
        _("Du står på venteliste: %(title)s", title=registration.conference.title),
        _(
            "Alle plassene på %(title)s er tatt. Du er nummer %(n)s på ventelisten.",
            title=registration.conference.title,
            n=place,
        ),
        _("Blir en plass ledig, går den til den som står først i køen, med beskjed på e-post. Du trenger ikke gjøre noe."),
        _what(registration, calendar_entries.hours(registration.conference)),
        _own_page(_("På siden din ser du hvor du står i køen, bytter til digital deltakelse eller går ut av køen:")),
        _privacy(registration),
        _not_you(),
        place=place,
    )


@_in_their_language
def promoted(registration: Registration) -> None:
    """A seat was freed and is yours."""
    registration.sequence += 1  # an entry that was taken out before must come back (RFC 5546, 2.1.4)
    at = calendar_entries.hours(registration.conference)
    _write(
        registration,
        "promoted",
        _("Du har fått plass: %(title)s", title=registration.conference.title),
        _("Du har fått plass på %(title)s.", title=registration.conference.title)
        if registration.conference.signup_mode == "moderated"
        else _("En plass ble ledig, og den er din. Du er nå påmeldt %(title)s.", title=registration.conference.title),
        _what(registration, at),
        _("Kalenderoppføringen ligger ved."),
        _own_page(_("Kan du likevel ikke komme? Meld deg av, så går plassen til den neste i køen:")),
        calendar=calendar_entries.attached(registration, "REQUEST", at=at),
    )


@_in_their_language
def applied(registration: Registration) -> None:
    """The organiser selects who comes; you will get an answer."""
    conference = registration.conference
    _write(
        registration,
        "applied",
        _("Vi har fått påmeldingen din: %(title)s", title=conference.title),
        _("Takk for at du vil være med på %(title)s.", title=conference.title),
        _("Arrangøren setter sammen deltakerne for å få bredde. Alle får svar på e-post, også de som ikke får plass."),
        _what(registration, calendar_entries.hours(conference)),
        _own_page(_("På siden din ser du påmeldingen, endrer den eller trekker den:")),
        _privacy(registration),
        _not_you(),
    )


@_in_their_language
def offered(registration: Registration) -> None:
    """A seat is yours if you say yes in time."""
    conference = registration.conference
    until = moment_words(registration.offer_expires) if registration.offer_expires else ""
    _write(
        registration,
        "offered",
        _("Vil du ha plassen? %(title)s", title=conference.title),
        _("Du har fått tilbud om plass på %(title)s.", title=conference.title),
        _("Svar ja innen %(when)s. Etter det går plassen til den neste i køen.", when=until),
        _what(registration, calendar_entries.hours(conference)),
        _own_page(_("Svar på siden din:")),
    )


@_in_their_language
def lapsed(registration: Registration) -> None:
    """The offer was not taken in time."""
    conference = registration.conference
    _write(
        registration,
        "lapsed",
        _("Tilbudet om plass gikk ut: %(title)s", title=conference.title),
        _("Du svarte ikke på tilbudet om plass på %(title)s i tide, så plassen har gått til en annen.", title=conference.title),
        _("Vil du fortsatt være med, kan du melde deg på igjen her:") + "\n" + links.page(f"/k/{conference.slug}/pamelding"),
    )


@_in_their_language
def declined(registration: Registration) -> None:
    """There was no seat for you."""
    conference = registration.conference
    _write(
        registration,
        "declined",
        _("Du fikk ikke plass: %(title)s", title=conference.title),
        _(
            "Flere ville være med på %(title)s enn det er plass til. Denne gangen fikk du dessverre ikke plass.",
            title=conference.title,
        ),
        _("Takk for at du ville være med. Det du skrev om helse, er slettet."),
    )


@_in_their_language
def changed(registration: Registration, dropped: Sequence[date], place: int, *, had_entry: bool) -> None:
    """Your days or the way you take part were changed. ``dropped`` are days no longer yours."""
    at = calendar_entries.hours(registration.conference)
    title = registration.conference.title
    news = _("Påmeldingen din til %(title)s er endret.", title=title)
    if registration.status == "waiting" and registration.conference.signup_mode == "open":
        news = _("Du er nå nummer %(n)s på ventelisten til %(title)s.", n=place, title=title)
    calendar = None
    if registration.status == "confirmed":
        calendar = calendar_entries.attached(registration, "REQUEST", at=at)
    elif had_entry and dropped:
        calendar = calendar_entries.attached(registration, "CANCEL", dropped, at)
    subject = _("Påmeldingen er endret: %(title)s", title=title)
    own_page = _own_page(_("Se påmeldingen på siden din:"))
    own_words = registration.status == "confirmed"
    _write(registration, "changed", subject, news, _what(registration, at), own_page, calendar=calendar, own_words=own_words)
    if registration.status == "confirmed" and had_entry and dropped:
        # One calendar message has one method (RFC 5546): days that fall away need a message of their own.
        _write(
            registration,
            "changed",
            _("Dager som går ut av kalenderen din: %(title)s", title=title),
            _("Disse dagene er du ikke lenger påmeldt:"),
            "\n".join(_day(day, at) for day in dropped),
            own_page,
            calendar=calendar_entries.attached(registration, "CANCEL", dropped, at),
            own_words=False,
        )


@_in_their_language
def cancelled(registration: Registration, *, had_entry: bool) -> None:
    """You are no longer signed up."""
    conference = registration.conference
    _write(
        registration,
        "cancelled",
        _("Du er avmeldt: %(title)s", title=conference.title),
        _("Du er ikke lenger påmeldt %(title)s. Takk for at du ga beskjed.", title=conference.title),
        _("Vil du være med likevel, kan du melde deg på igjen her:") + "\n" + links.page(f"/k/{conference.slug}/pamelding"),
        calendar=calendar_entries.attached(registration, "CANCEL") if had_entry else None,
    )


@_in_their_language
def already(registration: Registration) -> None:
    """Somebody signed up with an address that is signed up; the screen has told them nothing of it."""
    if _just_sent(registration, "already"):
        return
    _write(
        registration,
        "already",
        _("Du er allerede påmeldt: %(title)s", title=registration.conference.title),
        _(
            "Noen brukte e-postadressen din i påmeldingen til %(title)s. Du var påmeldt fra før.",
            title=registration.conference.title,
        ),
        _status(registration),
        _("Det som ble skrevet nå, er ikke lagret."),
        _own_page(_("På siden din ser du påmeldingen, endrer den eller melder deg av:")),
    )


@_in_their_language
def link(registration: Registration, *, renewed: bool = False) -> None:
    """Your link again, or a new one because the old ones were stopped."""
    if not renewed and _just_sent(registration, "link"):
        return
    _write(
        registration,
        "link",
        _("Lenken din: %(title)s", title=registration.conference.title),
        _status(registration),
        _own_page(_("På siden din ser du påmeldingen, endrer den eller melder deg av:")),
        _("Lenkene du har fått før, virker ikke lenger.")
        if renewed
        else _("Ba du ikke om lenken, kan du se bort fra denne meldingen."),
    )


@_in_their_language
def replied(registration: Registration) -> None:
    """There is a reply on your page. What it is about is health data, and stays there."""
    _write(
        registration,
        "reply",
        _("Arrangøren har svart deg: %(title)s", title=registration.conference.title),
        _("Du har fått svar fra arrangøren av %(title)s.", title=registration.conference.title),
        _own_page(_("Les svaret på siden din:")),
    )


@_in_their_language
def message(
    registration: Registration, subject: str, text: str, key: UUID, *, entry_at: calendar_entries.Hours | None = None
) -> None:
    """What the organiser writes to many, placeholders filled in. ``key`` with the person is the mail's own id: it cannot be
    written twice. With ``entry_at``, the programme's hours, the calendar entry goes along, which moves the one from before."""
    lead = _("Siden din for %(title)s:", title=registration.conference.title)
    known = wording.values(registration)
    calendar = None
    if entry_at is not None and registration.status == "confirmed":
        registration.sequence += 1
        calendar = calendar_entries.attached(registration, "REQUEST", at=entry_at)
    filled = wording.fill(subject, known), wording.fill(text, known)
    mail = _write(registration, "message", *filled, _own_page(lead), calendar=calendar)
    mail.uid = message_uid(registration.uid, key)


def message_uid(person: UUID, key: UUID) -> UUID:
    """The id of the mail ``message`` writes to the registration with the id ``person``."""
    return uuid5(key, str(person))


@_in_their_language
def called_off(registration: Registration, *, had_entry: bool) -> None:
    """The conference is postponed or cancelled."""
    conference = registration.conference
    if conference.status == "postponed":
        kind, subject = "postponed", _("Utsatt: %(title)s", title=conference.title)
        news = _("%(title)s er utsatt. Påmeldingen din står. Vi gir beskjed om nye datoer.", title=conference.title)
    else:
        kind, subject = "called-off", _("Avlyst: %(title)s", title=conference.title)
        news = _("%(title)s er avlyst.", title=conference.title)
    _write(
        registration,
        kind,
        subject,
        news,
        conference.status_note,
        _own_page(_("Siden din:")),
        calendar=calendar_entries.attached(registration, "CANCEL") if had_entry else None,
    )


def _write(
    registration: Registration,
    kind: str,
    subject: str,
    opening: str,
    *rest: str,
    calendar: dict[str, str] | None = None,
    place: int = 0,
    own_words: bool = True,
) -> outbox.OutboxMail:
    """Queue a letter. The organiser's own words for its ``kind`` take the place of ``subject`` and ``opening``."""
    conference = registration.conference
    own_subject, own_opening = wording.own(registration, kind, place) if own_words else ("", "")
    subject, paragraphs = own_subject or subject, [own_opening or opening, *rest]
    body = "\n\n".join([_("Hei."), *(p for p in paragraphs if p), signature(conference)]) + "\n"
    # Whoever writes a link's placeholder into a text or a title must not be mailed somebody's link.
    body = links.disarm(body).replace(LINK, outbox.link_placeholder("min", registration.uid, registration.generation))
    return outbox.write(
        kind=kind,
        recipient=registration.email,
        subject=subject,
        body=body,
        scope=conference.slug,
        language=registration.language,
        reply_to=conference.contact_email,
        calendar=calendar,
        about=registration.uid,
    )


def _what(registration: Registration, at: calendar_entries.Hours) -> str:
    """When, where and how."""
    conference = registration.conference
    rows = [_("Når:"), *(f"  {_day(day, at)}" for day in registration.dates)]
    if registration.attendance == "digital":
        rows.append(_("Hvor: digitalt. Møtelenken finner du på siden din."))
    elif where := ", ".join(part for part in (conference.place, conference.address) if part):
        rows.append(_("Hvor: %(place)s", place=where))
    return "\n".join(rows)


def _day(day: date, at: calendar_entries.Hours) -> str:
    return f"{weekday_date(day)} {time_range(*at[day])}" if day in at else weekday_date(day)


def _status(registration: Registration) -> str:
    title = registration.conference.title
    if registration.status == "offered":
        return str(_("Du har fått tilbud om plass på %(title)s.", title=title))
    if registration.status == "waiting" and registration.conference.signup_mode == "moderated":
        return str(_("Vi har fått påmeldingen din til %(title)s. Du får svar på e-post.", title=title))
    if registration.status == "waiting":
        return str(_("Du står på ventelisten til %(title)s.", title=title))
    return str(_("Du er påmeldt %(title)s.", title=title))


def _own_page(lead: str) -> str:
    return "\n".join([lead, LINK, _("Lenken er personlig. Ikke send den videre.")])


def _privacy(registration: Registration) -> str:
    """For somebody who was signed up by another, and has read no form."""
    if registration.accepted_privacy:
        return ""
    return "\n".join([_("En annen har meldt deg på. Slik brukes opplysningene om deg:"), links.page("/personvern")])


def _not_you() -> str:
    text = _("Har du ikke meldt deg på selv, har noen brukt adressen din. Meld av på siden over, så hører du ikke mer fra oss.")
    return str(text)


def signature(conference: Conference) -> str:
    """Who writes, and where to ask."""
    contact = [conference.contact_name, conference.contact_email, conference.contact_phone]
    known = ", ".join(part for part in contact if part)
    host = conference.host.name if conference.host else ""
    lines = [_("Vennlig hilsen"), host or conference.title]
    return "\n".join([*lines, _("Spørsmål: %(contact)s", contact=known)] if known else lines)


def _just_sent(registration: Registration, kind: str) -> bool:
    """Whether such a mail was written a moment ago: nobody's inbox is filled by somebody else pressing a button."""
    recent = select(outbox.OutboxMail.id).where(
        outbox.OutboxMail.about == registration.uid,  # found by its index, however many mails the conference has sent
        outbox.OutboxMail.kind == kind,
        outbox.OutboxMail.recipient == registration.email,
        outbox.OutboxMail.created > now() - NOT_AGAIN_WITHIN,
    )
    return db.session.scalar(recent.limit(1)) is not None
