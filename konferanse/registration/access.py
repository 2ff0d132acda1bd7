"""Personal links as kinds of access: a participant's, and that of an invited organisation's contact."""

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.access.by_link import row_of
from konferanse.access.requires import Arguments
from konferanse.common import links
from konferanse.common.errors import Gone
from konferanse.extensions import db
from konferanse.registration import seats
from konferanse.registration.models import Invitation, Registration
from konferanse.registration.personal import substitution


class _ParticipantLink:
    """Whoever holds the link. The view gets ``registration`` and ``token``; an unknown link is 404, a stopped one 403."""

    name = "link:participant"

    def admit(self, arguments: Arguments) -> Arguments:
        token = arguments["token"]
        uid = links.uid_of(token)
        query = select(Registration).where(Registration.uid == uid).options(joinedload(Registration.conference))
        row = db.session.scalar(query) if uid else None
        if row is None:
            abort(404)
        if not links.genuine(token, "min", row.uid, row.generation):
            _refuse_stopped(row, token)
            abort(404)
        _refuse_forgotten(row)
        return arguments | {"registration": row}


class _InvitationLink:
    """The contact of an invited organisation. The view gets ``invitation`` and ``token``; answers as for a participant."""

    name = "link:invitation"

    def admit(self, arguments: Arguments) -> Arguments:
        stopped = _("Denne lenken er byttet ut. Bruk lenken i den siste e-posten, eller be arrangøren om en ny.")
        row = row_of(Invitation, "invitasjon", arguments["token"], stopped, joinedload(Invitation.conference))
        return arguments | {"invitation": row}


def hold(registration: Registration, token: str) -> None:
    """Lock the conference, read the registration anew, and see that the link still opens it: somebody else may have got the
    seat while this request waited for its turn. The route has begun a write. Raises ``Gone``."""
    seats.lock_with(registration)
    _refuse_forgotten(registration)
    if not links.genuine(token, "min", registration.uid, registration.generation):
        _refuse_stopped(registration, token)


def _refuse_forgotten(row: Registration) -> None:
    if row.forgotten:
        raise Gone(_("Opplysningene om deg er slettet, slik vi sa da du meldte deg på. Tallene fra konferansen står."))


def _refuse_stopped(row: Registration, token: str) -> None:
    """Say what a link of an earlier generation was stopped for; one that never was a link is let through."""
    old = links.stopped(token, "min", row.uid, row.generation)
    if old is not None and substitution.handed_over_since(row.uid, old):
        raise Gone(_("Takk for at du ga beskjed. Plassen er gitt videre, så denne siden er ikke lenger din."))
    if old is not None:
        raise Gone(_("Denne lenken er byttet ut. Bruk lenken i den siste e-posten, eller be om en ny på påmeldingssiden."))


PARTICIPANT_LINK, INVITATION_LINK = _ParticipantLink(), _InvitationLink()
