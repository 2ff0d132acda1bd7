"""Forms that ask the organiser's questions, and the form a question is made in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import wraps
from typing import Any, NamedTuple, TypeVar, cast

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field, FileField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from konferanse.common.clock import today
from konferanse.common.fields import Form, Line, Paragraphs
from konferanse.common.storage import files
from konferanse.extensions import csrf
from konferanse.presentations.checks import Accepted
from konferanse.presentations.unacceptable import Unacceptable
from konferanse.registration.questions import attachments, questions
from konferanse.registration.questions.questions import Asked, Given

NUMBER_MOST = 1_000_000_000
RADIOS = 6  # more options than this are a list to open
F = TypeVar("F", bound=Form)
View = Callable[..., ResponseReturnValue]


class _Answer:
    """What the fields of questions share: not checked where it is not asked, and the answer as it is stored."""

    asked: Asked

    def __init__(self, asked: Asked, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)  # type: ignore[call-arg]
        self.asked = asked

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Right, or not asked of this person."""
        if not form.is_asked(self.asked):
            self.errors: Sequence[str] = []
            return True
        return bool(super().validate(form, extra_validators))  # type: ignore[misc]

    @property
    def answer(self) -> Any:
        """As ``QuestionAnswer.value``; None when nothing was answered."""
        return self.data or None  # type: ignore[attr-defined]

    def pre_validate(self, form: Any) -> None:
        """Answered where that is required."""
        super().pre_validate(form)  # type: ignore[misc]
        if self.asked.due(today()) and self.answer is None and not form.has(self.asked):
            raise StopValidation(_("Svar på «%(question)s»", question=self.asked.label))


class _Line(_Answer, Line):
    """A text on one line."""


class _Paragraphs(_Answer, Paragraphs):
    """A longer text."""


class _Number(_Answer, Line):
    """A number, with a comma or a point."""

    def pre_validate(self, form: Any) -> None:
        """A number, and not beyond what anybody means."""
        if self.data and (self.answer is None or abs(self.answer) > NUMBER_MOST):
            raise StopValidation(_("Skriv et tall, for eksempel 12 eller 2,5"))
        super().pre_validate(form)

    @property
    def answer(self) -> Any:
        """An int, or a float where decimals were written."""
        text = (self.data or "").replace(" ", "").replace("\u00a0", "").replace("\u2212", "-").replace(",", ".")
        digits = text.removeprefix("-")
        if not digits.isascii() or not digits.replace(".", "", 1).isdigit() or len(digits) > 20:
            return None
        number = float(text)
        return int(number) if number.is_integer() else number


class _Date(_Answer, Line):
    """A date, as browsers send it."""

    def pre_validate(self, form: Any) -> None:
        """A date in a century people live in."""
        if self.data and self.answer is None:
            raise StopValidation(_("Velg en dato, eller skriv den slik: 2027-06-26"))
        super().pre_validate(form)

    @property
    def answer(self) -> Any:
        """An ISO date."""
        try:
            day = date.fromisoformat(self.data or "")
        except ValueError:
            return None
        return day.isoformat() if 1900 <= day.year <= 2100 else None


class _Choice(_Answer):
    """One of the options."""

    def pre_validate(self, form: Any) -> None:
        """From the list."""
        if self.data and self.data not in dict(self.choices):  # type: ignore[attr-defined]
            raise StopValidation(_("Velg et av svarene i listen"))
        super().pre_validate(form)


class _Radios(_Choice, RadioField):
    """A few options."""


class _Select(_Choice, SelectField):
    """Many options."""


class _Choices(_Answer, SelectMultipleField):
    """Several of the options."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """From the list."""
        known = dict(self.choices)
        if any(value not in known for value in self.data or ()):
            raise StopValidation(_("Velg blant svarene i listen"))
        super().pre_validate(form)

    @property
    def answer(self) -> Any:
        """The values ticked, each once, in the list's order."""
        return [value for value, _words in self.choices if value in (self.data or ())] or None


class _Consent(_Answer, BooleanField):
    """Yes, or nothing: a consent is never required."""


class _File(_Answer, FileField):
    """A file. ``accepted`` is what was sent, once it has been looked at."""

    accepted: Accepted | None = None

    def pre_validate(self, form: Any) -> None:
        """A kind of file that is taken."""
        upload = self.data if isinstance(self.data, FileStorage) and self.data.filename else None
        if upload:
            try:
                self.accepted = attachments.accepted(cast(Any, upload.stream), upload.filename or "")
            except Unacceptable as refusal:
                raise StopValidation(refusal.message) from refusal
        super().pre_validate(form)

    @property
    def answer(self) -> Any:
        """What the file is called."""
        return self.accepted.name if self.accepted else None


class Part(NamedTuple):
    """One question in a form. ``when`` says when it applies: when the field called ``parent`` has ``value``."""

    asked: Asked
    field: Any
    when: str
    parent: str
    value: str
    is_due: bool


class _Asking:
    """A form that asks questions beside its own fields; ``held`` is what was answered before, by question id."""

    questions: Sequence[Asked] = ()
    held: Mapping[int, Any] = {}

    @property
    def takes_files(self) -> bool:
        """Whether the page must send it as multipart."""
        return any(q.kind == "file" for q in self.questions)

    def validate(self, extra_validators: Any = None) -> bool:
        """Right. A file must be chosen again when something else was wrong, since browsers do not keep it."""
        valid = bool(super().validate(extra_validators))  # type: ignore[misc]
        if not valid:
            for field in cast(Any, self):
                if isinstance(field, _File) and field.accepted and not field.errors:
                    field.errors = [_("Velg filen på nytt. Den følger ikke med når skjemaet må rettes.")]
        return valid

    def has(self, asked: Asked) -> bool:
        """Whether a file was sent before, which stands when none is sent now."""
        return asked.kind == "file" and asked.id in self.held

    def is_asked(self, asked: Asked) -> bool:
        """Whether the question applies to somebody who answers as this form does."""
        return questions.applies(asked, self._values(), {q.id: q for q in self.questions})

    def parts(self) -> list[Part]:
        """The questions with their fields, in order."""
        among = {q.id: q for q in self.questions}
        fields = cast(Any, self)
        found = []
        for q in self.questions:
            if q.name in fields:
                parent = among.get(q.parent) if q.parent else None
                name = parent.name if parent and parent.name in fields else ""
                value = "y" if parent and parent.kind == "consent" else q.parent_value
                found.append(Part(q, fields[q.name], when(q, parent), name, value, q.due(today())))
        return found

    def given(self, stored: Mapping[int, Any] | None = None) -> list[Given]:
        """What was answered. ``stored`` are the files on disk, by question id."""
        stored = stored or {}
        asked = [(part.asked, part.field.answer) for part in self.parts() if self.is_asked(part.asked)]
        return [Given(q.id, answer, stored.get(q.id)) for q, answer in asked if answer is not None]

    def emptied(self) -> list[int]:
        """The questions in this form that are not answered now; a file sent before stands where it is still asked for."""
        asked = [(part.asked, part.field.answer) for part in self.parts()]
        return [q.id for q, answer in asked if not self.is_asked(q) or (answer is None and not self.has(q))]

    def _values(self) -> dict[int, Any]:
        fields = cast(Any, self)
        sent = {q.id: fields[q.name].answer if q.name in fields else self.held.get(q.id) for q in self.questions}
        return {question_id: value for question_id, value in sent.items() if value is not None}


def asking(form_class: type[F], asked: Sequence[Asked], held: Mapping[int, Any] | None = None, *, consents: bool = True) -> Any:
    """``form_class`` with a field for each question; the class itself when there are none."""
    if not asked:
        return form_class
    held = held or {}
    fields = {q.name: _field(q, held.get(q.id)) for q in asked if consents or q.kind != "consent"}
    return type(form_class.__name__, (_Asking, form_class), {"questions": asked, "held": held, **fields})


@contextmanager
def answers_of(form: Any) -> Iterator[list[Given]]:
    """The answers of a valid form, their files on disk; a file that no row came to point to is deleted afterwards."""
    sent = [part for part in form.parts() if part.asked.kind == "file"] if isinstance(form, _Asking) else []
    taken = [(part.asked.id, part.field.accepted) for part in sent if part.field.accepted]
    with ExitStack() as stack:
        stored = {
            question_id: stack.enter_context(files.staged(file.content, name=file.name, content_type=file.content_type))
            for question_id, file in taken
        }
        yield form.given(stored) if isinstance(form, _Asking) else []
        for file in stored.values():
            if inspect(file).transient:
                files.path(file).unlink(missing_ok=True)


def takes_answers(view: View) -> View:
    """Give ``view`` the questions as ``asked``, and let as many bytes through as their files may need.

    The token is checked here and not before every request: reading the form that early would meet the general limit.
    """

    @wraps(view)
    def taken(**arguments: Any) -> ResponseReturnValue:
        conference = arguments.get("conference") or arguments["registration"].conference
        asked = questions.asked(conference)
        if sent := sum(q.kind == "file" for q in asked):
            # A file that is somewhat too large is told so beside its field.
            request.max_content_length = (request.max_content_length or 0) + sent * 2 * attachments.MOST
        csrf.protect()
        return view(**arguments, asked=asked)

    exempt: View = csrf.exempt(taken)
    return exempt


def filled_in(asked: Sequence[Asked], held: Mapping[int, Any]) -> dict[str, Any]:
    """Answers as the form's fields show them."""
    shown = {q.name: held[q.id] for q in asked if q.id in held and q.kind != "file"}
    return {name: questions.number_words(value) for name, value in shown.items()}


def when(asked: Asked, parent: Asked | None) -> str:
    """The sentence that says who a question is for."""
    if parent is None:
        return ""
    if parent.kind == "consent":
        return str(_("Gjelder bare hvis du krysser av for «%(question)s».", question=parent.label))
    answer = questions.option_words(parent, asked.parent_value)
    return str(_("Gjelder bare hvis du svarer «%(answer)s» på «%(question)s».", answer=answer, question=parent.label))


def _field(q: Asked, held: Any) -> Field:
    """The field of one question. An answer given before may be kept although it is offered no more."""
    if q.kind in ("choice", "choices"):
        return _choice_field(q, held)
    if q.kind == "long":
        return _Paragraphs(q, q.label, max_length=4000)
    if q.kind == "consent":
        return _Consent(q, q.label)
    if q.kind == "file":
        return _File(q, q.label)
    lines = {"number": _Number, "date": _Date}
    return lines.get(q.kind, _Line)(q, q.label, max_length=40 if q.kind in lines else 300)


def _choice_field(q: Asked, held: Any) -> Field:
    options = list(q.options)
    old = [value for value in (held if isinstance(held, list) else [held]) if value and value not in dict(options)]
    options += [(v, _("%(answer)s (kan ikke lenger velges)", answer=questions.option_words(q, v))) for v in old]
    if q.kind == "choices":
        return _Choices(q, q.label, choices=options, validate_choice=False)
    if len(options) > RADIOS:
        return _Select(q, q.label, choices=[("", _("Velg")), *options], validate_choice=False)
    if not q.required:
        options.append(("", _("Vil ikke svare")))
    return _Radios(q, q.label, choices=options, validate_choice=False)


KIND_NAMES = {
    "text": _l("Kort tekst"),
    "long": _l("Lengre tekst"),
    "choice": _l("Ett valg"),
    "choices": _l("Flere valg"),
    "number": _l("Tall"),
    "date": _l("Dato"),
    "file": _l("Fil (PDF eller bilde)"),
    "consent": _l("Samtykke"),
}
