"""The form in which one person signs up several."""

from collections.abc import Iterator
from typing import Any, cast
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, ValidationError

from konferanse.access.signin import address_key
from konferanse.common.fields import Form, Line, email_address
from konferanse.conference.models import Conference
from konferanse.registration import labels
from konferanse.registration.forms import ATTENDANCE_MISSING, AttendanceForm, Choice, Days, Ways, a_uuid, fits_as_key, unsent
from konferanse.registration.seats import SignUp

MOST, AT_FIRST, MORE = 10, 3, 3


def _address(form: Form, field: Any) -> None:
    if field.data:
        email_address(form, field)
        fits_as_key(form, field)


class PartyForm(AttendanceForm):
    """Up to ten people from one organisation; the first is whoever fills it in. ``of`` adds a row for each person."""

    page_first = tuple(f"{name}_{number}" for number in range(1, MOST + 1) for name in ("name", "email"))
    page_last = ("attendance", "days", "accept_privacy")

    key = HiddenField()
    attendance = Ways(_l("Hvordan deltar dere?"), labels.ATTENDANCE_SHORT, ATTENDANCE_MISSING)
    days = Days(_l("Hvilke dager kommer dere?"))
    rows = HiddenField()
    organisation = Line(_l("Virksomhet"), max_length=200, missing=_l("Skriv hvor dere kommer fra"))
    organisation_type = Choice(_l("Hva slags virksomhet?"), labels.TYPES, _l("Velg hva slags virksomhet dere kommer fra"))
    county = Choice(_l("Fylke"), labels.COUNTIES, _l("Velg fylke"))
    accept_privacy = BooleanField(_l("Jeg har lest hvordan opplysningene blir brukt, og de andre vet at jeg melder dem på"))
    leave_empty = StringField(_l("La dette feltet stå tomt"))  # a trap, as in the form for one

    validate_key = a_uuid

    @classmethod
    def of(cls, conference: Conference) -> "PartyForm":
        """An empty form with every day ticked, or the one that was sent."""
        people: dict[str, Any] = {}
        for number in range(1, MOST + 1):
            people[f"name_{number}"] = Line(_l("Navn"), max_length=120)
            people[f"email_{number}"] = Line(_l("E-post"), max_length=254, validators=[_address])
        ours = cast(type[PartyForm], type("PartyFormWithRows", (cls,), people))
        days = [day.isoformat() for day in conference.dates]
        form = ours(data=unsent({"key": str(uuid4()), "days": days, "attendance": "physical", "rows": AT_FIRST}))
        form.days.offer(conference)
        return form

    @property
    def shown(self) -> int:
        """How many rows the page has: as many as were asked for, and never fewer than are filled in."""
        asked = str(self.rows.data)
        wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else AT_FIRST
        filled = max((n for n in range(1, MOST + 1) if self[f"name_{n}"].data or self[f"email_{n}"].data), default=0)
        return min(MOST, max(AT_FIRST, wanted, filled))

    def show_more(self) -> None:
        """Some more rows."""
        self.rows.data = str(min(MOST, self.shown + MORE))

    def people(self) -> Iterator[tuple[int, str, str]]:
        """Row, name and address of those who are filled in."""
        for number in range(1, MOST + 1):
            name, email = self[f"name_{number}"].data or "", self[f"email_{number}"].data or ""
            if name or email or number == 1:
                yield number, name, email

    def validate(self, extra_validators: Any = None) -> bool:
        """Each row whole, and no address twice."""
        valid = bool(super().validate(extra_validators))
        seen: set[str] = set()
        for number, name, email in self.people():
            own = _("Skriv navnet ditt") if number == 1 else _("Skriv navnet")
            self._require(f"name_{number}", name, own)
            self._require(f"email_{number}", email, _("Skriv e-postadressen. Alle får bekreftelse og egen lenke."))
            if email and address_key(email) in seen:
                self[f"email_{number}"].errors = [_("Adressen står to ganger. Alle trenger hver sin.")]
            seen.add(address_key(email))
        return valid and not self.errors

    def _require(self, name: str, value: str, message: str) -> None:
        if not value:
            self[name].errors = [message]

    def validate_accept_privacy(self, field: Any) -> None:
        """Ticked."""
        if not field.data:
            raise ValidationError(_("Les om personvern, si fra til de andre, og kryss av"))

    def wishes(self, **first: Any) -> list[SignUp]:
        """What a valid form asks for; ``first`` is said of whoever filled it in only, but the language of all."""
        language = first.pop("language", "nb")
        return [
            SignUp(
                name=name,
                email=email,
                organisation=self.organisation.data,
                organisation_type=self.organisation_type.data,
                county=self.county.data,
                attendance=self.attendance.data,
                days=self.days.dates,
                language=language,
                **(first if number == 1 else {}),
            )
            for number, name, email in self.people()
        ]
