"""Forms for mail from the organiser."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, HiddenField, IntegerField, SelectField, ValidationError
from wtforms.validators import Optional

from konferanse.common.clock import OSLO, local, now
from konferanse.common.fields import Form, Line, Paragraphs
from konferanse.common.language import LANGUAGES, weekday_date
from konferanse.conference.models import Conference
from konferanse.registration import labels
from konferanse.registration.forms import Ways, a_uuid, unsent
from konferanse.registration.mail import mailings, wording
from konferanse.registration.mail.mailings import Wanted
from konferanse.registration.models import Mailing

SUBJECT, TEXT = 150, 10_000
SOON, LATEST = timedelta(minutes=1), timedelta(days=3 * 365)


class Pick(SelectField):
    """A list to choose one from; the first choice is no limit."""

    def __init__(self, label: Any, none: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=[("", none)], validate_choice=False, **kwargs)
        self.none = none

    def offer(self, choices: dict[str, Any]) -> None:
        """Add these choices."""
        self.choices = [("", self.none), *choices.items()]

    def pre_validate(self, form: Form) -> None:
        """One of the choices, or none."""
        if (self.data or "") not in dict(self.choices):
            raise ValidationError(_("Velg fra listen"))


def known_placeholders(_form: Form, field: Any) -> None:
    """Only placeholders that there are."""
    if complaint := wording.complaint(field.data or "", wording.GENERAL):
        raise ValidationError(complaint)


def _line(label: Any) -> Line:
    return Line(label, max_length=SUBJECT, validators=[known_placeholders])


def _paragraphs(label: Any) -> Paragraphs:
    return Paragraphs(label, max_length=TEXT, validators=[known_placeholders])


class MailingForm(Form):
    """A mail to many. ``subject`` and ``text`` are in the conference's language, the others beside them when given."""

    key = HiddenField()
    to = Ways(
        _l("Hvem skal få e-posten?"),
        {
            "all": _l("Alle påmeldte og ventelisten"),
            "confirmed": _l("De som har plass"),
            "offered": _l("De som har fått tilbud om plass"),
            "waiting": _l("Ventelisten"),
        },
        _l("Velg hvem som skal få e-posten"),
    )
    only = Pick(_l("Begrens til"), _l("Ingen begrensning"))
    day = Pick(_l("Dag"), _l("Alle dager"))
    attendance = Pick(_l("Deltar"), _l("På stedet og digitalt"))
    subject = Line(_l("Emne"), max_length=SUBJECT, missing=_l("Skriv hva e-posten gjelder"), validators=[known_placeholders])
    text = Paragraphs(_l("Tekst"), max_length=TEXT, missing=_l("Skriv teksten"), validators=[known_placeholders])
    subject_nb, text_nb = _line(_l("Emne på bokmål")), _paragraphs(_l("Tekst på bokmål"))
    subject_nn, text_nn = _line(_l("Emne på nynorsk")), _paragraphs(_l("Tekst på nynorsk"))
    subject_en, text_en = _line(_l("Emne på engelsk")), _paragraphs(_l("Tekst på engelsk"))
    entry = BooleanField(_l("Legg ved kalenderoppføringen slik den er nå"))
    when = Ways(
        _l("Når skal den sendes?"),
        {"now": _l("Når jeg trykker send"), "at": _l("På et tidspunkt"), "date": _l("Regnet fra en dato")},
        _l("Velg når e-posten skal sendes"),
    )
    send_at = DateTimeLocalField(_l("Tidspunkt"), validators=[Optional()])
    days = IntegerField(_l("Antall dager"), validators=[Optional()])
    side = SelectField(_l("Før eller etter"), choices=[("before", _l("før")), ("after", _l("etter"))], validate_choice=False)
    anchor = SelectField(_l("Dato"), choices=list(mailings.ANCHORS.items()), validate_choice=False)

    conference: Conference
    is_draft = False

    validate_key = a_uuid

    @classmethod
    def of(cls, conference: Conference, mailing: Mailing | None = None) -> "MailingForm":
        """The form for a new one, for ``mailing``, or as it was sent."""
        form = cls(data=unsent(_values(conference, mailing)))
        form.conference = conference
        form.only.offer({key: found.label for key, found in mailings.AUDIENCES.items()})
        form.day.offer(_days(conference, form.day.data or ""))
        form.attendance.offer(labels.ATTENDANCE_SHORT)
        return form

    @property
    def others(self) -> list[str]:
        """The languages that ``subject`` and ``text`` are not in."""
        return [code for code in LANGUAGES if code != self.conference.language]

    @property
    def has_others(self) -> bool:
        """Whether anything is written in them."""
        return any(self[f"{name}_{code}"].data for code in self.others for name in ("subject", "text"))

    def allow_unfinished(self) -> None:
        """A draft may lack what is not written yet."""
        self.is_draft = True
        self.subject.missing = self.text.missing = None

    def wanted(self) -> Wanted:
        """The mailing a valid form asks for."""
        texts = {self.conference.language: {"subject": self.subject.data, "text": self.text.data}}
        for code in self.others:
            given = {"subject": self[f"subject_{code}"].data, "text": self[f"text_{code}"].data}
            if any(given.values()):
                texts[code] = given
        asked = {"status": self.to.data, "day": self.day.data, "attendance": self.attendance.data, "only": self.only.data}
        audience = {name: value for name, value in asked.items() if value}
        if self.entry.data:
            audience["entry"] = "yes"
        if self.when.data == "at" and self.send_at.data:
            return Wanted(texts, audience, send_at=self.send_at.data.replace(tzinfo=OSLO))
        if self.when.data == "date":
            days = self.days.data or 0
            return Wanted(texts, audience, anchor=self.anchor.data, days=days if self.side.data == "before" else -days)
        return Wanted(texts, audience)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that what the chosen time calls for is filled in: an empty field is not asked by itself."""
        valid: bool = super().validate(extra_validators)
        if self.is_draft:
            return valid
        asked = {"at": (self.send_at, _("Skriv dato og klokkeslett")), "date": (self.days, _("Skriv antall dager"))}
        field, message = asked.get(self.when.data, (None, ""))
        if field is not None and field.data is None and not field.errors:
            field.errors = [message]
            return False
        return valid

    def validate_send_at(self, field: Any) -> None:
        """Ahead of us."""
        if self.when.data != "at":
            return
        known = field.data is not None and 2000 < field.data.year < 2200
        ahead = field.data.replace(tzinfo=OSLO) - now() if known else timedelta(-1)
        field.errors[:] = []
        if not SOON <= ahead <= LATEST:
            raise ValidationError(_("Velg et tidspunkt som ikke er passert, og høyst tre år fram"))

    def validate_days(self, field: Any) -> None:
        """A number of days."""
        if self.when.data == "date" and not 0 <= (-1 if field.data is None else field.data) <= 365:
            field.errors[:] = []
            raise ValidationError(_("Skriv et antall dager fra 0 til 365"))

    def validate_side(self, field: Any) -> None:
        """Before or after."""
        if self.when.data == "date" and field.data not in ("before", "after"):
            raise ValidationError(_("Velg før eller etter"))

    def validate_anchor(self, field: Any) -> None:
        """A date that is known, and not past."""
        if self.when.data != "date":
            return
        if field.data not in mailings.ANCHORS:
            raise ValidationError(_("Velg datoen det regnes fra"))
        if not self.is_draft and mailings.anchor_date(self.conference, field.data) is None:
            raise ValidationError(_("Denne datoen er ikke satt ennå. Sett den først, eller velg en annen."))


def _days(conference: Conference, chosen: str) -> dict[str, str]:
    """Each day, and the several that a draft may be to."""
    days = {day.isoformat(): weekday_date(day) for day in conference.dates}
    several = chosen.split()
    if len(several) > 1 and all(day in days for day in several):
        days[chosen] = ", ".join(days[day] for day in several)
    return days


def _values(conference: Conference, mailing: Mailing | None) -> dict[str, Any]:
    if mailing is None:
        return {"key": str(uuid4()), "to": "all", "when": "now", "days": 2, "side": "before"}
    audience = mailing.audience
    own = mailing.texts.get(conference.language, {})
    values = {"key": str(mailing.uid), "to": audience.get("status", "all"), "entry": bool(audience.get("entry"))}
    values |= {name: audience.get(name, "") for name in ("only", "day", "attendance")}
    values |= {"subject": own.get("subject", ""), "text": own.get("text", "")}
    for code in LANGUAGES:
        if code != conference.language:
            values |= {f"{name}_{code}": mailing.texts.get(code, {}).get(name, "") for name in ("subject", "text")}
    values |= {"when": "at" if mailing.send_at else ("date" if mailing.anchor else "now"), "anchor": mailing.anchor}
    values |= {"days": abs(mailing.days), "side": "after" if mailing.days < 0 else "before"}
    if mailing.send_at:
        values["send_at"] = local(mailing.send_at).replace(tzinfo=None, second=0, microsecond=0)
    return values


class LetterForm(Form):
    """The organiser's own words in one letter; a field left empty means that ours are used."""

    subject = Line(_l("Emne"), max_length=SUBJECT)
    text = Paragraphs(_l("Innledning"), max_length=4000)

    kind: wording.Kind

    def validate_subject(self, field: Any) -> None:
        """Only placeholders that this letter has."""
        self._check(field)

    def validate_text(self, field: Any) -> None:
        """Only placeholders that this letter has."""
        self._check(field)

    def _check(self, field: Any) -> None:
        if complaint := wording.complaint(field.data or "", self.kind.names):
            raise ValidationError(complaint)
