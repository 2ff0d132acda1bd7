"""Publishing the programme, and the drafts that come of it."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import audit, links
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER, PROGRAMME
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import publishing
from konferanse.front.publish_forms import LettersForm
from konferanse.front.routes import bp
from konferanse.programme import change_letters
from konferanse.programme.forms import PublishForm
from konferanse.programme.routes import back, overview


@bp.post("/admin/k/<slug>/program/publiser", endpoint="publish_programme")
@requires(PROGRAMME)
def publish(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Make the working copy public."""
    form = PublishForm()
    if not form.validate_on_submit():
        return overview(conference, staff, form), 422
    begin_write()
    release, _news, speakers = publishing.publish(conference, form.name.data, form.note.data, staff.actor)
    db.session.commit()
    flash(_("Utgave %(n)s, «%(name)s», er publisert.", n=release.number, name=release.name))
    if speakers.unreachable:
        names = "; ".join(speakers.unreachable)
        flash(_("Endringene gjelder også %(names)s, som vi ikke har e-postadressen til.", names=names))
    return back(conference, "publisering")


@bp.get("/admin/k/<slug>/epost/endringsbrev")
@requires(ORGANISER)
def change_letters_page(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The letters to speakers that wait, to read before they go."""
    return _letters_page(conference, LettersForm())


@bp.post("/admin/k/<slug>/epost/endringsbrev")
@requires(ORGANISER)
def send_change_letters(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Send those that are chosen."""
    form = LettersForm()
    if not form.validate_on_submit():
        return _letters_page(conference, form), 422
    begin_write()
    count = change_letters.send(conference, _chosen(), form.words.data)
    audit.record(staff.actor, "programme.letters_sent", scope=conference.slug, mails=count)
    db.session.commit()
    wake()
    flash(ngettext("Én e-post er lagt i kø.", "%(num)s e-poster er lagt i kø.", count) if count else _("Ingen brev var valgt."))
    if change_letters.drafts(conference):
        return redirect(url_for(".change_letters_page", slug=conference.slug), 303)
    return back(conference, "publisering")


@bp.post("/admin/k/<slug>/epost/endringsbrev/slett")
@requires(ORGANISER)
def discard_change_letters(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Throw them away."""
    if not ActForm().validate_on_submit():
        abort(422)
    begin_write()
    count = change_letters.discard(conference)
    audit.record(staff.actor, "programme.letters_discarded", scope=conference.slug, mails=count)
    db.session.commit()
    flash(ngettext("Ett brev er slettet.", "%(num)s brev er slettet.", count))
    return back(conference, "publisering")


def _letters_page(conference: Conference, form: LettersForm) -> str:
    letters, unreachable = change_letters.drafts(conference), change_letters.unreachable(conference)
    rows = [*letters, *(letter for _speaker, letter in unreachable)]
    return render_template(
        "front/change_letters.html",
        conference=conference,
        letters=letters,
        unreachable=unreachable,
        bodies={row.uid: links.hide(row.body, _("[lenken til mottakerens egen side]")) for row in rows},
        chosen=_chosen() if form.is_submitted() else [row.uid for row in letters],
        form=form,
        act=ActForm(formdata=None),
    )


def _chosen() -> list[UUID]:
    return [UUID(uid) for uid in request.form.getlist("brev") if _is_uuid(uid)]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
