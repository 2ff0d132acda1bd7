"""Mail to speakers, in the language of each. The personal link is filled in at sending."""

from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from konferanse.common import links, outbox
from konferanse.common.clock import local
from konferanse.common.language import date_range, date_words, time_range, weekday_date
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.programme import speaker_editing
from konferanse.programme.models import Speaker

LINK = "\0"  # where the link goes; no text holds it
INVITE, REMINDER, MOVED, CHANGED = "speaker-link", "speaker-reminder", "speaker-deadline", "speaker-change"
KINDS = (INVITE, REMINDER, MOVED)  # those that ask for something


def invited(speaker: Speaker, due: date | None) -> None:
    """Here is your page: what you are down for, and what we need."""
    conference = speaker.conference
    with force_locale(speaker.language):
        _write(
            speaker,
            INVITE,
            _("Siden din som innleder: %(title)s", title=conference.title),
            _("Takk for at du vil bidra på %(title)s.", title=conference.title) + "\n" + _where(conference),
            _items(speaker),
            _("På siden din ser du hva du står oppført med, laster opp lysbilder og skriver litt om deg selv.") + _until(due),
            _own_page(),
        )


def reminder(speaker: Speaker, missing: list[str], due: date | None) -> tuple[str, str]:
    """The subject and the text of a reminder, with ``LINK`` where the link goes. ``missing`` are words for what is not here
    yet; they and the text are in the language in force."""
    title = speaker.conference.title
    listed = "".join(f"\n– {what}" for what in missing)
    text = _text(
        speaker,
        _("Dette har vi ikke fått fra deg til %(title)s ennå:", title=title) + listed,
        _until(due).strip(),
        _own_page(),
    )
    return _("Vi mangler noe fra deg: %(title)s", title=title), text


def reminded(speaker: Speaker, missing: list[str], due: date | None) -> None:
    """Some of it is not here yet."""
    with force_locale(speaker.language):
        _send(speaker, REMINDER, *reminder(speaker, missing, due))


def deadline_moved(speaker: Speaker, due: date) -> None:
    """The deadline is another than the one you were told."""
    with force_locale(speaker.language):
        _write(
            speaker,
            MOVED,
            _("Ny frist for lysbildene: %(date)s", date=date_words(due)),
            _("Fristen for lysbildene til %(title)s er flyttet.", title=speaker.conference.title) + _until(due),
            _own_page(),
        )


def changed(speaker: Speaker, news: str) -> OutboxMail:
    """What you take part in is changed; ``news`` tells of it, a line each. In the language in force."""
    title = speaker.conference.title
    opening = _("Programmet for %(title)s er endret. Dette gjelder det du er med på:", title=title) + "\n" + news
    return _send(speaker, CHANGED, _("Endring i programmet: %(title)s", title=title), _text(speaker, opening, _own_page()))


def _write(speaker: Speaker, kind: str, subject: str, *paragraphs: str) -> None:
    _send(speaker, kind, subject, _text(speaker, *paragraphs))


def _text(speaker: Speaker, *paragraphs: str) -> str:
    hello = _("Hei, %(name)s.", name=speaker.name)
    return "\n\n".join([hello, *(p for p in paragraphs if p), _signature(speaker.conference)]) + "\n"


def _send(speaker: Speaker, kind: str, subject: str, body: str) -> OutboxMail:
    conference = speaker.conference
    return outbox.write(
        kind=kind,
        recipient=speaker.email,
        subject=subject,
        # Whoever writes a link's placeholder into a name or a title must not be mailed somebody's link.
        body=links.disarm(body).replace(LINK, outbox.link_placeholder("innleder", speaker.uid, speaker.generation)),
        scope=conference.slug,
        language=speaker.language,
        reply_to=conference.contact_email,
        about=speaker.uid,
    )


def _items(speaker: Speaker) -> str:
    lines = []
    for item in speaker_editing.items_of(speaker):
        when = f"{weekday_date(local(item.start).date())} {time_range(item.start, item.end)}"
        lines.append(f"– {when}: {item.title}" + (f" ({item.room.name})" if item.room else ""))
    return "\n".join([_("Du står oppført med:"), *lines]) if lines else ""


def _where(conference: Conference) -> str:
    when = date_range(conference.first_date, conference.last_date)
    return _("%(when)s, %(place)s", when=when, place=conference.place) if conference.place else when


def _until(due: date | None) -> str:
    return " " + _("Fristen er %(date)s.", date=date_words(due)) if due else ""


def _own_page() -> str:
    return "\n".join([_("Siden din:"), LINK, _("Lenken er personlig. Ikke send den videre.")])


def _signature(conference: Conference) -> str:
    contact = [conference.contact_name, conference.contact_email, conference.contact_phone]
    known = ", ".join(part for part in contact if part)
    lines = [_("Vennlig hilsen"), conference.host.name if conference.host else conference.title]
    return "\n".join([*lines, _("Spørsmål: %(contact)s", contact=known)] if known else lines)
