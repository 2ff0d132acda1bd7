"""The form for copying a day. It is asked by GET and done by POST, whose token the page's button carries."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, ValidationError

from konferanse.common.fields import Form
from konferanse.common.language import weekday_heading
from konferanse.conference.models import Conference
from konferanse.programme.forms import Choice

DAY_WRONG = _l("Velg en av dagene konferansen varer.")


class CopyDayForm(Form):
    """One day of the conference onto another."""

    class Meta(Form.Meta):
        csrf = False

    source = Choice(_l("Kopier alt fra"), name="fra", wrong=DAY_WRONG)
    target = Choice(_l("Kopier til"), name="til", wrong=DAY_WRONG)
    with_speakers = BooleanField(_l("Ta med innlederne"), name="innledere")

    def __init__(self, conference: Conference, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source.choices = self.target.choices = [(day.isoformat(), weekday_heading(day)) for day in conference.dates]

    def validate_target(self, field: Any) -> None:
        """Another day."""
        if field.data == self.source.data:
            raise ValidationError(_("Velg en annen dag enn den du kopierer fra."))

    def days(self) -> tuple[date, date]:
        """From and to, once they are valid."""
        return date.fromisoformat(self.source.data), date.fromisoformat(self.target.data)
