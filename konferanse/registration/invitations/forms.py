"""The organiser's forms for invitations, and those on the page of an invited organisation's contact."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField, ValidationError

from konferanse.common.clock import today
from konferanse.common.fields import Form, Line, Paragraphs, email_address
from konferanse.common.language import LANGUAGES
from konferanse.conference.models import Conference
from konferanse.registration import labels
from konferanse.registration.forms import ATTENDANCE_MISSING, AttendanceForm, Choice, Days, Ways, a_uuid, fits_as_key, unsent
from konferanse.registration.invitations.invitations import Delegate, Invited
from konferanse.registration.invitations.pasted import MOST_SEATS
from konferanse.registration.models import Invitation
from konferanse.registration.setup_forms import Count


class Day(DateField):
    """A date; empty for none."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was chosen."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = datetime.strptime(valuelist[0], "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
        except ValueError as error:
            raise ValueError(_("Velg en dato, eller skriv den slik: 2027-06-26")) from error


class _HoldForm(Form):
    """How long seats are held."""

    page_last = ("held_until",)

    held_until = Day(_l("Hold plassene til og med"))

    def validate_held_until(self, field: Any) -> None:
        """A day to come."""
        if field.data and not today() <= field.data <= date(2100, 1, 1):
            raise ValidationError(_("Velg i dag eller en dag som kommer"))


def _seats(_form: Form, field: Any) -> None:
    if not field.errors and not 1 <= (field.data or 0) <= MOST_SEATS:
        raise ValidationError(_("Skriv et tall fra 1 til 1000"))


class InviteForm(_HoldForm):
    """One organisation to invite."""

    organisation = Line(_l("Virksomhet"), max_length=200, missing=_l("Skriv navnet på virksomheten"))
    organisation_type = Choice(_l("Hva slags virksomhet?"), labels.TYPES, _l("Velg hva slags virksomhet det er"))
    county = Choice(_l("Fylke"), labels.COUNTIES, _l("Velg fylke"))
    contact_name = Line(_l("Kontaktperson"), max_length=120)
    contact_email = Line(
        _l("E-post til kontaktpersonen"), max_length=254, missing=_l("Skriv e-postadressen"), validators=[email_address]
    )
    language = SelectField(_l("Språk i e-posten"), choices=list(LANGUAGES.items()))
    seats = Count(_l("Plasser"))

    validate_seats = _seats

    @classmethod
    def of(cls, conference: Conference) -> "InviteForm":
        """An empty one, or the one that was sent."""
        return cls(data=unsent({"language": conference.language, "held_until": _usual(conference), "seats": 2}))

    @property
    def invited(self) -> Invited:
        """What a valid form asks for."""
        return Invited(
            organisation=self.organisation.data,
            contact_email=self.contact_email.data,
            seats=self.seats.data,
            type=self.organisation_type.data,
            county=self.county.data,
            contact_name=self.contact_name.data,
        )


class ListForm(_HoldForm):
    """Many organisations as lines. ``sure`` once the organiser has seen what the lines come to."""

    lines = Paragraphs(_l("Virksomhetene"), max_length=400_000, missing=_l("Lim inn minst én linje"))
    language = SelectField(_l("Språk i e-posten"), choices=list(LANGUAGES.items()))
    sure = BooleanField()

    @classmethod
    def of(cls, conference: Conference) -> "ListForm":
        """An empty one, or the one that was sent."""
        return cls(data=unsent({"language": conference.language, "held_until": _usual(conference)}))


class HoldForm(_HoldForm):
    """Another number of seats, or another date."""

    seats = Count(_l("Plasser"))

    validate_seats = _seats

    @classmethod
    def of(cls, invitation: Invitation) -> "HoldForm":
        """What is held now, or the form that was sent."""
        return cls(data=unsent({"seats": invitation.seats, "held_until": invitation.held_until}))


class _Person(Form):
    """Somebody who comes. Without an address the contact looks after the seat."""

    name = Line(_l("Navn"), max_length=120, missing=_l("Skriv navnet på den som kommer"))
    email = Line(_l("E-post"), max_length=254)

    def validate_email(self, field: Any) -> None:
        """None, or one that works."""
        if field.data:
            email_address(self, field)
            fits_as_key(self, field)


class DelegateForm(_Person, AttendanceForm):
    """One more who comes."""

    key = HiddenField()
    attendance = Ways(_l("Hvordan?"), labels.ATTENDANCE_SHORT, ATTENDANCE_MISSING)
    days = Days(_l("Hvilke dager?"))

    validate_key = a_uuid

    @classmethod
    def of(cls, conference: Conference) -> "DelegateForm":
        """With every day ticked, or as it was sent."""
        days = [day.isoformat() for day in conference.dates]
        form = cls(data=unsent({"key": str(uuid4()), "days": days, "attendance": "physical"}))
        form.days.offer(conference)
        return form

    @property
    def delegate(self) -> Delegate:
        """What a valid form asks for."""
        return Delegate(self.name.data, self.email.data, self.attendance.data, self.days.dates)


class ReplaceForm(_Person):
    """Somebody else in the place of one who cannot come."""


def _usual(conference: Conference) -> date | None:
    """Two weeks before the conference, when that is to come."""
    usual = date.fromordinal(conference.first_date.toordinal() - 14)
    return usual if usual > today() else None
