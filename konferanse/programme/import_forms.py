"""The form that takes in a programme somebody made elsewhere."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField

from konferanse.common.fields import Form, Paragraphs

MOST_PASTED = 500_000


class ImportForm(Form):
    """A file, or a text pasted from a document."""

    file = FileField(_l("Fil"))
    text = Paragraphs(_l("Eller lim inn programmet"), max_length=MOST_PASTED)
    replace = BooleanField(_l("Ta ut programposter som ikke står i filen"))
