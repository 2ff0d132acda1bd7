"""Sign in by a one-time link, sign out, and the administrator's list of staff."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.access import signin
from konferanse.access.forms import ActForm, SignInForm, StaffForm
from konferanse.access.models import SignIn, Staff
from konferanse.access.requires import ADMINISTRATOR, EVERYONE, SIGNED_IN, requires
from konferanse.common import audit, links
from konferanse.common.evenly import evenly
from konferanse.common.language import language
from konferanse.common.worker import wake
from konferanse.extensions import begin_write, db, limiter

bp = Blueprint("access", __name__)


@bp.get("/inn")
@requires(EVERYONE)
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    return render_template("access/sign_in.html", form=SignInForm())


@bp.post("/inn")
@limiter.limit("20 per hour")
@requires(EVERYONE)
def ask_for_link() -> ResponseReturnValue:
    """Mail a link; the page says the same for every address."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("access/sign_in.html", form=form), 422
    with evenly():
        begin_write()
        signin.mail_link(form.email.data, language())
        db.session.commit()
        wake()
    return render_template("access/link_sent.html", email=form.email.data)


@bp.get("/inn/<token>")
@requires(EVERYONE)
def open_link(token: str) -> ResponseReturnValue:
    """A page with a button: mail scanners that follow the link spend nothing."""
    return render_template("access/open_link.html", form=ActForm(), sign_in=_sign_in_of(token), token=token)


@bp.post("/inn/<token>")
@requires(EVERYONE)
def spend_link(token: str) -> ResponseReturnValue:
    """Sign in."""
    uid = _sign_in_of(token).uid
    begin_write()
    staff = signin.use(db.session.scalars(select(SignIn).where(SignIn.uid == uid)).one())
    session.clear()
    session["staff"], session["generation"] = staff.id, staff.generation
    db.session.commit()
    return redirect(url_for("conference.mine"), 303)


@bp.post("/ut")
@requires(SIGNED_IN)
def sign_out(staff: Staff) -> ResponseReturnValue:
    """Sign out."""
    session.clear()
    return redirect(url_for("front.home"), 303)


@bp.get("/admin/brukere")
@requires(ADMINISTRATOR)
def staff_list(staff: Staff) -> ResponseReturnValue:
    """Everybody who can sign in."""
    return _staff_page(StaffForm())


@bp.post("/admin/brukere")
@requires(ADMINISTRATOR)
def add_staff(staff: Staff) -> ResponseReturnValue:
    """Add somebody and mail a sign-in link."""
    form = StaffForm()
    if not form.validate_on_submit():
        return _staff_page(form), 422
    begin_write()
    signin.create_staff(form.email.data, form.name.data, is_admin=form.is_admin.data)
    signin.mail_link(form.email.data, language())
    db.session.commit()
    wake()
    flash(_("%(name)s er lagt til og har fått en innloggingslenke på e-post.", name=form.name.data))
    return redirect(url_for("access.staff_list"), 303)


@bp.post("/admin/brukere/<uuid:uid>/sperr")
@requires(ADMINISTRATOR)
def toggle_staff(staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Block somebody, or let them in again; their sessions end."""
    begin_write()
    other = db.session.scalar(select(Staff).where(Staff.uid == uid))
    if other is None or other.id == staff.id:
        abort(404)
    other.is_active, other.generation = not other.is_active, other.generation + 1
    audit.record(staff.actor, "staff.opened" if other.is_active else "staff.blocked", subject=other.uid)
    db.session.commit()
    return redirect(url_for("access.staff_list"), 303)


def _staff_page(form: StaffForm) -> str:
    everybody = db.session.scalars(select(Staff).order_by(Staff.name)).all()
    return render_template("access/staff.html", everybody=everybody, form=form, act=ActForm())


def _sign_in_of(token: str) -> SignIn:
    uid = links.uid_of(token)
    row = db.session.scalar(select(SignIn).where(SignIn.uid == uid)) if uid else None
    if row is None or not links.genuine(token, "inn", row.uid, 0):
        abort(404)
    return row
