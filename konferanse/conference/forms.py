"""Forms for a conference, its assignment, its host and its staff."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.no import orgnr
from wtforms import DateField, FileField, IntegerField, SelectField, SelectMultipleField, ValidationError
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from konferanse.common.errors import Refused
from konferanse.common.fields import Form, Line, Paragraphs, email_address, required
from konferanse.conference import lifecycle
from konferanse.conference.access import PERMISSIONS
from konferanse.conference.pictures import MAX_BYTES, content_type

KIND_LABELS = {
    "innspillskonferanse": _l("Innspillskonferanse"),
    "dialogkonferanse": _l("Dialogkonferanse"),
    "regionsamling": _l("Regionsamling"),
}
PERMISSION_LABELS = {
    "organiser": _l("Arrangør: alt unntatt helseopplysninger"),
    "programme": _l("Program og presentasjoner"),
    "needs": _l("Allergier og tilrettelegging (helseopplysninger)"),
    "moderation": _l("Bord, oppgaver og svar"),
    "plan": _l("Temaer og plan"),
    "read": _l("Lese"),
}
DATE_HELP = _l("Skriv datoen slik: 26.06.2019")
PEOPLE_HELP = _l("Skriv et tall mellom 1 og 1095")
HEALTH_HELP = _l("Skriv et tall mellom 0 og 30")
DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]


def lines(text: str) -> list[str]:
    """The non-empty lines of ``text``."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def free_address(_form: Form, field: Any) -> None:
    """Refuse the address of a new conference that it cannot have."""
    try:
        lifecycle.check_address(field.data)
    except Refused as refusal:
        raise ValidationError(refusal.message) from refusal


ADDRESS_MISSING = _l("Skriv adressen, for eksempel «inkludering-2019»")


class Lines(Paragraphs):
    """A list of texts, written one on each line."""

    def process_data(self, value: Any) -> None:
        """A stored list is shown as lines."""
        super().process_data("\n".join(value) if isinstance(value, list) else value)

    def populate_obj(self, obj: Any, name: str) -> None:
        """Lines are stored as a list."""
        setattr(obj, name, lines(self.data))


class NewConferenceForm(Form):
    """What a conference needs to exist; the rest is filled in along the way."""

    title = Line(_l("Tittel"), max_length=200, missing=_l("Skriv hva konferansen heter"))
    slug = Line(_l("Adresse"), max_length=80, missing=ADDRESS_MISSING, validators=[free_address])
    kind = SelectField(_l("Type"), choices=list(KIND_LABELS.items()))
    first_date = DateField(_l("Første dag"), format=DATE_FORMATS, validators=[required(DATE_HELP)])
    last_date = DateField(_l("Siste dag"), format=DATE_FORMATS, validators=[required(DATE_HELP)])
    seats = IntegerField(_l("Antall plasser"), validators=[Optional(), NumberRange(0, 100_000)])
    retention_days = IntegerField(
        _l("Dager før påmeldingene slettes"), default=180, validators=[required(PEOPLE_HELP), NumberRange(1, 1095, PEOPLE_HELP)]
    )
    health_days = IntegerField(
        _l("Dager før helseopplysningene slettes"),
        default=30,
        validators=[required(HEALTH_HELP), NumberRange(0, 30, HEALTH_HELP)],
    )


class ConferenceForm(Form):
    """Everything the public page says of the conference itself."""

    title = Line(_l("Tittel"), max_length=200, missing=_l("Skriv hva konferansen heter"))
    kind = SelectField(_l("Type"), choices=list(KIND_LABELS.items()))
    introduction = Paragraphs(_l("Innledning"), max_length=4000)
    first_date = DateField(_l("Første dag"), format=DATE_FORMATS, validators=[required(DATE_HELP)])
    last_date = DateField(_l("Siste dag"), format=DATE_FORMATS, validators=[required(DATE_HELP)])
    place = Line(_l("Sted"), max_length=200)
    address = Line(_l("Adresse"), max_length=300)
    goals = Lines(_l("Mål, ett på hver linje"), max_length=4000)
    audience = Lines(_l("Hvem som er invitert, én på hver linje"), max_length=4000)
    practical = Paragraphs(_l("Praktisk: adkomst, mat, reise"), max_length=4000)
    meeting_url = Line(_l("Møtelenke for dem som deltar digitalt"), max_length=500)
    contact_name = Line(_l("Kontaktperson"), max_length=120)
    contact_email = Line(_l("E-post til kontaktpersonen"), max_length=254, validators=[Optional(), email_address])
    contact_phone = Line(_l("Telefon til kontaktpersonen"), max_length=30)

    def validate_last_date(self, field: Any) -> None:
        """The last day is not before the first."""
        if self.first_date.data and field.data and field.data < self.first_date.data:
            raise ValidationError(_("Siste dag kan ikke være før første dag."))

    def validate_meeting_url(self, field: Any) -> None:
        """Only web addresses: a link is put on participants' pages."""
        if field.data and not field.data.startswith("https://"):
            raise ValidationError(_("Lenken må begynne med https://"))


class MandateForm(Form):
    """The assignment."""

    title = Line(_l("Hva oppdraget heter"), max_length=200, missing=_l("Skriv hva oppdraget heter"))
    giver = Line(_l("Hvem som ga oppdraget"), max_length=200)
    reference = Line(_l("Hvor det står"), max_length=200)
    summary = Paragraphs(_l("Oppdraget i to setninger"), max_length=600)
    text = Paragraphs(_l("Hele oppdraget"), max_length=20_000)
    target = Line(_l("Mål som kan måles"), max_length=400)
    plan_must_hold = Lines(_l("Hva planen skal inneholde, én ting på hver linje"), max_length=4000)
    report_by = DateField(_l("Frist for rapportering"), format=DATE_FORMATS, validators=[Optional()])


class HostForm(Form):
    """The organisation that answers for the data."""

    name = Line(_l("Virksomheten som er ansvarlig"), max_length=200, missing=_l("Skriv navnet på virksomheten"))
    org_nr = Line(_l("Organisasjonsnummer"), max_length=11)
    address = Line(_l("Adresse"), max_length=300)
    privacy_contact = Line(_l("Personvernombud eller kontakt"), max_length=200)
    privacy_email = Line(_l("E-post for personvern"), max_length=254, validators=[Optional(), email_address])
    accessibility_url = Line(_l("Lenke til tilgjengelighetserklæringen"), max_length=300)

    def validate_org_nr(self, field: Any) -> None:
        """Nine digits whose last one checks (the register's modulus 11)."""
        if not field.data:
            return
        try:
            field.data = orgnr.validate(field.data)
        except StdnumError as error:
            text = _("Organisasjonsnummeret har ni siffer, for eksempel 883 658 752. Se over at alle er riktige.")
            raise ValidationError(text) from error

    def validate_accessibility_url(self, field: Any) -> None:
        """Only web addresses."""
        if field.data and not field.data.startswith("https://"):
            raise ValidationError(_("Lenken må begynne med https://"))


class PictureForm(Form):
    """The picture on top of the page. ``content`` holds the bytes once validated; empty when only the words change."""

    file = FileField(_l("Bildefil"))
    alt = Line(_l("Hva bildet viser"), max_length=300, missing=_l("Beskriv bildet for dem som ikke ser det"))
    credit = Line(_l("Hvem som har tatt eller laget bildet"), max_length=200)
    content = b""

    def validate_file(self, field: Any) -> None:
        """A PNG, JPEG or WebP by content."""
        if not field.data or not getattr(field.data, "filename", ""):
            return
        self.content = field.data.read(MAX_BYTES + 1)
        if len(self.content) > MAX_BYTES:
            raise ValidationError(_("Bildet er større enn 2 MB. Gjør det mindre og prøv igjen."))
        if content_type(self.content) is None:
            raise ValidationError(_("Filen er ikke et bilde vi kan vise. Velg en PNG-, JPEG- eller WebP-fil."))


class ColleagueForm(Form):
    """Add a colleague, or change what one may do."""

    email = Line(_l("E-post"), max_length=254, missing=_l("Skriv e-postadressen til kollegaen"))
    permissions = SelectMultipleField(
        _l("Hva kollegaen kan gjøre"),
        choices=[(p, PERMISSION_LABELS[p]) for p in PERMISSIONS],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
