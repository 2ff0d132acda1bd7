"""Let somebody else come instead."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from konferanse.access.requires import requires
from konferanse.access.signin import address_key
from konferanse.common.fields import Form, Line, email_address
from konferanse.common.language import language
from konferanse.common.worker import wake
from konferanse.conference.access import PUBLIC
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db, limiter
from konferanse.registration.access import PARTICIPANT_LINK, hold
from konferanse.registration.forms import fits_as_key, phone_number
from konferanse.registration.models import Registration
from konferanse.registration.personal import substitution
from konferanse.registration.routes import LINKS, bp


class SubstituteForm(Form):
    """Who comes instead."""

    name = Line(_l("Navn"), max_length=120, missing=_l("Skriv navnet på den som kommer i stedet"))
    email = Line(
        _l("E-post"),
        max_length=254,
        missing=_l("Skriv e-postadressen til den som kommer i stedet"),
        validators=[email_address, fits_as_key],
    )
    phone = Line(_l("Telefon"), max_length=30, validators=[phone_number])

    def __init__(self, registration: Registration) -> None:
        """The form of the person who gives the seat on."""
        super().__init__()
        self.own = registration.email_key

    def validate_email(self, field: Line) -> None:
        """Somebody else's."""
        if self.own and address_key(field.data) == self.own:
            raise ValidationError(_("Dette er din egen adresse. Skriv adressen til den som kommer i stedet."))


@bp.get("/min/<token>/vikar")
@requires(PARTICIPANT_LINK)
def substitute(registration: Registration, token: str) -> ResponseReturnValue:
    """The form."""
    return _page(registration, token, SubstituteForm(registration))


@bp.post("/min/<token>/vikar")
@limiter.limit(LINKS)
@requires(PARTICIPANT_LINK)
def hand_over(registration: Registration, token: str) -> ResponseReturnValue:
    """Give the seat on. The page says the same whoever was signed up before."""
    form = SubstituteForm(registration)
    if not form.validate_on_submit():
        return _page(registration, token, form), 422
    begin_write()
    hold(registration, token)
    other = substitution.Substitute(form.name.data, form.email.data, form.phone.data, language())
    substitution.hand_over(registration, other)
    slug = registration.conference.slug
    db.session.commit()
    wake()
    return redirect(url_for(".handed_over", slug=slug), 303)


@bp.get("/k/<slug>/pamelding/gitt-videre")
@requires(PUBLIC)
def handed_over(conference: Conference) -> ResponseReturnValue:
    """Thanks. The personal link works no more, so this page is the same for everybody."""
    return render_template("registration/personal/handed_over.html", conference=conference)


def _page(registration: Registration, token: str, form: SubstituteForm) -> str:
    return render_template(
        "registration/personal/substitute.html",
        conference=registration.conference,
        registration=registration,
        token=token,
        form=form,
        possible=substitution.possible(registration),
    )
