"""A speaker's own page, opened by the personal link: what they are down for, their slides, and what is told of them.

GET changes nothing. Only what is the speaker's own is shown or taken in; nothing here is kept by browsers or caches.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.requires import requires, takes_files
from konferanse.common import photographs
from konferanse.common.clock import local, now, today
from konferanse.common.storage import files
from konferanse.extensions import begin_write, db, limiter
from konferanse.presentations import deadlines, handing_in, tasks, uploads, versions
from konferanse.presentations.access import SPEAKER_LINK
from konferanse.presentations.checks import SLIDES_SIZE
from konferanse.presentations.handing_in import ACTOR, Part
from konferanse.presentations.models import Presentation
from konferanse.presentations.routes import FORMATS, attachment, bp, inline
from konferanse.presentations.speaker_forms import AboutForm, OwnSlidesForm
from konferanse.presentations.speaker_staff_routes import PICTURE_REQUEST
from konferanse.presentations.staff_routes import SLIDES_REQUEST, staged, tell
from konferanse.programme import agenda, releases, speaker_editing
from konferanse.programme.kinds import PART_LABELS
from konferanse.programme.models import Speaker


def by_speaker() -> str:
    """Whom a limit counts: the id in the link, never its secret part."""
    return f"innleder:{(request.view_args or {}).get('token', '')[:22]}"


# Cleaning a PDF takes seconds, so one link must not be able to keep the machine busy.
limited: Callable[[Any], Any] = limiter.limit("60 per hour", key_func=by_speaker)


@bp.get("/innleder/<token>")
@requires(SPEAKER_LINK)
def speaker_page(speaker: Speaker, token: str) -> ResponseReturnValue:
    """My page: what I am down for, and what is missing."""
    parts = handing_in.parts_of(speaker)
    release = releases.published(speaker.conference)
    return render_template(
        "presentations/own.html",
        conference=speaker.conference,
        speaker=speaker,
        token=token,
        parts=parts,
        missing=[what for what in handing_in.lacks(speaker, parts) if what in ("bio", "picture", "consent")],
        own_deck=handing_in.own_deck,
        due=deadlines.due(speaker.conference),
        today=today(),
        labels=PART_LABELS,
        published={entry.uid: entry for entry in agenda.entries(release.content)} if release else {},
        hours=speaker_editing.hours(speaker),
        local_day=local,
        formats=FORMATS,
    )


@bp.get("/innleder/<token>/lysbilder/<uuid:uid>")
@requires(SPEAKER_LINK)
def own_slides(speaker: Speaker, token: str, uid: UUID) -> ResponseReturnValue:
    """The form for my slides in one item."""
    part = _part(speaker, uid)
    return _slides_page(speaker, token, part, OwnSlidesForm(part, _deck(speaker, part), formdata=None))


@bp.post("/innleder/<token>/lysbilder/<uuid:uid>")
@limited
@requires(SPEAKER_LINK)
@takes_files(SLIDES_REQUEST)
def hand_in_slides(speaker: Speaker, token: str, uid: UUID) -> ResponseReturnValue:
    """Check and keep them; the newest file counts."""
    part = _part(speaker, uid)
    form = OwnSlidesForm(part, _deck(speaker, part))
    if not form.check():
        return _slides_page(speaker, token, part, form), 422
    try:
        with ExitStack() as stack:
            file = stack.enter_context(staged(form.accepted)) if form.accepted else None
            begin_write()
            speaker, part = db.session.get_one(Speaker, speaker.id), _part(speaker, uid)
            handing_in.hand_in(speaker, part, form.title.data, form.summary.data, form.accept.data, file)
            db.session.commit()
    except (uploads.NoSummary, versions.NoRoom) as refusal:
        db.session.rollback()
        (form.summary if isinstance(refusal, uploads.NoSummary) else form.file).errors = [refusal.message]
        return _slides_page(speaker, token, _part(speaker, uid), form), 422
    tasks.wake()
    tell(_("Takk. «%(title)s» er lagret.", title=form.title.data), form.accepted)
    return _home(token)


@bp.get("/innleder/<token>/lysbilder/<uuid:uid>/fil")
@requires(SPEAKER_LINK)
def own_file(speaker: Speaker, token: str, uid: UUID) -> ResponseReturnValue:
    """My slides as they are kept."""
    deck = _deck(speaker, _part(speaker, uid))
    if deck is None or deck.file is None or not files.path(deck.file).exists():
        abort(404)
    return _private(attachment(deck.file))


@bp.get("/innleder/<token>/om-deg")
@requires(SPEAKER_LINK)
def about_speaker(speaker: Speaker, token: str) -> ResponseReturnValue:
    """The form about me."""
    return _about_page(speaker, token, AboutForm.of(speaker.conference, speaker, formdata=None))


@bp.post("/innleder/<token>/om-deg")
@limited
@requires(SPEAKER_LINK)
@takes_files(PICTURE_REQUEST)
def tell_about_speaker(speaker: Speaker, token: str) -> ResponseReturnValue:
    """Keep what I said of myself, and whether it may be shown."""
    form = AboutForm.of(speaker.conference, speaker)
    if not form.check(speaker):
        return _about_page(speaker, token, form), 422
    begin_write()
    speaker = db.session.get_one(Speaker, speaker.id)
    speaker_editing.describe(speaker, form.about(), ACTOR, form.portrait, drop=form.drop_picture.data)
    speaker.answered = now()
    db.session.commit()
    if form.consent.data:
        flash(_("Takk, det er lagret. Teksten og bildet vises på nettsidene."))
    else:
        flash(_("Takk, det er lagret. Teksten og bildet vises ikke for andre."))
    return _home(token)


@bp.get("/innleder/<token>/bilde")
@requires(SPEAKER_LINK)
def own_picture(speaker: Speaker, token: str) -> ResponseReturnValue:
    """My picture as it is kept."""
    if speaker.picture is None or not files.path(speaker.picture).exists():
        abort(404)
    return _private(inline(speaker.picture))


def _part(speaker: Speaker, uid: UUID) -> Part:
    """The item I take part in; another's does not exist."""
    return handing_in.part_of(speaker, uid) or abort(404)


def _deck(speaker: Speaker, part: Part) -> Presentation | None:
    return handing_in.own_deck(part, speaker)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _slides_page(speaker: Speaker, token: str, part: Part, form: OwnSlidesForm) -> str:
    return render_template(
        "presentations/own_slides.html",
        conference=speaker.conference,
        speaker=speaker,
        token=token,
        part=part,
        deck=form.deck,
        form=form,
        due=deadlines.due(speaker.conference),
        formats=FORMATS,
        megabytes=SLIDES_SIZE // 1_000_000,
    )


def _about_page(speaker: Speaker, token: str, form: AboutForm) -> str:
    return render_template(
        "presentations/own_about.html",
        conference=speaker.conference,
        speaker=speaker,
        token=token,
        form=form,
        megabytes=photographs.MAX_BYTES // 1_000_000,
    )


def _home(token: str) -> ResponseReturnValue:
    return redirect(url_for("presentations.speaker_page", token=token), 303)
