"""Forms of the plan's editor."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, SelectField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from konferanse.common.fields import Form, Line, Paragraphs
from konferanse.conference.forms import DATE_FORMATS, lines
from konferanse.plan.editing import Words
from konferanse.plan.models import PlanLine
from konferanse.plan.wording import CHAPTER_LABELS


class LineForm(Form):
    """What a line says. ``based_on`` is the revision the person saw."""

    text = Paragraphs(_l("Tekst"), max_length=4000, missing=_l("Skriv hva linjen skal si"))
    owner = Line(_l("Ansvarlig"), max_length=300)
    contributors = Paragraphs(_l("Medvirkende, én på hver linje"), max_length=2000)
    deadline = DateField(_l("Frist"), format=DATE_FORMATS, validators=[Optional()])
    deadline_text = Line(_l("Frist med ord"), max_length=300)
    indicator = Line(_l("Indikator: hvordan ser vi at det virker?"), max_length=300)
    based_on = IntegerField(widget=HiddenInput(), default=0)
    fill = HiddenField()

    @classmethod
    def showing(cls, line: PlanLine, fill: str) -> "LineForm":
        """The form filled with a line as it stands."""
        form = cls(formdata=None, obj=line, based_on=line.revision, fill=fill)
        form.contributors.data = "\n".join(line.contributors)
        return form

    def words(self) -> Words:
        """What was typed."""
        return Words(
            self.text.data,
            self.owner.data,
            lines(self.contributors.data),
            self.deadline.data,
            self.deadline_text.data,
            self.indicator.data,
        )

    def validate_deadline(self, field: Any) -> None:
        """WTForms' own message is English; this one says how to mend it."""
        if field.errors:
            field.errors = [_l("Skriv datoen slik: 01.10.2019")]


class AddForm(Form):
    """A line of one's own."""

    chapter = SelectField(_l("Kapittel"), choices=list(CHAPTER_LABELS.items()))
    theme = Line(_l("Tema"), max_length=200, missing=_l("Skriv temaet linjen hører til"))
    text = Paragraphs(_l("Tekst"), max_length=4000, missing=_l("Skriv hva linjen skal si"))


class ChapterForm(Form):
    """Which chapter a line belongs to."""

    chapter = SelectField(_l("Kapittel"), choices=list(CHAPTER_LABELS.items()))


class MergeForm(Form):
    """Which line to be part of: its number, as shown."""

    number = Line(
        _l("Nummeret på linjen den skal bli en del av"), max_length=12, missing=_l("Skriv nummeret, for eksempel 2.3")
    )


class RemoveForm(Form):
    """Why a line is left out; it is what the people who wrote the answers get to read."""

    reason = Line(_l("Hvorfor tas den ikke inn?"), max_length=300, missing=_l("Skriv hvorfor, så de som svarte, får vite det"))


class ThemeForm(Form):
    """A better name for a theme."""

    old = HiddenField()
    name = Line(_l("Navn på temaet"), max_length=200, missing=_l("Skriv hva temaet skal hete"))


class PublishForm(Form):
    """What the version is called."""

    name = Line(_l("Navn på utgaven"), max_length=200, missing=_l("Skriv hva utgaven heter, for eksempel «Utkast til høring»"))


class PlanForm(Form):
    """The plan's title and introduction."""

    title = Line(_l("Tittel"), max_length=200)
    introduction = Paragraphs(_l("Innledning"), max_length=4000)
