"""Say yes to an offered seat. Saying no is signing off."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.requires import requires
from konferanse.common.errors import Refused
from konferanse.common.worker import wake
from konferanse.extensions import begin_write, db, limiter
from konferanse.registration import signup
from konferanse.registration.access import PARTICIPANT_LINK, hold
from konferanse.registration.models import Registration
from konferanse.registration.routes import CHANGES, bp


@bp.post("/min/<token>/ja")
@limiter.limit(CHANGES)
@requires(PARTICIPANT_LINK)
def accept(registration: Registration, token: str) -> ResponseReturnValue:
    """Yes, I come. Twice is once."""
    begin_write()
    hold(registration, token)
    if registration.conference.status != "published":
        raise Refused(_("Konferansen er avlyst, utsatt eller over, så plassen kan ikke tas nå."))
    signup.accept(registration)
    db.session.commit()
    wake()
    flash(_("Plassen er din. Du får en e-post om det."))
    return redirect(url_for("front.mine", token=token), 303)
