"""The personal link of a speaker."""

from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from konferanse.access.by_link import row_of
from konferanse.access.requires import Arguments
from konferanse.programme.models import Speaker


class _SpeakerLink:
    """Whoever holds the link. The view gets ``speaker`` and ``token``; an unknown link is 404, a stopped one 403."""

    name = "link:speaker"

    def admit(self, arguments: Arguments) -> Arguments:
        stopped = _("Denne lenken er byttet ut. Bruk lenken i den siste e-posten, eller be arrangøren om en ny.")
        speaker = row_of(Speaker, "innleder", arguments["token"], stopped, joinedload(Speaker.conference))
        return arguments | {"speaker": speaker}


SPEAKER_LINK = _SpeakerLink()
