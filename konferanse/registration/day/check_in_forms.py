"""Forms of the day itself."""

from uuid import uuid4

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import Optional

from konferanse.access.forms import ActForm
from konferanse.common.fields import Form, Line, email_address
from konferanse.registration import labels
from konferanse.registration.forms import Choice, a_uuid, fits_as_key, unsent


class ArrivalForm(ActForm):
    """One press. ``anyway`` says that the warning was read; ``origin`` is "list" when the button stood in a list."""

    dag = HiddenField()
    anyway = HiddenField()
    origin = HiddenField()


class WalkInForm(Form):
    """Somebody who is not signed up and stands at the desk."""

    key = HiddenField()
    dag = HiddenField()
    name = Line(_l("Navn"), max_length=120, missing=_l("Skriv navnet"))
    organisation = Line(_l("Virksomhet"), max_length=200, missing=_l("Skriv hvor deltakeren kommer fra"))
    organisation_type = Choice(_l("Hva slags virksomhet?"), labels.TYPES, _l("Velg hva slags virksomhet deltakeren kommer fra"))
    county = Choice(_l("Fylke"), labels.COUNTIES, _l("Velg fylke"))
    email = Line(_l("E-post"), max_length=254, validators=[Optional(), email_address, fits_as_key])
    anyway = BooleanField(_l("Slipp inn selv om det ikke er plass"))

    validate_key = a_uuid

    @classmethod
    def new(cls, name: str = "") -> "WalkInForm":
        """An empty one, or the one that was sent."""
        return cls(data=unsent({"key": str(uuid4()), "name": name}))
