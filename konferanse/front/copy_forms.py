"""The form for a new conference from an earlier one."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from konferanse.common.errors import Refused
from konferanse.common.fields import Form, Line, required
from konferanse.conference import lifecycle
from konferanse.conference.forms import ADDRESS_MISSING, DATE_FORMATS, DATE_HELP, PERMISSION_LABELS, free_address
from konferanse.conference.models import Conference, Membership
from konferanse.front.copying import Wanted
from konferanse.registration.forms import Ways, unsent


class CopyForm(Form):
    """What the new one is called, when it begins, and what comes along that need not."""

    title = Line(_l("Tittel"), max_length=200, missing=_l("Skriv hva konferansen heter"))
    slug = Line(_l("Adresse"), max_length=80, missing=ADDRESS_MISSING, validators=[free_address])
    first_date = DateField(_l("Første dag"), format=DATE_FORMATS, validators=[required(DATE_HELP)])
    mandate = Ways(
        _l("Oppdrag"),
        {
            "new": _l("Et nytt oppdrag, med det gamle som utgangspunkt"),
            "same": _l("Det samme oppdraget, så konferansene får én felles plan"),
        },
        _l("Velg om oppdraget er nytt eller det samme"),
    )
    with_speakers = BooleanField(_l("Ta med navnene på innlederne"))
    colleagues = SelectMultipleField(
        _l("Kolleger som skal være med"),
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def __init__(self, source: Conference, staff: list[Membership], **kwargs: Any) -> None:
        """A form for copying ``source``, whose ``staff`` are offered."""
        usual = {"title": source.title, "mandate": "same" if source.kind == "regionsamling" else "new"}
        super().__init__(data=unsent(usual), **kwargs)
        self.source = source
        self.colleagues.choices = [(str(row.staff.uid), _colleague(row)) for row in staff]

    def validate_first_date(self, field: Any) -> None:
        """A date on which a conference may begin."""
        try:
            lifecycle.check_dates(field.data, field.data)
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        offered = {value for value, _label in self.colleagues.choices}
        return Wanted(
            self.slug.data,
            self.title.data,
            self.first_date.data,
            shares_mandate=self.mandate.data == "same",
            with_speakers=self.with_speakers.data,
            colleagues={UUID(uid) for uid in self.colleagues.data or [] if uid in offered},
        )


def _colleague(row: Membership) -> str:
    return f"{row.staff.name} ({'; '.join(str(PERMISSION_LABELS[p]) for p in row.permissions)})"
