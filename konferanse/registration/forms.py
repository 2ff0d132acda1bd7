"""Sign-up, self-service and the staff's forms."""

import re
from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid4

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from konferanse.access.signin import address_key
from konferanse.common.fields import EMAIL_MISSING, Form, Line, Paragraphs, email_address
from konferanse.common.language import weekday_date
from konferanse.conference.models import Conference
from konferanse.registration import labels
from konferanse.registration.models import Registration
from konferanse.registration.needs.forms import NeedsForm
from konferanse.registration.seats import SignUp

PHONE = re.compile(r"\+?[0-9 ()./-]{3,30}")
ATTENDANCE_MISSING = _l("Velg om du kommer til stedet eller følger digitalt")


class Choice(SelectField):
    """A list to choose one from, with nothing chosen beforehand."""

    def __init__(self, label: Any, choices: dict[str, Any], missing: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=[("", _l("Velg")), *choices.items()], validate_choice=False, **kwargs)
        self.missing = missing

    def pre_validate(self, form: Form) -> None:
        """Something was chosen, and from the list."""
        if self.data not in dict(self.choices) or not self.data:
            raise StopValidation(str(self.missing))


class Ways(RadioField):
    """Radio buttons that say in our words what is missing."""

    def __init__(self, label: Any, choices: dict[str, Any], missing: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=list(choices.items()), validate_choice=False, **kwargs)
        self.missing = missing

    def pre_validate(self, form: Form) -> None:
        """One was chosen."""
        if self.data not in dict(self.choices):
            raise StopValidation(str(self.missing))


class Days(SelectMultipleField):
    """Checkboxes, one for each date of the conference. ``dates`` holds what was ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **kwargs)

    def offer(self, conference: Conference) -> None:
        """Offer the dates of ``conference``."""
        self.choices = [(day.isoformat(), weekday_date(day)) for day in conference.dates]

    def pre_validate(self, form: Form) -> None:
        """At least one day, and only days of the conference."""
        if not self.data:
            raise StopValidation(_("Velg minst én dag"))
        known = {value for value, _label in self.choices}
        if any(value not in known for value in self.data):
            raise StopValidation(_("Velg blant dagene i listen. Konferansen varer ikke lenger enn dem."))

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates ticked."""
        return tuple(date.fromisoformat(value) for value in self.data)


def unsent(values: dict[str, Any]) -> dict[str, Any] | None:
    """``values`` to fill a form with, unless it was sent: what is missing in a sent form must not be filled in."""
    return None if request.method == "POST" else values


def a_uuid(_form: Form, field: Any) -> None:
    """A key is a UUID; anything else is swapped for a new one, so that the form can be sent again."""
    try:
        UUID(field.data)
    except (ValueError, TypeError, AttributeError) as error:
        field.data = str(uuid4())
        raise ValidationError(_("Skjemaet var skadet. Se over det og send det på nytt.")) from error


def fits_as_key(_form: Form, field: Any) -> None:
    """An address stays short enough when it is folded for comparison."""
    if len(address_key(field.data)) > 320:
        raise ValidationError(_("Skriv e-postadressen slik: navn@virksomhet.no"))


def phone_number(_form: Form, field: Any) -> None:
    """Digits, and what people put between them."""
    if field.data and not PHONE.fullmatch(field.data):
        raise ValidationError(_("Skriv telefonnummeret med tall, for eksempel 22 22 22 22"))


class PersonForm(Form):
    """Who somebody is."""

    key = HiddenField()
    name = Line(_l("Navn"), max_length=120, missing=_l("Skriv navnet ditt"))
    email = Line(_l("E-post"), max_length=254, missing=EMAIL_MISSING, validators=[email_address, fits_as_key])
    phone = Line(_l("Telefon"), max_length=30, validators=[phone_number])
    organisation = Line(
        _l("Virksomhet"), max_length=200, missing=_l("Skriv hvor du kommer fra, for eksempel arbeidsplassen din")
    )
    organisation_type = Choice(_l("Hva slags virksomhet?"), labels.TYPES, _l("Velg hva slags virksomhet du kommer fra"))
    county = Choice(_l("Fylke"), labels.COUNTIES, _l("Velg fylke"))
    inviter = Line(_l("Hvem inviterte deg?"), max_length=200)

    validate_key = a_uuid


class AttendanceForm(Form):
    """Which days, and how."""

    attendance = Ways(_l("Hvordan deltar du?"), labels.ATTENDANCE, ATTENDANCE_MISSING)
    days = Days(_l("Hvilke dager kommer du?"))


class ChangeForm(AttendanceForm):
    """Change them. ``may_wait`` is asked of somebody digital when every seat is taken."""

    may_wait = BooleanField(_l("Sett meg på ventelisten hvis alle plassene er tatt"))

    @classmethod
    def of(cls, registration: Registration) -> "ChangeForm":
        """The form with what is chosen now."""
        form = cls(
            data=unsent({"days": [day.isoformat() for day in registration.dates], "attendance": registration.attendance})
        )
        form.days.offer(registration.conference)
        return form


class SignUpForm(PersonForm, AttendanceForm, NeedsForm):
    """The public form (field names: the contract)."""

    # The organiser's questions, added later, stand between the two.
    page_last = ("allergies", "access_needs", "interpreter", "accept_health", "accept_privacy")

    accept_privacy = BooleanField(_l("Jeg har lest hvordan opplysningene mine blir brukt"))
    leave_empty = StringField(_l("La dette feltet stå tomt"))  # a trap: people do not see it, programs fill in everything

    def validate_accept_privacy(self, field: Any) -> None:
        """Ticked."""
        if not field.data:
            raise ValidationError(_("Les om personvern og kryss av for at du har lest det"))


class PhoneForm(PersonForm, AttendanceForm):
    """Somebody phoned; an e-mail address is not asked of everybody."""

    page_first = ("name", "email", "phone", "organisation", "organisation_type", "county")

    name = Line(_l("Navn"), max_length=120, missing=_l("Skriv navnet"))
    email = Line(_l("E-post"), max_length=254, validators=[Optional(), email_address, fits_as_key])
    organisation = Line(_l("Virksomhet"), max_length=200, missing=_l("Skriv hvor deltakeren kommer fra"))


F = TypeVar("F", SignUpForm, PhoneForm)


def new(form_class: type[F], conference: Conference) -> F:
    """An empty form with every day ticked, or the one that was sent."""
    days = [day.isoformat() for day in conference.dates]
    form = form_class(data=unsent({"key": str(uuid4()), "days": days, "attendance": "physical"}))
    form.days.offer(conference)
    if isinstance(form, NeedsForm):
        form.ask_as(conference)
    return form


def wish(form: SignUpForm | PhoneForm, **more: Any) -> SignUp:
    """What a valid form asks for."""
    return SignUp(
        name=form.name.data,
        email=form.email.data,
        phone=form.phone.data,
        organisation=form.organisation.data,
        organisation_type=form.organisation_type.data,
        county=form.county.data,
        inviter=form.inviter.data,
        attendance=form.attendance.data,
        days=form.days.dates,
        **more,
    )


class LostLinkForm(Form):
    """Send me my link again."""

    email = Line(_l("E-post"), max_length=254, missing=EMAIL_MISSING, validators=[email_address, fits_as_key])


class ReplyForm(Form):
    """What was done about a need. ``seen`` says what the organiser read: it is the moment it was written."""

    seen = HiddenField()
    status = Ways(_l("Status"), labels.NEED_STATUSES, _l("Velg hva som er gjort"))
    reply = Paragraphs(_l("Svar til deltakeren"), max_length=2000)


class CallOffForm(Form):
    """Postpone or cancel the conference."""

    status = Ways(
        _l("Hva har skjedd?"),
        {"postponed": _l("Konferansen er utsatt"), "cancelled": _l("Konferansen er avlyst")},
        _l("Velg om konferansen er utsatt eller avlyst"),
    )
    note = Paragraphs(
        _l("Hvorfor, og hva skjer nå?"), max_length=600, missing=_l("Skriv hvorfor, så de som har meldt seg på, forstår det")
    )
