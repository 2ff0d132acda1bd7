"""Forms for the table's page and for the staff's."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange

from konferanse.answers.models import MAX_LENGTH, MAX_OWN, OWN
from konferanse.answers.notices import LONGEST
from konferanse.common.fields import Form, Line, Paragraphs, required

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


class ImportForm(Form):
    """A sheet of answers."""

    file = FileField(_l("Fil (CSV eller XLSX)"))
    create = BooleanField(_l("Lag bord og oppgaver som mangler"))
