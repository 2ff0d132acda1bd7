"""Upload forms. What was typed is kept when a file is refused; the file itself must be chosen again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, DateTimeLocalField, FileField, HiddenField

from konferanse.common.clock import OSLO, local, now
from konferanse.common.fields import Form, Line, Paragraphs
from konferanse.presentations import checks, film
from konferanse.presentations.checks import Accepted
from konferanse.presentations.models import Presentation, PresentationPage, Video
from konferanse.presentations.unacceptable import Unacceptable
from konferanse.presentations.uploads import SlideValues, VideoValues
from konferanse.programme.forms import Choice
from konferanse.programme.kinds import ITEM_LANGUAGES
from konferanse.programme.models import ProgrammeItem

CAPTION_LANGUAGES = {"nb": _l("Bokmål"), "nn": _l("Nynorsk"), "se": _l("Nordsamisk"), "en": _l("Engelsk")}
NO_SUMMARY = _l("Skriv et sammendrag før du publiserer, så de som ikke kan lese lysbildene, også får vite hva som ble sagt.")
SLIDES_MISSING = _l("Velg filen med lysbildene: PDF, PPTX, ODP, Keynote eller et bilde.")
FILM_MISSING = _l("Velg videofilen: MP4 eller WebM.")
WRONG_ITEM = _l("Velg en av programpostene i listen. Den du valgte, kan være slettet.")
YEARS_AHEAD = 2
CAPTIONS_MISSING = _l("Velg filen med teksting (.vtt). Uten teksting får ikke alle med seg videoen.")


def chosen(field: FileField) -> FileStorage | None:
    """The file that was chosen, if one was."""
    return field.data if isinstance(field.data, FileStorage) and field.data.filename else None


class ItemChoice(Choice):
    """The programme item something belongs to, or none. ``offer`` is called before it is used."""

    def offer(self, items: Sequence[ProgrammeItem]) -> None:
        """Let ``items`` be what there is to choose from."""
        self.ids = {str(item.uid): item.id for item in items}
        self.choices = [("", _("Ikke knyttet til en programpost")), *((str(item.uid), item.title) for item in items)]

    @property
    def chosen_id(self) -> int | None:
        """The id of the item that was chosen."""
        return self.ids.get(self.data)


def uid_of(items: Sequence[ProgrammeItem], item_id: int | None) -> str:
    """How a form names the item with that id."""
    return next((str(item.uid) for item in items if item.id == item_id), "")


class SlidesForm(Form):
    """A presentation. ``required_file`` is False when an older file stands. ``key`` makes a new one that is sent twice one."""

    key = HiddenField()
    title = Line(_l("Tittel"), max_length=200, missing=_l("Skriv hva presentasjonen heter"))
    speaker_role = Line(_l("Hvem som holder den"), max_length=200)
    item = ItemChoice(_l("Programpost"), default="", wrong=WRONG_ITEM)
    language = Choice(
        _l("Språket i presentasjonen"),
        choices=list(ITEM_LANGUAGES.items()),
        default="nb",
        wrong=_l("Velg et språk i listen."),
    )
    summary = Paragraphs(_l("Skriftlig sammendrag"), max_length=4000)
    file = FileField(_l("Fil"))
    publish = BooleanField(_l("Publiser med en gang"))

    def __init__(self, items: list[ProgrammeItem], row: Presentation | None = None, draft: str = "", **kwargs: Any) -> None:
        """A form for ``row``, or for a new one; ``items`` are the conference's programme items. ``draft`` is what the summary
        begins as when there is none."""
        if row is not None:
            kwargs |= {name: getattr(row, name) for name in ("title", "speaker_role", "language")}
            kwargs |= {"summary": row.summary or draft, "item": uid_of(items, row.item_id)}
        super().__init__(**{"key": str(uuid4()), **kwargs})
        self.item.offer(items)
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
        return SlideValues(self.title.data, self.speaker_role.data, self.item.chosen_id, self.summary.data, self.language.data)

    @property
    def uid(self) -> UUID:
        """The id of the presentation to be: the form's own, or a new one where a browser made it unreadable."""
        try:
            return UUID(self.key.data)
        except (ValueError, TypeError, AttributeError):
            return uuid4()


class VideoForm(Form):
    """A video with captions and transcript, both required."""

    title = Line(_l("Tittel"), max_length=200, missing=_l("Skriv hva videoen heter"))
    item = ItemChoice(_l("Programpost"), default="", wrong=WRONG_ITEM)
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

    def __init__(self, items: list[ProgrammeItem], row: Video | None = None, **kwargs: Any) -> None:
        """A form for ``row``, or for a new one."""
        if row is not None:
            kwargs |= {name: getattr(row, name) for name in ("title", "summary", "transcript", "caption_language")}
            kwargs |= {"item": uid_of(items, row.item_id)}
        super().__init__(**kwargs)
        self.item.offer(items)
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
        said = (self.title.data, self.summary.data, self.transcript.data, self.caption_language.data)
        return VideoValues(*said, self.item.chosen_id)


class ScheduleForm(Form):
    """When it is published by the clock: at a moment of the Norwegian clock, or ("item") when its programme item has ended."""

    when = HiddenField()
    moment = DateTimeLocalField(_l("Dato og klokkeslett"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])

    @classmethod
    def of(cls, row: Presentation | Video | None) -> "ScheduleForm":
        """The form with the moment that is set, if one is."""
        moment = local(row.publish_at).replace(tzinfo=None) if row and row.publish_at else None
        return cls(formdata=None, moment=moment)

    def check(self, item: ProgrammeItem | None) -> datetime | None:
        """The moment that was chosen; None, with an error that says why, when it will not do."""
        self.validate_on_submit()
        if self.when.data == "item":
            self.moment.errors = [] if item else [_("Presentasjonen er ikke knyttet til en programpost.")]
            return item.end if item else None
        chosen: datetime | None = self.moment.data
        if chosen is None:
            self.moment.errors = [_("Velg dato og klokkeslett.")]
        elif chosen.replace(tzinfo=OSLO) <= now():
            self.moment.errors = [_("Tidspunktet har vært. Velg et som kommer, eller publiser med en gang.")]
        elif chosen.year > now().year + YEARS_AHEAD:
            self.moment.errors = [_("Velg et tidspunkt som kommer innen to år.")]
        return chosen.replace(tzinfo=OSLO) if chosen and not self.errors else None


class AltForm(Form):
    """Descriptions of the pictures of a version's pages. ``of`` makes a form with a field for each."""

    looked_over = BooleanField(_l("Jeg har sett over alle bildetekstene"))

    @classmethod
    def of(cls, pages: Sequence[PresentationPage], **kwargs: Any) -> "AltForm":
        """A form for ``pages``."""
        fields = {
            f"alt_{page.number}": Paragraphs(_("Bildetekst til side %(n)s", n=page.number), max_length=1000, default=page.alt)
            for page in pages
        }
        made: AltForm = type("AltFormOf", (cls,), fields)(**kwargs)
        return made

    def texts(self) -> dict[int, str]:
        """What was written, by page."""
        return {int(field.name[4:]): " ".join(field.data.split()) for field in self if field.name.startswith("alt_")}


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
