"""Upload forms. What was typed is kept when a file is refused; the file itself must be chosen again."""

from typing import Any, BinaryIO

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField

from konferanse.common.fields import Form, Line, Paragraphs
from konferanse.presentations import checks, film
from konferanse.presentations.checks import Accepted
from konferanse.presentations.models import Presentation, Video
from konferanse.presentations.unacceptable import Unacceptable
from konferanse.presentations.uploads import SlideValues, VideoValues
from konferanse.programme.forms import Choice
from konferanse.programme.models import ProgrammeItem

CAPTION_LANGUAGES = {"nb": _l("Bokmål"), "nn": _l("Nynorsk"), "se": _l("Nordsamisk"), "en": _l("Engelsk")}
NO_SUMMARY = _l("Skriv et sammendrag før du publiserer, så de som ikke kan lese lysbildene, også får vite hva som ble sagt.")
SLIDES_MISSING = _l("Velg filen med lysbildene: PDF, PPTX eller ODP.")
FILM_MISSING = _l("Velg videofilen: MP4 eller WebM.")
CAPTIONS_MISSING = _l("Velg filen med teksting (.vtt). Uten teksting får ikke alle med seg videoen.")


def chosen(field: FileField) -> FileStorage | None:
    """The file that was chosen, if one was."""
    return field.data if isinstance(field.data, FileStorage) and field.data.filename else None


class SlidesForm(Form):
    """A presentation. ``required_file`` is False when an older file stands."""

    title = Line(_l("Tittel"), max_length=200, missing=_l("Skriv hva presentasjonen heter"))
    speaker_role = Line(_l("Hvem som holder den"), max_length=200)
    item = Choice(_l("Programpost"), wrong=_l("Velg en av programpostene i listen. Den du valgte, kan være slettet."))
    summary = Paragraphs(_l("Skriftlig sammendrag"), max_length=4000)
    file = FileField(_l("Fil"))
    publish = BooleanField(_l("Publiser med en gang"))

    def __init__(self, items: list[ProgrammeItem], row: Presentation | None = None, **kwargs: Any) -> None:
        """A form for ``row``, or for a new one; ``items`` are the conference's programme items."""
        self.ids = {str(item.uid): item.id for item in items}
        if row is not None:
            linked = next((uid for uid, number in self.ids.items() if number == row.item_id), "")
            kwargs |= {"title": row.title, "speaker_role": row.speaker_role, "summary": row.summary, "item": linked}
        super().__init__(**kwargs)
        self.item.choices = [("", _("Ikke knyttet til en programpost")), *((str(item.uid), item.title) for item in items)]
        self.accepted: Accepted | None = None

    def check(self, *, required_file: bool, public: bool = False) -> bool:
        """Validate fields and file together, so that everything is told at once. ``accepted`` is the file to store."""
        valid = bool(self.validate_on_submit())
        if (self.publish.data or public) and not self.summary.data and not self.summary.errors:
            self.summary.errors = [str(NO_SUMMARY)]
        self.accepted = _checked(self.file, checks.slides, str(SLIDES_MISSING) if required_file else "")
        return valid and _none_wrong(self, self.accepted)

    def values(self) -> SlideValues:
        """What was filled in, once it is valid."""
        return SlideValues(self.title.data, self.speaker_role.data, self.ids.get(self.item.data), self.summary.data)


class VideoForm(Form):
    """A video with captions and transcript, both required."""

    title = Line(_l("Tittel"), max_length=200, missing=_l("Skriv hva videoen heter"))
    summary = Paragraphs(_l("Sammendrag"), max_length=1000)
    file = FileField(_l("Videofil"))
    captions = FileField(_l("Teksting"))
    caption_language = Choice(
        _l("Språket i tekstingen"), choices=list(CAPTION_LANGUAGES.items()), wrong=_l("Velg et språk i listen.")
    )
    transcript = Paragraphs(
        _l("Utskrift av det som blir sagt"),
        max_length=50_000,
        missing=_l("Skriv ut det som blir sagt. Utskriften er til dem som ikke kan se eller høre videoen."),
    )
    publish = BooleanField(_l("Publiser med en gang"))

    def __init__(self, row: Video | None = None, **kwargs: Any) -> None:
        """A form for ``row``, or for a new one."""
        names = ("title", "summary", "transcript", "caption_language")
        super().__init__(**(kwargs | ({name: getattr(row, name) for name in names} if row else {})))
        self.film: Accepted | None = None
        self.vtt: bytes | None = None

    def check(self, *, required_file: bool) -> bool:
        """Validate fields and files together. ``film`` and ``vtt`` are what to store."""
        valid = bool(self.validate_on_submit())
        self.film = _checked(self.file, checks.moving_pictures, str(FILM_MISSING) if required_file else "")
        self.vtt = _checked(self.captions, _captions, str(CAPTIONS_MISSING) if required_file else "")
        return valid and _none_wrong(self, self.film)

    def values(self) -> VideoValues:
        """What was filled in, once it is valid."""
        return VideoValues(self.title.data, self.summary.data, self.transcript.data, self.caption_language.data)


def _none_wrong(form: Form, accepted: Accepted | None) -> bool:
    """Whether nothing is wrong; else the file that was good in itself is let go."""
    if form.errors and accepted is not None:
        accepted.content.close()
    return not form.errors


def _captions(stream: BinaryIO, _name: str) -> bytes:
    return film.captions(stream)


def _checked(field: FileField, check: Any, missing: str) -> Any:
    """What ``check`` makes of the chosen file; a refusal becomes the field's error."""
    upload = chosen(field)
    if upload is None:
        if missing:
            field.errors = [missing]
        return None
    try:
        return check(upload.stream, upload.filename or "")
    except Unacceptable as refusal:
        field.errors = [refusal.message]
        return None
