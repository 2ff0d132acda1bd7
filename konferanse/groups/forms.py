"""Forms for tables, seats and tasks."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FileField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, ValidationError

from konferanse.common.fields import Form, Line, Paragraphs, required
from konferanse.groups import table_lists
from konferanse.groups.models import Table
from konferanse.groups.tables import MOST
from konferanse.groups.tasks import KIND_LABELS, LONGEST_TEXT, LONGEST_TITLE, MOST_MINUTES, MOST_ROUNDS
from konferanse.groups.ways import COUNTY, MIXED, SECTOR
from konferanse.groups.wishes import KINDS

MOST_PLACED = 6  # rounds
WAY_LABELS = {MIXED: _l("Blandet"), SECTOR: _l("Etter sektor"), COUNTY: _l("Etter fylke")}
COUNT_HELP = _l("Skriv hvor mange bord det skal være, for eksempel 24")
MINUTES_HELP = _l("Skriv tiden i hele minutter, fra 1 til 600, eller la feltet stå tomt")
ROUND_HELP = _l("Skriv runden som et tall fra 1 til 20")


class CountForm(Form):
    """How many tables."""

    count = IntegerField(
        _l("Antall bord"), validators=[required(COUNT_HELP), NumberRange(0, MOST, message=_l("Velg mellom 0 og 500 bord"))]
    )


class CompositionForm(Form):
    """Which sectors sit at a table, and whom it is for."""

    composition = Line(_l("Hvem som sitter ved bordet"), max_length=300)
    is_accessible = BooleanField(_l("Bordet er lett å komme til og har plass til rullestol"))
    is_digital = BooleanField(_l("Bordet er for dem som deltar digitalt"))


class ArrangeForm(Form):
    """Place everybody, for so many rounds."""

    rounds = SelectField(_l("Runder"), choices=[(str(n), "") for n in range(1, MOST_PLACED + 1)])

    ways = FieldList(
        SelectField(choices=list(WAY_LABELS.items()), default=MIXED), min_entries=MOST_PLACED, max_entries=MOST_PLACED
    )

    @property
    def composed(self) -> list[str]:
        """How each of the rounds is put together."""
        return [str(way) for way in self.ways.data[: int(self.rounds.data)]]


class WishForm(Form):
    """Who is to sit with whom; choices are the conference's people."""

    person = SelectField(_l("Hvem"), validators=[required(_l("Velg hvem ønsket gjelder"))])
    kind = RadioField(_l("Hva"), choices=list(KINDS.items()), validators=[required(_l("Velg hva du ønsker"))])
    other = SelectField(_l("Sammen med eller borte fra hvem"))


class HoldForm(Form):
    """Who stays at a table when everybody is placed anew; choices are those who sit there."""

    people = SelectMultipleField(_l("Blir sittende her"))


class MoveForm(Form):
    """Seat somebody; choices are the conference's people and tables."""

    person = SelectField(_l("Hvem"), validators=[required(_l("Velg hvem som skal flyttes"))])
    table = SelectField(_l("Til bord"), choices=[])


class JoinForm(Form):
    """Which table to sit at instead."""

    into = SelectField(_l("Slå sammen med"), validators=[required(_l("Velg hvilket bord de skal sitte ved"))])


class TaskForm(Form):
    """A task."""

    title = Line(
        _l("Spørsmålet bordene skal svare på"), max_length=LONGEST_TITLE, missing=_l("Skriv hva bordene skal svare på")
    )
    text = Paragraphs(_l("Forklaring og eksempler"), max_length=LONGEST_TEXT)
    kind = SelectField(_l("Hva slags svar du ønsker"), choices=list(KIND_LABELS.items()))
    minutes = IntegerField(_l("Tid i minutter"), validators=[Optional(), NumberRange(1, MOST_MINUTES, message=MINUTES_HELP)])
    asks_owner = BooleanField(_l("Spør også om ansvarlig"))
    asks_deadline = BooleanField(_l("Spør også om frist"))
    is_tryout = BooleanField(_l("Dette er en prøveoppgave"))
    round = IntegerField(_l("Runde"), default=1, validators=[Optional(), NumberRange(1, MOST_ROUNDS, message=ROUND_HELP)])
    tables = Line(_l("Hvilke bord"), max_length=1000)
    known: Sequence[Table] = ()  # the conference's
    asked: Sequence[Table] = ()  # those that were written, once the form is validated

    def validate_tables(self, field: Line) -> None:
        """Refuse what is no table."""
        try:
            self.asked = table_lists.read(field.data or "", self.known)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class TaskFileForm(Form):
    """A sheet of tasks."""

    file = FileField(_l("Fil (CSV eller XLSX)"))


class ExtendForm(Form):
    """More time."""

    minutes = IntegerField(validators=[required(MINUTES_HELP), NumberRange(1, MOST_MINUTES, message=MINUTES_HELP)])
