"""The form for how people sign up: seats and other limits, when, and who decides."""

import re
from collections.abc import Iterator
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import DateTimeLocalField, IntegerField, ValidationError

from konferanse.common.clock import OSLO, local
from konferanse.common.fields import Form, Paragraphs
from konferanse.common.language import weekday_date
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import labels
from konferanse.registration.forms import Ways, unsent
from konferanse.registration.ledger import DIGITAL, EACH, PLACE, Key
from konferanse.registration.models import Organisation, SeatLimit
from konferanse.registration.organisations import organisation_key
from konferanse.registration.signup import Setup

MOST = 100_000
LONGEST_OFFER = 336  # two weeks
NAME_AND_NUMBER = re.compile(r"(.+?)[\s;:,=]+(\d{1,6})")


class Count(IntegerField):  # type: ignore[misc]
    """A number of people; empty for no limit."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was typed, with or without a space in it."""
        typed = "".join(valuelist[0].split()) if valuelist else ""
        self.data = None
        if not typed:
            return
        if not typed.isascii() or not typed.isdigit() or len(typed) > 6 or int(typed) > MOST:
            raise ValueError(_("Skriv et tall mellom 0 og 100 000, eller la feltet stå tomt"))
        self.data = int(typed)


class Moment(DateTimeLocalField):  # type: ignore[misc]
    """A Norwegian date and time; empty for none."""

    data: Any

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was chosen, in a year that makes sense."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Skriv dato og klokkeslett slik: 2027-06-01 09:00")) from error
        if self.data and not 2000 <= self.data.year <= 2100:
            raise ValueError(_("Skriv et årstall mellom 2000 og 2100"))


class SetupForm(Form):
    """How people sign up. ``of`` adds a field for each day and each type of organisation."""

    page_last = ("mode", "freed", "offer_hours")

    seats = Count(_l("Plasser på stedet"))
    digital = Count(_l("Digitale plasser"))
    each = Count(_l("Plasser til hver virksomhet"))
    organisations = Paragraphs(_l("Virksomheter med eget tall"), max_length=20_000)
    signup_opens = Moment(_l("Påmeldingen åpner"))
    signup_closes = Moment(_l("Påmeldingen stenger"))
    mode = Ways(
        _l("Hvem får plass?"),
        {
            "open": _l("Den som melder seg på først, så lenge det er plass"),
            "moderated": _l("De dere velger, når alle som vil, har meldt seg"),
        },
        _l("Velg hvem som får plass"),
    )
    freed = Ways(
        _l("Når en plass blir ledig"),
        {
            "now": _l("Den første i køen får plassen med en gang"),
            "offer": _l("Den første i køen får et tilbud og må svare ja"),
        },
        _l("Velg hva som skjer når en plass blir ledig"),
    )
    offer_hours = Count(_l("Timer til å svare"))

    days: tuple[str, ...] = ()
    types: tuple[str, ...] = tuple(f"type_{code}" for code in labels.TYPES)

    @classmethod
    def of(cls, conference: Conference) -> "SetupForm":
        """The form with what is set now."""
        days = {f"day_{day.isoformat()}": Count(weekday_date(day).capitalize()) for day in conference.dates}
        types = {f"type_{code}": Count(label) for code, label in labels.TYPES.items()}
        order = ("signup_opens", "signup_closes", "seats", "digital", *days, "each", "organisations")
        named = {**days, **types, "days": tuple(days), "page_first": order}
        ours = cast(type[SetupForm], type("ConferenceSetupForm", (cls,), named))
        return ours(data=unsent(_held(conference)))

    def limits(self) -> dict[Key, int]:
        """What is set, as ``ledger`` names it, but organisations by the name that was written."""
        named: list[tuple[Key, int | None]] = [
            (PLACE, self.seats.data),
            (DIGITAL, self.digital.data),
            (EACH, self.each.data),
            *((("day", name.removeprefix("day_")), self[name].data) for name in self.days),
            *((("type", name.removeprefix("type_")), self[name].data) for name in self.types),
            *((("organisation", name), number) for name, number in self._exceptions()),
        ]
        return {key: number for key, number in named if number is not None}

    def setup(self) -> Setup:
        """What a valid form asks for."""
        opens, closes = (f.data.replace(tzinfo=OSLO) if f.data else None for f in (self.signup_opens, self.signup_closes))
        hours = self.offer_hours.data if self.freed.data == "offer" else None
        return Setup(self.limits(), opens, closes, hours, self.mode.data)

    def field_of(self, key: Key) -> Any:
        """The field that sets the limit ``key``."""
        kind, subject = key
        names = {"conference": "seats", "digital": "digital", "day": f"day_{subject}", "type": f"type_{subject}"}
        return self[names.get(kind, "each" if key == EACH else "organisations")]

    @property
    def limits_types(self) -> bool:
        """Whether any type of organisation has a limit, or something wrong where one should be."""
        return any(self[name].data is not None or self[name].errors for name in self.types)

    def _exceptions(self) -> Iterator[tuple[str, int]]:
        for line in (self.organisations.data or "").split("\n"):
            if found := NAME_AND_NUMBER.fullmatch(line.strip()):
                yield found[1], int(found[2])

    def validate_organisations(self, field: Any) -> None:
        """A name and a number on each line, no organisation twice."""
        seen: dict[str, int] = {}
        for number, line in enumerate(field.data.split("\n"), 1):
            if not line.strip():
                continue
            found = NAME_AND_NUMBER.fullmatch(line.strip())
            if not found or len(found[1]) > 200 or int(found[2]) > MOST:
                raise ValidationError(_("Linje %(n)s: Skriv navnet og så antallet, for eksempel «Bærum kommune; 10»", n=number))
            key = organisation_key(found[1])
            if key in seen:
                raise ValidationError(_("Linje %(n)s: Virksomheten står også på linje %(m)s", n=number, m=seen[key]))
            seen[key] = number

    def validate_signup_closes(self, field: Any) -> None:
        """It closes after it opens."""
        if self.signup_opens.data and field.data and field.data <= self.signup_opens.data:
            raise ValidationError(_("Påmeldingen må stenge etter at den åpner"))

    def validate_offer_hours(self, field: Any) -> None:
        """An offer has an end."""
        if self.freed.data == "offer" and not 2 <= (field.data or 0) <= LONGEST_OFFER and not field.errors:
            raise ValidationError(_("Skriv hvor mange timer den som får tilbudet, har på seg: mellom 2 og 336"))


def _held(conference: Conference) -> dict[str, Any]:
    """The form's values for what is set now."""
    here = SeatLimit.conference_id == conference.id
    known = select(Organisation.key, Organisation.name)
    limited = select(SeatLimit.subject).where(here, SeatLimit.kind == "organisation")
    names = {row[0]: row[1] for row in db.session.execute(known.where(Organisation.key.in_(limited)))}
    values: dict[str, Any] = {
        "seats": conference.seats,
        "mode": conference.signup_mode,
        "freed": "now" if conference.offer_hours is None else "offer",
        "offer_hours": conference.offer_hours,
    }
    for name, moment in (("signup_opens", conference.signup_opens), ("signup_closes", conference.signup_closes)):
        values[name] = local(moment).replace(tzinfo=None, second=0, microsecond=0) if moment else None
    exceptions = []
    for row in db.session.scalars(select(SeatLimit).where(here).order_by(SeatLimit.subject)):
        if row.kind == "organisation" and row.subject:
            exceptions.append(f"{names.get(row.subject, row.subject)}; {row.seats}")
        else:
            values[{"organisation": "each", "digital": "digital"}.get(row.kind, f"{row.kind}_{row.subject}")] = row.seats
    return values | {"organisations": exceptions}
