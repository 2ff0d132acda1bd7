"""Plain forms for the programme. Times are typed as Norwegian clock time."""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, TimeField, ValidationError
from wtforms.validators import StopValidation

from konferanse.common.clock import local
from konferanse.common.fields import Form, Line, Paragraphs
from konferanse.common.language import weekday_heading
from konferanse.conference.models import Conference
from konferanse.programme import editing, shifting, speakers
from konferanse.programme.kinds import ITEM_LANGUAGES, KIND_LABELS, STATUS_LABELS
from konferanse.programme.models import ProgrammeItem, Room

TIME_FORMATS = ["%H:%M", "%H.%M", "%H:%M:%S"]
ROOM_WRONG = _l("Velg et av rommene i listen. Det du valgte, kan være slettet.")
SKIPPED = _l("Klokka stilles fram denne natta, så tidspunktet finnes ikke. Velg et annet.")
CAPACITY_HELP = _l("Skriv antall personer med tall, for eksempel 40.")


def version_in(text: str | None) -> int:
    """A number that the page put in the form, such as the version it was opened at; 0 when somebody made it up."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def clock_given(form: Form, field: Any) -> None:
    """A time that was typed and could be read."""
    if field.data is None:
        field.errors[:] = []
        raise StopValidation(_("Skriv klokkeslettet slik: 09.30"))


def clock_or_nothing(form: Form, field: Any) -> None:
    """A time that could be read, or an empty field."""
    if not any(text.strip() for text in field.raw_data or []):
        field.errors[:] = []
        raise StopValidation
    clock_given(form, field)


class Choice(SelectField):
    """One of several; ``wrong`` is what to do when something else was sent."""

    def __init__(self, label: Any, *, wrong: Any, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.wrong = wrong

    def pre_validate(self, form: Form) -> None:
        """Refuse what is not among the choices."""
        if not any(self.data == choice[0] for choice in self.choices):
            raise ValidationError(self.wrong)


class Whole(IntegerField):
    """A whole number, or nothing, with a message of our own."""

    def __init__(self, label: Any, *, most: int, wrong: Any, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most, self.wrong = most, wrong

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        if not (text.isascii() and text.isdigit()) or int(text[:9]) > self.most or len(text) > 9:
            self.raw_data = valuelist
            raise ValueError(self.wrong)
        self.data = int(text)


class ItemForm(Form):
    """One programme item."""

    title = Line(_l("Tittel"), max_length=200, missing=_l("Skriv hva programposten heter"))
    day = Choice(_l("Dag"), wrong=_l("Velg en av dagene konferansen varer."))
    start = TimeField(_l("Fra kl."), format=TIME_FORMATS, validators=[clock_given])
    end = TimeField(_l("Til kl."), format=TIME_FORMATS, validators=[clock_given])
    kind = Choice(_l("Type"), choices=list(KIND_LABELS.items()), wrong=_l("Velg en av typene i listen."))
    room = Choice(_l("Rom"), wrong=ROOM_WRONG)
    speaker = Paragraphs(_l("Innledere"), max_length=2000)
    language = Choice(_l("Språk"), choices=list(ITEM_LANGUAGES.items()), wrong=_l("Velg et av språkene i listen."))
    audience = Line(_l("Hvem er den for?"), max_length=200)
    description = Paragraphs(_l("Omtale"), max_length=4000)
    links = Paragraphs(_l("Lenker"), max_length=2000)
    expected = Whole(_l("Hvor mange venter dere?"), most=100_000, wrong=CAPACITY_HELP)
    status = Choice(
        _l("Status"), choices=list(STATUS_LABELS.items()), default="confirmed", wrong=_l("Velg en av statusene i listen.")
    )
    version = HiddenField()

    def __init__(self, conference: Conference, rooms: list[Room], item: ProgrammeItem | None = None, **kwargs: Any) -> None:
        """A form for ``item``, or for a new one; what was posted comes first."""
        if item is not None:
            kwargs |= _values(item)
        super().__init__(**kwargs)
        self.rooms = rooms
        dates = conference.dates
        self.day.choices = [(day.isoformat(), weekday_heading(day)) for day in dates]
        self.room.choices = [("", _("Ikke noe rom")), *((str(room.uid), room.name) for room in rooms)]

    def validate_speaker(self, field: Any) -> None:
        """Each one's credit fits."""
        if any(len(credit) > 300 for credit in speakers.credits_in(field.data)):
            raise ValidationError(_("Kort ned: hver innleder har plass til 300 tegn. Skriv én på hver linje."))

    def validate_links(self, field: Any) -> None:
        """Addresses on the web, one on each line; nothing that a browser would run."""
        lines = [line.strip() for line in field.data.splitlines() if line.strip()]
        if any(not re.fullmatch(r"https?://[^\s<>\"]+", line) for line in lines):
            raise ValidationError(_("Skriv én nettadresse på hver linje, for eksempel https://www.nav.no"))
        field.data = "\n".join(lines)

    def validate_end(self, field: Any) -> None:
        """The end is after the start, and both are on the clock that day."""
        if self.start.data is None or field.data is None or self.day.errors:
            return
        day = date.fromisoformat(self.day.data)
        for clock in (self.start, field):
            try:
                editing.moment(day, clock.data)
            except editing.NoSuchTime:
                raise ValidationError(SKIPPED) from None
        if editing.moment(day, field.data) <= editing.moment(day, self.start.data):
            raise ValidationError(_("Slutten må være etter starten. Se over klokkeslettene."))

    def values(self) -> editing.ItemValues:
        """What was filled in, once it is valid."""
        day = date.fromisoformat(self.day.data)
        return editing.ItemValues(
            start=editing.moment(day, self.start.data),
            end=editing.moment(day, self.end.data),
            title=self.title.data,
            kind=self.kind.data,
            room=next((room for room in self.rooms if str(room.uid) == self.room.data), None),
            speaker=speakers.all_said(self.speaker.data),
            language=self.language.data,
            description=self.description.data,
            audience=self.audience.data,
            expected=self.expected.data,
            links=self.links.data,
            status=self.status.data,
        )

    @property
    def based_on(self) -> int:
        """The version the form was opened at; 0 when somebody made it up."""
        return version_in(self.version.data)


class MoveForm(Form):
    """Another time or room for an item, which lasts as long as before."""

    day = Choice(_l("Dag"), wrong=_l("Velg en av dagene konferansen varer."))
    start = TimeField(_l("Fra kl."), format=TIME_FORMATS, validators=[clock_given])
    room = Choice(_l("Rom"), wrong=ROOM_WRONG)
    version = HiddenField()

    def __init__(self, conference: Conference, rooms: list[Room], item: ProgrammeItem | None = None, **kwargs: Any) -> None:
        """A form with where ``item`` is now; what was posted comes first."""
        if item is not None:
            kwargs |= {name: value for name, value in _values(item).items() if name in ("day", "start", "room", "version")}
        super().__init__(**kwargs)
        self.rooms = rooms
        self.day.choices = [(day.isoformat(), weekday_heading(day)) for day in conference.dates]
        self.room.choices = [("", _("Ikke noe rom")), *((str(room.uid), room.name) for room in rooms)]

    def validate_start(self, field: Any) -> None:
        """On the clock that day."""
        if field.data is None or self.day.errors or self.day.data not in dict(self.day.choices):
            return
        try:
            editing.moment(date.fromisoformat(self.day.data), field.data)
        except editing.NoSuchTime:
            raise ValidationError(SKIPPED) from None

    def where(self) -> tuple[datetime, Room | None]:
        """The start and the room, once it is valid."""
        room = next((room for room in self.rooms if str(room.uid) == self.room.data), None)
        return editing.moment(date.fromisoformat(self.day.data), self.start.data), room

    @property
    def based_on(self) -> int:
        """The version the form was opened at."""
        return version_in(self.version.data)


class PlaceForm(Form):
    """Before which item another is put; none for last."""

    before = HiddenField()
    version = HiddenField()

    def validate_before(self, field: Any) -> None:
        """An item's id, or nothing."""
        if field.data:
            try:
                UUID(field.data)
            except ValueError:
                raise ValidationError(_("Velg en av programpostene den kan bytte plass med.")) from None

    @property
    def target(self) -> UUID | None:
        """The item it is to stand before."""
        return UUID(self.before.data) if self.before.data else None

    @property
    def based_on(self) -> int:
        """The version the page showed."""
        return version_in(self.version.data)


class EditForm(Form):
    """Which change is to be taken back, or made again."""

    number = HiddenField()

    @property
    def shown(self) -> int:
        """The number the page showed."""
        return version_in(self.number.data)


class ShiftForm(Form):
    """Everything after a time, earlier or later. It is asked by GET and done by POST, whose token the page's button carries."""

    class Meta(Form.Meta):
        csrf = False

    day = Choice(_l("Dag"), name="dag", wrong=_l("Velg en av dagene konferansen varer."))
    after = TimeField(_l("Alt som begynner kl."), name="fra", format=TIME_FORMATS, validators=[clock_given])
    minutes = Whole(_l("Minutter"), name="minutter", most=600, wrong=_l("Skriv hvor mange minutter, fra 1 til 600."))
    way = Choice(
        _l("Hvilken vei?"),
        name="vei",
        choices=[("senere", _l("Senere")), ("tidligere", _l("Tidligere"))],
        default="senere",
        wrong=_l("Velg om alt skal gå senere eller tidligere."),
    )
    room = Choice(_l("Hvor?"), name="rom", default="", wrong=ROOM_WRONG)

    def __init__(self, conference: Conference, rooms: list[Room], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rooms = rooms
        self.day.choices = [(day.isoformat(), weekday_heading(day)) for day in conference.dates]
        self.room.choices = [("", _("Alle rom")), *((str(room.uid), room.name) for room in rooms)]

    def validate_minutes(self, field: Any) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError(field.wrong)

    def shift(self) -> shifting.Shift:
        """What was asked for, once it is valid."""
        room = next((room for room in self.rooms if str(room.uid) == self.room.data), None)
        minutes = self.minutes.data or 0
        later = minutes if self.way.data == "senere" else -minutes
        return shifting.Shift(date.fromisoformat(self.day.data), self.after.data, later, room)


class DayForm(Form):
    """A day's heading, and from when to when it lasts."""

    title = Line(_l("Overskrift"), max_length=200)
    start = TimeField(_l("Fra kl."), format=TIME_FORMATS, validators=[clock_or_nothing])
    end = TimeField(_l("Til kl."), format=TIME_FORMATS, validators=[clock_or_nothing])

    def validate_end(self, field: Any) -> None:
        """After the start."""
        if self.start.data and field.data and field.data <= self.start.data:
            raise ValidationError(_("Slutten må være etter starten. Se over klokkeslettene."))


class RoomForm(Form):
    """A room and how many people it holds."""

    name = Line(_l("Navn"), max_length=120, missing=_l("Skriv hva rommet heter"))
    capacity = Whole(_l("Plasser"), most=100_000, wrong=CAPACITY_HELP)


class PublishForm(Form):
    """Publish the working copy under a name."""

    name = Line(_l("Navn på utgaven"), max_length=200, missing=_l("Gi utgaven et navn, for eksempel «Endelig program»"))
    note = Paragraphs(_l("Hva er nytt?"), max_length=4000)


def _values(item: ProgrammeItem) -> dict[str, Any]:
    start, end = local(item.start), local(item.end)
    room: UUID | None = item.room.uid if item.room else None
    return {
        "title": item.title,
        "day": start.date().isoformat(),
        "start": _clock(start),
        "end": _clock(end),
        "kind": item.kind,
        "room": str(room or ""),
        "speaker": "\n".join(speakers.with_part(row.speaker.credit, row.part) for row in item.speakers),
        "language": item.language,
        "description": item.description,
        "audience": item.audience,
        "expected": item.expected,
        "links": item.links,
        "status": item.status,
        "version": item.version,
    }


def _clock(moment: datetime) -> Any:
    return moment.time()
