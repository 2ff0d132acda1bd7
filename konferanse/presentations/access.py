"""The personal link of a speaker."""

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.access.requires import Arguments
from konferanse.common import links
from konferanse.common.errors import Gone
from konferanse.extensions import db
from konferanse.programme.models import Speaker


class _SpeakerLink:
    """Whoever holds the link. The view gets ``speaker`` and ``token``; an unknown link is 404, a stopped one 403."""

    name = "link:speaker"

    def admit(self, arguments: Arguments) -> Arguments:
        token = arguments["token"]
        uid = links.uid_of(token)
        query = select(Speaker).where(Speaker.uid == uid).options(joinedload(Speaker.conference))
        row = db.session.scalar(query) if uid else None
        if row is None:
            abort(404)
        if not links.genuine(token, "innleder", row.uid, row.generation):
            if links.stopped(token, "innleder", row.uid, row.generation) is not None:
                raise Gone(_("Denne lenken er byttet ut. Bruk lenken i den siste e-posten, eller be arrangøren om en ny."))
            abort(404)
        return arguments | {"speaker": row}


SPEAKER_LINK = _SpeakerLink()
