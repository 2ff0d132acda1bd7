"""Forms for tables, seats and tasks."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from konferanse.common.fields import Form, Line, Paragraphs, required
from konferanse.groups.tables import MOST
from konferanse.groups.tasks import KIND_LABELS

COUNT_HELP = _l("Skriv hvor mange bord det skal være, for eksempel 24")
MINUTES_HELP = _l("Skriv tiden i hele minutter, fra 1 til 600, eller la feltet stå tomt")


class CountForm(Form):
    """How many tables."""

    count = IntegerField(
        _l("Antall bord"), validators=[required(COUNT_HELP), NumberRange(0, MOST, message=_l("Velg mellom 0 og 500 bord"))]
    )


class CompositionForm(Form):
    """Which sectors sit at a table."""

    composition = Line(_l("Hvem som sitter ved bordet"), max_length=300)


class MoveForm(Form):
    """Seat somebody; choices are the conference's people and tables."""

    person = SelectField(_l("Hvem"), validators=[required(_l("Velg hvem som skal flyttes"))])
    table = SelectField(_l("Til bord"), choices=[])


class TaskForm(Form):
    """A task."""

    title = Line(_l("Spørsmålet bordene skal svare på"), max_length=200, missing=_l("Skriv hva bordene skal svare på"))
    text = Paragraphs(_l("Forklaring og eksempler"), max_length=2000)
    kind = SelectField(_l("Hva slags svar du ønsker"), choices=list(KIND_LABELS.items()))
    minutes = IntegerField(_l("Tid i minutter"), validators=[Optional(), NumberRange(1, 600, message=MINUTES_HELP)])
    is_tryout = BooleanField(_l("Dette er en prøveoppgave"))


class ExtendForm(Form):
    """More time."""

    minutes = IntegerField(validators=[required(MINUTES_HELP), NumberRange(1, 600, message=MINUTES_HELP)])
