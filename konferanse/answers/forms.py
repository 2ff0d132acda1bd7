"""Forms for the table's page and for the staff's."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import AnyOf, NumberRange, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from konferanse.answers.flip_charts import LONGEST as LONGEST_SIDE
from konferanse.answers.models import MAX_LENGTH, MAX_OWN, OWN, WebWindow
from konferanse.answers.notices import LONGEST
from konferanse.answers.web_input import asked
from konferanse.common import photographs
from konferanse.common.clock import OSLO, local
from konferanse.common.fields import Form, Line, Paragraphs, required
from konferanse.groups.models import GroupTask
from konferanse.registration.setup_forms import Moment

MOST_TYPED = 200_000


class OwnFields(Form):
    """What a table may say in fields of their own; which of them a page has, its task decides."""

    owner = Line(_l("Hvem bør ha ansvaret?"), max_length=MAX_OWN)
    deadline = Line(_l("Når bør det være gjort?"), max_length=MAX_OWN)
    page_last = OWN

    def own(self) -> dict[str, str | None]:
        """Owner and deadline, None for one the page had no field for."""
        return {name: self[name].data if self[name].raw_data else None for name in OWN}

    def tell(self, field: str, message: str) -> None:
        """Say what is to be mended at its field, or at the text."""
        self[field if field in OWN else "text"].errors = [message]


class AnswerForm(OwnFields):
    """One answer from a table. ``ref`` is made with the form, so that sending twice is one answer."""

    ref = HiddenField()
    task = HiddenField()
    text = Paragraphs(_l("Skriv ett svar"), max_length=MAX_LENGTH, missing=_l("Skriv et svar først"))


class EditForm(OwnFields):
    """An edit, and the version it was made on."""

    base_version = IntegerField(validators=[NumberRange(1, 2**31 - 1)])
    text = Paragraphs(_l("Svaret deres"), max_length=MAX_LENGTH, missing=_l("Skriv et svar, eller trekk det"))


class VersionForm(Form):
    """A button about one version."""

    base_version = IntegerField(validators=[required(_l("Last siden på nytt")), NumberRange(1, 2**31 - 1)])


class MoveForm(Form):
    """Which way an answer goes on the page."""

    way = StringField(validators=[AnyOf(("opp", "ned"))])


class SwitchForm(Form):
    """On or off, for one task where it is about one."""

    on = BooleanField()
    task = StringField()


class NoticeForm(Form):
    """Something to say to all tables."""

    text = Line(_l("Melding til alle bordene"), max_length=LONGEST, missing=_l("Skriv meldingen først"))


class PaperForm(Form):
    """Answers typed in from a table's paper. ``key`` makes a repeat harmless."""

    key = HiddenField()
    table = SelectField(lazy_pgettext("one", "Bord"), validators=[required(_l("Velg hvilket bord arket kommer fra"))])
    task = SelectField(_l("Oppgave"), validators=[required(_l("Velg hvilken oppgave arket svarer på"))])
    lines = Paragraphs(_l("Svarene, ett på hver linje"), max_length=MOST_TYPED, missing=_l("Skriv minst ett svar"))


class FlipChartForm(Form):
    """A photograph of a flip chart. ``photo`` is drawn anew once validated."""

    table = SelectField(lazy_pgettext("one", "Bord"), validators=[required(_l("Velg hvilket bord arket kommer fra"))])
    task = SelectField(_l("Oppgave"), validators=[required(_l("Velg hvilken oppgave arket svarer på"))])
    file = FileField(_l("Bilde av arket"))
    photo: BytesIO | None = None

    def validate_file(self, field: Any) -> None:
        """A photograph we can read."""
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(_l("Velg bildet av arket"))
        try:
            self.photo = photographs.redrawn(field.data.stream, LONGEST_SIDE)
        except photographs.NoPicture as refusal:
            raise ValidationError(refusal.message) from refusal


class LinesForm(Form):
    """Answers read off a photograph. ``key`` makes a repeat harmless."""

    key = HiddenField()
    lines = Paragraphs(_l("Svarene, ett på hver linje"), max_length=MOST_TYPED, missing=_l("Skriv minst ett svar"))


class ImportForm(Form):
    """A sheet of answers."""

    file = FileField(_l("Fil (CSV eller XLSX)"))
    create = BooleanField(_l("Lag bord og oppgaver som mangler"))


class Tasks(SelectMultipleField):
    """Checkboxes, one for each task by its ref."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **kwargs)

    def pre_validate(self, form: Form) -> None:
        """Only tasks of the conference."""
        if not set(self.data or ()) <= {value for value, _label in self.choices}:
            raise StopValidation(_("Velg blant oppgavene i listen"))


class WindowForm(Form):
    """From when to when the web gives input, and about what."""

    tasks = Tasks(_l("Hva skal folk svare på?"))
    opens = Moment(_l("Åpner"))
    closes = Moment(_l("Stenger"))
    introduction = Paragraphs(_l("Innledning"), max_length=1000)

    @classmethod
    def of(cls, window: WebWindow | None, tasks: Sequence[GroupTask], *, fresh: bool = False) -> "WindowForm":
        """The form as ``window`` is; with ``fresh`` whatever was sent."""
        values: dict[str, Any] = {"tasks": [task.ref for task in asked(window)]}
        if window is not None:
            times = {"opens": window.opens, "closes": window.closes}
            values |= {name: local(at).replace(tzinfo=None, second=0, microsecond=0) for name, at in times.items() if at}
            values["introduction"] = window.introduction
        form = cls(formdata=None, **values) if fresh else cls(**values)
        form.tasks.choices = [(task.ref, task.title) for task in tasks]
        return form

    def validate_tasks(self, field: Any) -> None:
        """Something to answer, once it opens."""
        if self.opens.data and not field.data:
            raise ValidationError(_("Velg minst én oppgave folk skal svare på"))

    def validate_closes(self, field: Any) -> None:
        """After it opens."""
        if field.data and not self.opens.data:
            raise ValidationError(_("Skriv også når det åpner"))
        if field.data and self.opens.data and field.data <= self.opens.data:
            raise ValidationError(_("Velg et tidspunkt etter at det åpner"))

    def moment(self, name: str) -> datetime | None:
        """What ``name`` (opens or closes) says, as a moment."""
        data: datetime | None = self[name].data
        return data.replace(tzinfo=OSLO) if data else None
