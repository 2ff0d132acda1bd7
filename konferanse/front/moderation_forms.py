"""What moderators decide of an answer."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField
from wtforms.validators import NumberRange
from wtforms.widgets import CheckboxInput

from konferanse.common.fields import Form, Line, required
from konferanse.front.moderation import Word


class ReadingForm(Form):
    """The version that was read, the words to hide ("start-end") and why the answer is left out of the plan, or ""."""

    base_version = IntegerField(validators=[required(_l("Last siden på nytt")), NumberRange(1, 2**31 - 1)])
    hide = SelectMultipleField(_l("Ord som skal skjules"), option_widget=CheckboxInput(), validate_choice=False)
    aside = Line(_l("Hvorfor svaret ikke tas med i planen"), max_length=200)

    def offer(self, words: list[Word]) -> None:
        """Let it choose among ``words``."""
        self.hide.choices = [(word.name, word.text) for word in words]
