"""What moderators decide of an answer."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField
from wtforms.validators import NumberRange
from wtforms.widgets import CheckboxInput

from konferanse.common.fields import Form, Line, required


class ReadingForm(Form):
    """The version that was read, the words to hide ("start-end"), the fields of their own to hide, and why the answer is left
    out of the plan, or ""."""

    base_version = IntegerField(validators=[required(_l("Last siden på nytt")), NumberRange(1, 2**31 - 1)])
    hide = SelectMultipleField(_l("Ord som skal skjules"), option_widget=CheckboxInput(), validate_choice=False)
    own = SelectMultipleField(_l("Felt som skal skjules"), option_widget=CheckboxInput(), validate_choice=False)
    aside = Line(_l("Hvorfor svaret ikke tas med i planen"), max_length=200)
