"""Sign-in and staff forms."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from konferanse.common.fields import Form, Line, email_address


class SignInForm(Form):
    """Ask for a sign-in link."""

    email = Line(_l("E-post"), max_length=254, missing=_l("Skriv e-postadressen din"), validators=[email_address])


class StaffForm(Form):
    """Add a member of staff."""

    name = Line(_l("Navn"), max_length=120, missing=_l("Skriv navnet"))
    email = Line(_l("E-post"), max_length=254, missing=_l("Skriv e-postadressen"), validators=[email_address])
    is_admin = BooleanField(_l("Administrator: lager konferanser og legger til kolleger"))


class ActForm(Form):
    """A form of one button; it carries the token only."""
