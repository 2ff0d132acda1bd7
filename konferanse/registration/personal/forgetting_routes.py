"""Delete me now (GDPR art. 17): for somebody who has signed off, by the person or by the organiser."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import audit
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db, limiter
from konferanse.registration import forgetting
from konferanse.registration.access import PARTICIPANT_LINK
from konferanse.registration.models import Registration
from konferanse.registration.routes import CHANGES, bp


@bp.post("/min/<token>/slett")
@limiter.limit(CHANGES)
@requires(PARTICIPANT_LINK)
def erase_me(registration: Registration, token: str) -> ResponseReturnValue:
    """Delete everything about me. There is no page to go back to, so the answer is one."""
    begin_write()
    title = registration.conference.title
    _erase(registration, "participant")
    return render_template("registration/personal/erased.html", title=title)


@bp.post("/admin/k/<slug>/pamelding/<uuid:uid>/slett")
@requires(ORGANISER)
def erase_person(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Delete everything about somebody who asked for it."""
    query = select(Registration).where(Registration.conference_id == conference.id, Registration.uid == uid)
    row = db.session.scalar(query) or abort(404)
    begin_write()
    _erase(row, staff.actor)
    flash(_("Alt om personen er slettet."))
    return redirect(url_for(".listing", slug=conference.slug), 303)


def _erase(registration: Registration, actor: str) -> None:
    slug = registration.conference.slug
    forgetting.erase(registration)
    audit.record(actor, "registration.erased", scope=slug)
    db.session.commit()
