"""How long a conference keeps people and health data."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import NumberRange

from konferanse.common.fields import Form, required
from konferanse.conference.forms import HEALTH_HELP, PEOPLE_HELP


class RetentionForm(Form):
    """Days after the last date."""

    retention_days = IntegerField(
        _l("Dager før påmeldingene slettes"), validators=[required(PEOPLE_HELP), NumberRange(1, 1095, PEOPLE_HELP)]
    )
    health_days = IntegerField(
        _l("Dager før helseopplysningene slettes"), validators=[required(HEALTH_HELP), NumberRange(0, 30, HEALTH_HELP)]
    )
