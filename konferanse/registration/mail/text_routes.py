"""The organiser's own words in the letters that are sent by themselves."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import audit
from konferanse.common.language import LANGUAGES
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.forms import unsent
from konferanse.registration.mail import previews, wording
from konferanse.registration.mail.forms import LetterForm
from konferanse.registration.mail.previews import Letter
from konferanse.registration.routes import bp


@bp.get("/admin/k/<slug>/epost/tekster")
@requires(ORGANISER)
def mail_texts_page(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Each letter in each language: ours, or words of the organiser's own."""
    return render_template(
        "registration/mail/wording.html", conference=conference, kinds=_kinds(), kept=wording.kept(conference)
    )


@bp.get("/admin/k/<slug>/epost/tekster/<kind>/<code>")
@requires(ORGANISER)
def mail_text_form(conference: Conference, staff: Staff, kind: str, code: str) -> ResponseReturnValue:
    """The words of one letter in one language."""
    return _page(conference, kind, code, _form(conference, kind, code))


@bp.post("/admin/k/<slug>/epost/tekster/<kind>/<code>")
@requires(ORGANISER)
def keep_mail_text(conference: Conference, staff: Staff, kind: str, code: str) -> ResponseReturnValue:
    """Use these words from now on; empty fields bring ours back."""
    form = _form(conference, kind, code)
    if not form.validate_on_submit():
        return _page(conference, kind, code, form), 422
    slug = conference.slug
    begin_write()
    wording.keep(conference, kind, code, form.subject.data, form.text.data)
    audit.record(staff.actor, "mail_text.changed", scope=slug, letter=kind, language=code)
    db.session.commit()
    flash(_("Brevet bruker teksten fra nå av."))
    return redirect(url_for(".mail_texts_page", slug=slug), 303)


@bp.post("/admin/k/<slug>/epost/tekster/<kind>/<code>/se-over")
@requires(ORGANISER)
def preview_mail_text(conference: Conference, staff: Staff, kind: str, code: str) -> ResponseReturnValue:
    """The letter with these words, as somebody who is signed up would get it. Nothing is stored."""
    form = _form(conference, kind, code)
    if not form.validate_on_submit():
        return _page(conference, kind, code, form), 422
    letter = _seen(conference, kind, code, form)
    return _page(conference, kind, code, form, letter=letter)


@bp.post("/admin/k/<slug>/epost/tekster/<kind>/<code>/prove")
@requires(ORGANISER)
def test_mail_text(conference: Conference, staff: Staff, kind: str, code: str) -> ResponseReturnValue:
    """Mail the letter with these words to whoever is signed in."""
    form = _form(conference, kind, code)
    if not form.validate_on_submit():
        return _page(conference, kind, code, form), 422
    letter = _seen(conference, kind, code, form)
    address = staff.email
    begin_write()
    previews.send(letter, conference, address)
    db.session.commit()
    wake()
    return _page(conference, kind, code, form, letter=letter, tried=address)


def _seen(conference: Conference, kind: str, code: str, form: LetterForm) -> Letter:
    begin_write()
    wording.keep(conference, kind, code, form.subject.data, form.text.data)
    letter = previews.of_letter(conference, kind, code)
    db.session.rollback()
    return letter


def _kinds() -> dict[str, wording.Kind]:
    return {kind: known for kind, known in wording.KINDS.items() if kind in previews.WRITERS}


def _form(conference: Conference, kind: str, code: str) -> LetterForm:
    if kind not in _kinds() or code not in LANGUAGES:
        abort(404)
    row = wording.of(conference, kind, code)
    form = LetterForm(data=unsent({"subject": row.subject, "text": row.text} if row else {}))
    form.kind = wording.KINDS[kind]
    return form


def _page(conference: Conference, kind: str, code: str, form: LetterForm, **more: object) -> str:
    return render_template(
        "registration/mail/wording_of.html",
        conference=conference,
        kind=kind,
        code=code,
        letter_name=wording.KINDS[kind].label,
        names=wording.KINDS[kind].names,
        form=form,
        **{"letter": None, "tried": ""} | more,
    )
