"""Form fields that take what people type: trimmed, NFC, LF, no control characters, and messages that say how to mend it."""

import unicodedata
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, FileField, MultipleFileField, StringField, TextAreaField, ValidationError
from wtforms.validators import StopValidation


class Form(FlaskForm):
    """Base of every form; ``fill`` messages come from our own catalogues, not WTForms'.

    WTForms keeps fields in the order they were declared, across all bases. Where a page shows them in another, ``page_first``
    and ``page_last`` name those that come before and after the rest.
    """

    page_first: tuple[str, ...] = ()
    page_last: tuple[str, ...] = ()

    class Meta(FlaskForm.Meta):
        locales = ["nb"]

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, in fields it can be meant for: a file for a text field, and a JSON body, are nobody's form."""
            sent = None if request.is_json else super().wrap_formdata(form, formdata)
            if not isinstance(sent, CombinedMultiDict):
                return sent
            takes_files = {field.name for field in form if isinstance(field, FileField | MultipleFileField)}
            files = MultiDict((name, file) for name, file in request.files.items(multi=True) if name in takes_files)
            return CombinedMultiDict([files, request.form])

    def in_page_order(self) -> list[Field]:
        """The fields as a reader meets them, for the list of what to mend."""
        known: dict[str, Field] = self._fields
        between = [name for name in known if name not in self.page_first + self.page_last]
        return [known[name] for name in (*self.page_first, *between, *self.page_last) if name in known]


def clean(text: str | None) -> str:
    """``text`` trimmed, in NFC and with LF line ends; lone surrogates become U+FFFD."""
    value = (text or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def printable(text: str) -> str:
    """``text`` without what no page can show: control characters but tab and line feed (PostgreSQL refuses NUL),
    noncharacters, and U+FFFD, which stands for bytes that were no text."""
    return "".join(c for c in text if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and not _no_character(c)))


def _no_character(c: str) -> bool:
    return c == "\ufffd" or "\ufdd0" <= c <= "\ufdef" or ord(c) & 0xFFFE == 0xFFFE


def unprintable(text: str) -> bool:
    """Whether ``text`` holds anything no page can show."""
    return not (text.isascii() and text.isprintable()) and printable(text) != text


class _Text:
    """What ``Line`` and ``Paragraphs`` share: a length, and whether it must be filled in."""

    def __init__(self, label: str, *, max_length: int, missing: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, filters=[clean], **kwargs)  # type: ignore[call-arg]
        self.max_length, self.missing = max_length, missing

    def pre_validate(self, form: Form) -> None:
        text: str = self.data or ""  # type: ignore[attr-defined]
        if not text and self.missing:
            raise StopValidation(self.missing)
        if len(text) > self.max_length:
            over = len(text) - self.max_length
            raise StopValidation(_("Kort ned teksten med %(n)s tegn. Det er plass til %(max)s.", n=over, max=self.max_length))
        if unprintable(text):
            raise StopValidation(_("Teksten har tegn som ikke kan vises. Skriv den på nytt uten å lime inn."))

    def _value(self) -> str:
        """What is shown when the form comes back: what was typed, as far as a page can show it."""
        return printable(self.data or "")  # type: ignore[attr-defined]


class Line(_Text, StringField):
    """One line of text. ``missing`` is the message when it is empty; without it the field may be empty."""

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if "\n" in (self.data or ""):
            raise StopValidation(_("Skriv teksten på én linje."))


class Paragraphs(_Text, TextAreaField):
    """Text over several lines. A stored list is shown with one entry on each line."""

    def process_data(self, value: str | list[str] | None) -> None:
        super().process_data("\n".join(value) if isinstance(value, list) else value)


def required(message: str) -> Any:
    """A validator for choices, dates and numbers: ``message`` when nothing was given."""

    def check(_form: Form, field: Field) -> None:
        if field.data in (None, "", []):
            field.errors[:] = []
            raise StopValidation(message)

    check.field_flags = {"required": True}  # type: ignore[attr-defined]
    return check


def email_address(_form: Form, field: Field) -> None:
    """Refuse what is not an e-mail address (RFC 5321 length, no deliverability look-up)."""
    try:
        validate_email(field.data, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValidationError(_("Skriv e-postadressen slik: navn@virksomhet.no")) from error


EMAIL_MISSING = _l("Skriv e-postadressen din")
