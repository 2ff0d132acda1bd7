"""Mail to the contact of an invited organisation, in the language the organiser chose. The link is filled in at sending."""

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from konferanse.common import links, outbox
from konferanse.common.language import date_range, date_words
from konferanse.registration.mail.letters import signature
from konferanse.registration.models import Invitation

LINK = "\0"  # where the link goes; no text holds it
REMINDER = "invitation-reminder"


def invited(invitation: Invitation) -> None:
    """Seats are held for you."""
    conference = invitation.conference
    with force_locale(invitation.language):
        _write(
            invitation,
            "invitation",
            _("Plasser til %(organisation)s: %(title)s", organisation=invitation.organisation_name, title=conference.title),
            _("%(organisation)s er invitert til %(title)s.", organisation=invitation.organisation_name, title=conference.title),
            _where(invitation),
            ngettext("Vi holder av én plass til dere.", "Vi holder av %(num)s plasser til dere.", invitation.seats),
            _until(invitation),
            _own_page(_("På siden deres skriver du hvem som kommer. Navn kan fylles inn og byttes når som helst:")),
        )


def reminded(invitation: Invitation, unfilled: int) -> None:
    """Some of your seats have no name yet."""
    with force_locale(invitation.language):
        _write(
            invitation,
            REMINDER,
            _("Hvem kommer fra %(organisation)s?", organisation=invitation.organisation_name),
            ngettext(
                "Én av plassene dere har på %(title)s, er ikke fylt.",
                "%(num)s av plassene dere har på %(title)s, er ikke fylt.",
                unfilled,
                title=invitation.conference.title,
            ),
            _until(invitation),
            _own_page(_("Skriv hvem som kommer, eller gi plassene fra dere:")),
        )


def renewed(invitation: Invitation) -> None:
    """A new link."""
    with force_locale(invitation.language):
        _write(
            invitation,
            "invitation-link",
            _("Ny lenke: %(title)s", title=invitation.conference.title),
            _("Lenkene du har fått før, virker ikke lenger."),
            _own_page(_("På siden deres skriver du hvem som kommer fra %(name)s:", name=invitation.organisation_name)),
        )


def withdrawn(invitation: Invitation) -> None:
    """We hold no seats for you any more."""
    with force_locale(invitation.language):
        _write(
            invitation,
            "invitation-withdrawn",
            _("Vi holder ikke lenger av plasser: %(title)s", title=invitation.conference.title),
            _("Arrangøren holder ikke lenger av plasser til %(name)s.", name=invitation.organisation_name),
            _own_page(_("De som er meldt på, beholder plassen. Dem finner du her:")),
        )


def _write(invitation: Invitation, kind: str, subject: str, *paragraphs: str) -> None:
    if not invitation.contact_email:  # forgotten
        return
    conference = invitation.conference
    hello = _("Hei, %(name)s.", name=invitation.contact_name) if invitation.contact_name else _("Hei.")
    body = "\n\n".join([hello, *(p for p in paragraphs if p), signature(conference)]) + "\n"
    link = outbox.link_placeholder("invitasjon", invitation.uid, invitation.generation)
    outbox.write(
        kind=kind,
        recipient=invitation.contact_email,
        subject=subject,
        # Whoever writes a link's placeholder into a name or a title must not be mailed somebody's link.
        body=links.disarm(body).replace(LINK, link),
        scope=conference.slug,
        language=invitation.language,
        reply_to=conference.contact_email,
        about=invitation.uid,
    )


def _where(invitation: Invitation) -> str:
    conference = invitation.conference
    when = date_range(conference.first_date, conference.last_date)
    return _("%(when)s, %(place)s", when=when, place=conference.place) if conference.place else when


def _until(invitation: Invitation) -> str:
    if invitation.held_until is None:
        return ""
    return str(
        _("Vi holder plassene til og med %(date)s. Etter det går de ledige til andre.", date=date_words(invitation.held_until))
    )


def _own_page(lead: str) -> str:
    return "\n".join([lead, LINK, _("Alle som har lenken, kan endre listen deres. Del den bare med dem som skal det.")])
