"""Forms about speakers: what they say of themselves, what staff say of them, their slides, and the deadline."""

import re
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, FileField, HiddenField

from konferanse.common import photographs
from konferanse.common.clock import OSLO
from konferanse.common.fields import Form, Line, Paragraphs, email_address
from konferanse.common.language import LANGUAGES, weekday_heading
from konferanse.conference.models import Conference
from konferanse.presentations import checks
from konferanse.presentations.checks import Accepted
from konferanse.presentations.forms import SLIDES_MISSING, chosen
from konferanse.presentations.handing_in import Part
from konferanse.presentations.models import Presentation, SlideDeadline
from konferanse.presentations.unacceptable import Unacceptable
from konferanse.programme import editing, speaker_editing
from konferanse.programme.forms import Choice, Whole
from konferanse.programme.kinds import PART_LABELS
from konferanse.programme.models import Speaker
from konferanse.programme.speaker_editing import AboutValues, SpeakerValues

CLOCK = re.compile(r"([01]?\d|2[0-3])[.:]?([0-5]\d)")
DATE_FORMATS = ("%Y-%m-%d", "%d.%m.%Y")
NO_SUMMARY = _l("Lysbildene er publisert, så de må ha et sammendrag. Skriv noen setninger.")


class AboutForm(Form):
    """What is told of a speaker. Made by ``of``, which adds the hours of each day."""

    bio = Paragraphs(_l("Om deg"), max_length=2000)
    picture = FileField(_l("Bilde av deg"))
    drop_picture = BooleanField(_l("Ta bort bildet"))
    picture_alt = Line(_l("Hva bildet viser"), max_length=300)
    consent = BooleanField(_l("Dere kan vise teksten og bildet på nettsidene for konferansen"))
    wishes = Paragraphs(_l("Hva trenger du der du skal snakke?"), max_length=1000)
    no_slides = BooleanField(_l("Jeg bruker ikke lysbilder"))

    conference: Conference
    portrait: BytesIO | None = None

    @classmethod
    def of(cls, conference: Conference, speaker: Speaker | None = None, **kwargs: Any) -> Any:
        """A form for ``speaker``, or for a new one of ``conference``; what was posted comes first."""
        fields = {}
        for n, day in enumerate(conference.dates):
            name = weekday_heading(day)
            fields[f"from_{n}"] = Line(_("%(day)s, fra kl.", day=name), max_length=8)
            fields[f"to_{n}"] = Line(_("%(day)s, til kl.", day=name), max_length=8)
        made = type(cls.__name__, (cls,), {"conference": conference, **cls.more(speaker), **fields})
        return made(**(cls.stored(conference, speaker) if speaker else {}), **kwargs)

    @classmethod
    def more(cls, speaker: Speaker | None) -> dict[str, Any]:
        """Fields that depend on whom it is about."""
        return {}

    @classmethod
    def stored(cls, conference: Conference, speaker: Speaker) -> dict[str, Any]:
        """What the form shows before anybody has typed."""
        known = speaker_editing.hours(speaker)
        shown: dict[str, Any] = {name: getattr(speaker, name) for name in ("bio", "picture_alt", "wishes", "no_slides")} | {
            "consent": speaker.consent is not None
        }
        for n, day in enumerate(conference.dates):
            if day in known:
                shown |= {f"from_{n}": f"{known[day][0]:%H.%M}", f"to_{n}": f"{known[day][1]:%H.%M}"}
        return shown

    @property
    def days(self) -> list[tuple[date, Any, Any]]:
        """Each day with its two fields."""
        return [(day, self[f"from_{n}"], self[f"to_{n}"]) for n, day in enumerate(self.conference.dates)]

    def check(self, speaker: Speaker | None) -> bool:
        """Validate fields, hours and picture together. ``portrait`` is what to store."""
        valid = bool(self.validate_on_submit())
        for day, start, end in self.days:
            self._check_hours(day, start, end)
        upload = chosen(self.picture)
        if upload is not None:
            try:
                self.portrait = photographs.redrawn(cast("BinaryIO", upload.stream), speaker_editing.PORTRAIT)
            except photographs.NoPicture as refusal:
                self.picture.errors = [refusal.message]
        stays = speaker is not None and speaker.picture_id is not None and not self.drop_picture.data
        if (upload is not None or stays) and not self.picture_alt.data and not self.picture_alt.errors:
            self.picture_alt.errors = [_("Skriv hva bildet viser, for eksempel «Kari Nordmann smiler mot kameraet».")]
        return valid and not self.errors

    def about(self) -> AboutValues:
        """What was filled in, once it is valid."""
        hours = {day: (_clock(start.data), _clock(end.data)) for day, start, end in self.days if start.data and end.data}
        return AboutValues(
            bio=self.bio.data,
            picture_alt=self.picture_alt.data,
            consent=self.consent.data,
            wishes=self.wishes.data,
            no_slides=self.no_slides.data,
            hours={day: (start, end) for day, (start, end) in hours.items() if start and end},
        )

    def _check_hours(self, day: date, start: Any, end: Any) -> None:
        if start.errors or end.errors or not (start.data or end.data):
            return
        for field in (start, end):
            clock = _clock(field.data)
            if clock is None:
                field.errors = [_("Skriv klokkeslettet slik: 09.30")]
                return
            try:
                editing.moment(day, clock)
            except editing.NoSuchTime:
                field.errors = [_("Klokka stilles fram denne natta, så tidspunktet finnes ikke. Velg et annet.")]
                return
        if (_clock(end.data) or time()) <= (_clock(start.data) or time()):
            end.errors = [_("Slutten må være etter starten. Se over klokkeslettene.")]


class SpeakerForm(AboutForm):
    """A speaker as staff write it: who it is as well, and their part in each item."""

    name = Line(_l("Navn eller rolle"), max_length=200, missing=_l("Skriv navnet, eller rollen når navnet ikke er klart"))
    role = Line(_l("Stilling"), max_length=200)
    organisation = Line(_l("Virksomhet"), max_length=200)
    email = Line(_l("E-post"), max_length=320)
    language = Choice(_l("Språk i e-postene"), choices=list(LANGUAGES.items()), wrong=_l("Velg et av språkene i listen."))
    consent_was = HiddenField()  # what the tick was when the form was opened
    seen = HiddenField()  # what they had said of themselves then

    def begin_anew(self, speaker: Speaker, seen: str) -> None:
        """Go on from what they say now (``seen``), with what staff typed. A consent is theirs: the tick is as they left it."""
        self.seen.data = seen
        self.consent.data = speaker.consent is not None
        self.consent_was.data = "1" if self.consent.data else ""

    @classmethod
    def more(cls, speaker: Speaker | None) -> dict[str, Any]:
        """The part in each item."""
        labels = {
            "bio": Paragraphs(_l("Om innlederen"), max_length=2000),
            "picture": FileField(_l("Bilde")),
            "consent": BooleanField(_l("Innlederen har sagt ja til at tekst og bilde vises")),
            "wishes": Paragraphs(_l("Ønsker om utstyr"), max_length=1000),
            "no_slides": BooleanField(_l("Bruker ikke lysbilder")),
        }
        items = speaker_editing.items_of(speaker) if speaker else []
        wrong = _l("Velg en av delene i listen.")
        return labels | {
            _part_name(item.uid): Choice(item.title, choices=list(PART_LABELS.items()), wrong=wrong) for item in items
        }

    @classmethod
    def stored(cls, conference: Conference, speaker: Speaker) -> dict[str, Any]:
        """What the form shows before anybody has typed."""
        names = ("name", "role", "organisation", "email", "language")
        shown = super().stored(conference, speaker) | {name: getattr(speaker, name) for name in names}
        shown |= {"consent_was": "1" if speaker.consent else "", "seen": speaker_editing.told_by(speaker)}
        for item in speaker_editing.items_of(speaker):
            shown[_part_name(item.uid)] = next(row.part for row in item.speakers if row.speaker_id == speaker.id)
        return shown

    def validate_email(self, field: Any) -> None:
        """An address, where one is given."""
        if field.data:
            email_address(self, field)

    def who(self) -> SpeakerValues:
        """Who it is, once it is valid."""
        return SpeakerValues(self.name.data, self.role.data, self.organisation.data, self.email.data, self.language.data)

    def about_now(self, speaker: Speaker) -> AboutValues:
        """What is told of ``speaker``. A consent that staff have not touched stays as it is: the speaker may have taken it
        back while the form was open."""
        touched = bool(self.consent.data) != bool(self.consent_was.data)
        return self.about()._replace(consent=bool(self.consent.data) if touched else speaker.consent is not None)

    @property
    def part_fields(self) -> list[Any]:
        """The fields for the parts."""
        return [field for field in self if field.name.startswith("part_")]

    def parts(self) -> dict[UUID, str]:
        """The part in each item, by its uid."""
        return {UUID(field.name.removeprefix("part_")): field.data for field in self.part_fields}


class OwnSlidesForm(Form):
    """A speaker's slides for one item. A file is required until there is one."""

    file = FileField(_l("Lysbildene"))
    title = Line(_l("Tittel"), max_length=200, missing=_l("Skriv hva presentasjonen heter"))
    summary = Paragraphs(_l("Skriftlig sammendrag"), max_length=4000)
    accept = BooleanField(_l("Lysbildene og sammendraget kan publiseres på nettsidene for konferansen"))

    def __init__(self, part: Part, deck: Presentation | None, **kwargs: Any) -> None:
        """A form for ``deck``, or for the first one of ``part``."""
        stored: dict[str, Any] = {"title": part.item.title}
        if deck is not None:
            stored = {"title": deck.title, "summary": deck.summary, "accept": deck.accepted is not None}
        super().__init__(**stored, **kwargs)
        self.deck = deck
        self.accepted: Accepted | None = None

    def check(self) -> bool:
        """Validate fields and file together. ``accepted`` is the file to store."""
        valid = bool(self.validate_on_submit())
        upload = chosen(self.file)
        if upload is not None:
            try:
                self.accepted = checks.slides(cast("BinaryIO", upload.stream), upload.filename or "")
            except Unacceptable as refusal:
                self.file.errors = [refusal.message]
        elif self.deck is None or self.deck.file is None:
            self.file.errors = [str(SLIDES_MISSING)]
        if self.deck is not None and self.deck.published and self.accept.data and not self.summary.data:
            self.summary.errors = [str(NO_SUMMARY)]
        if self.errors and self.accepted is not None:
            self.accepted.content.close()
        return valid and not self.errors


class Day(DateField):  # type: ignore[misc]
    """A date as browsers send it or as people type it, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        for form in DATE_FORMATS if text else ():
            try:
                self.data = datetime.strptime(text, form).replace(tzinfo=OSLO).date()
            except ValueError:
                continue
            return
        if text:
            raise ValueError(_("Skriv datoen slik: 24.10.2026"))


class DeadlineForm(Form):
    """When slides are due, and when those who lack something are reminded."""

    due = Day(_l("Siste dag for å levere"))
    remind_days = Whole(
        _l("Minn dem som mangler noe, så mange dager før"), most=60, wrong=_l("Skriv antall dager med tall, fra 0 til 60.")
    )
    tell = BooleanField(_l("Skriv til dem som har fått lenken og mangler lysbilder, hvis datoen er en annen enn før"))

    def __init__(self, row: SlideDeadline | None, **kwargs: Any) -> None:
        stored = {"due": row.due, "remind_days": row.remind_days} if row else {"remind_days": 7}
        super().__init__(**stored, tell=True, **kwargs)


def _part_name(uid: UUID) -> str:
    return f"part_{uid.hex}"


def _clock(text: str) -> time | None:
    found = CLOCK.fullmatch(text.strip())
    return time(int(found[1]), int(found[2])) if found else None
