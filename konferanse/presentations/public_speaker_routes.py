"""Who speaks, for everybody: those of the published programme who have agreed to be shown, and nobody else."""

from uuid import UUID

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.common.storage import files
from konferanse.conference.access import PUBLIC
from konferanse.conference.cache import cached
from konferanse.conference.models import Conference
from konferanse.presentations.routes import bp, inline
from konferanse.programme import presenting, speakers


@bp.get("/k/<slug>/innledere")
@cached
@requires(PUBLIC)
def public_speakers(conference: Conference) -> ResponseReturnValue:
    """Text and picture of each, as far as they have agreed."""
    return render_template(
        "presentations/public_speakers.html", conference=conference, speakers=presenting.presented(conference)
    )


@bp.get("/k/<slug>/innledere/<uuid:uid>/bilde")
@requires(PUBLIC)
def public_speaker_picture(conference: Conference, uid: UUID) -> ResponseReturnValue:
    """A picture, while its owner agrees."""
    row = speakers.find_speaker(conference, uid)
    if row is None or row.consent is None or row.picture is None or not files.path(row.picture).exists():
        abort(404)
    return inline(row.picture)
