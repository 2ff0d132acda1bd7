"""The form of the letters that wait after the programme is published."""

from flask_babel import lazy_gettext as _l

from konferanse.common.fields import Form, Paragraphs


class LettersForm(Form):
    """Send the chosen letters to speakers. ``words`` are put into each of them."""

    words = Paragraphs(_l("Egne ord i brevene"), max_length=2000)
