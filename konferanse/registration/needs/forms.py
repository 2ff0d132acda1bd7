"""Health data in forms: what a person tells with a consent of its own, and what the organiser asks and answers."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, ValidationError
from wtforms.validators import Optional

from konferanse.common.fields import Form, Line, Paragraphs
from konferanse.conference.models import Conference
from konferanse.registration.needs import needs
from konferanse.registration.needs.needs import Texts

NEED_LENGTH = 1000
DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]


class NeedsForm(Form):
    """Allergies, adjustments and interpreter, with a consent of their own (GDPR art. 9(2)(a))."""

    allergies = Paragraphs(_l("Allergier og matønsker"), max_length=NEED_LENGTH)
    access_needs = Paragraphs(_l("Behov for tilrettelegging"), max_length=NEED_LENGTH)
    interpreter = Line(_l("Tolk"), max_length=200)
    accept_health = BooleanField(_l("Jeg samtykker i at arrangøren lagrer dette for å legge til rette for meg"))

    def ask_as(self, conference: Conference) -> None:
        """Leave out the interpreter when the conference does not ask, or no longer."""
        if not needs.takes_interpreter(conference):
            del self.interpreter

    @property
    def texts(self) -> Texts:
        """What was written; None for the interpreter when that was not asked."""
        return Texts(self.allergies.data, self.access_needs.data, self.interpreter.data if self.interpreter else None)

    def validate_accept_health(self, field: Any) -> None:
        """Nothing is kept without consent."""
        if any(self.texts) and not field.data:
            raise ValidationError(_("Kryss av for samtykke, eller tøm feltene om allergier, tilrettelegging og tolk"))


class InterpreterForm(Form):
    """Whether participants are asked if they need an interpreter, and until when."""

    asks_interpreter = BooleanField(_l("Spør deltakerne om de trenger tolk"))
    interpreter_until = DateField(_l("Siste dag de kan be om tolk"), format=DATE_FORMATS, validators=[Optional()])

    def validate_interpreter_until(self, field: Any) -> None:
        """A year people use; the browser's date field lets anything through."""
        if field.data and not 2000 <= field.data.year <= 2100:
            raise ValidationError(_("Skriv et årstall mellom 2000 og 2100"))
