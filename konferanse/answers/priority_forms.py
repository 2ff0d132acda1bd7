"""Forms to ask what to begin with, and to vote."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import AnyOf, NumberRange, StopValidation

from konferanse.answers.models import Prioritising
from konferanse.answers.priorities import FEWEST_CHOICES, LONGEST, MOST_CHOICES, MOST_DOTS, MOST_FETCHED, VOTERS, Wanted
from konferanse.common.fields import Form, Line, Paragraphs, required

DOTS_HELP = _l("Skriv hvor mange prikker hver har, fra 1 til 10")


class PriorityForm(Form):
    """What is asked. ``task`` is whose answers to fetch as choices."""

    question = Line(_l("Spørsmål"), max_length=200, missing=_l("Skriv hva som skal prioriteres"))
    voters = RadioField(
        _l("Hvem som har prikker"),
        choices=list(VOTERS.items()),
        validate_choice=False,
        validators=[AnyOf(VOTERS, message=_l("Velg hvem som har prikker"))],
    )
    dots = IntegerField(_l("Antall prikker"), validators=[required(DOTS_HELP), NumberRange(1, MOST_DOTS, message=DOTS_HELP)])
    stacks = BooleanField(_l("Flere prikker kan ligge på samme valg"))
    task = SelectField(_l("Hent fra svarene på oppgave"), validate_choice=False)
    choices = Paragraphs(
        _l("Valgene, ett på hver linje"),
        max_length=MOST_FETCHED * (LONGEST + 1),
        missing=_l("Skriv valgene, ett på hver linje"),
    )

    @property
    def lines(self) -> list[str]:
        """The choices that were written."""
        return [words for line in (self.choices.data or "").split("\n") if (words := " ".join(line.split()))]

    @property
    def wanted(self) -> Wanted:
        """What a form without errors asks for."""
        return Wanted(self.question.data, self.voters.data, self.dots.data, self.stacks.data, self.lines)

    def validate_choices(self, _field: Any) -> None:
        """Different ones, enough and not too many, none too long."""
        lines = self.lines
        if not FEWEST_CHOICES <= len(lines) <= MOST_CHOICES:
            raise ValidationError(
                _(
                    "Det står %(n)s valg. Skriv fra %(fewest)s til %(most)s.",
                    n=len(lines),
                    fewest=FEWEST_CHOICES,
                    most=MOST_CHOICES,
                )
            )
        for line in lines:
            if len(line) > LONGEST:
                raise ValidationError(_("Kort ned «%(start)s …» til høyst %(most)s tegn.", start=line[:40], most=LONGEST))
        known = [line.casefold() for line in lines]
        for line in lines:
            if known.count(line.casefold()) > 1:
                raise ValidationError(_("«%(choice)s» står to ganger. Ta bort den ene.", choice=line))

    def validate_dots(self, field: Any) -> None:
        """No more than can be laid."""
        if field.data and not self.stacks.data and FEWEST_CHOICES <= len(self.lines) < field.data:
            raise ValidationError(
                _("Det er bare %(n)s valg. Gi færre prikker, eller la flere ligge på samme valg.", n=len(self.lines))
            )


class _Number(Line):
    """How many dots on one choice, as digits. Nothing is none."""

    def __init__(self, label: str, most: int, **more: Any) -> None:
        super().__init__(label, max_length=20, **more)
        self.most = most

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        text = self.data or "0"
        if not (text.isascii() and text.isdecimal() and int(text) <= self.most):
            raise StopValidation(_("Skriv et helt tall fra 0 til %(most)s", most=self.most))


class _Vote(Form):
    """A vote: a field for each choice. ``prikker`` is where it is told that there are too many or too few."""

    prikker = HiddenField()

    @property
    def dots(self) -> list[int]:
        """The dots on each choice, in their order."""
        return [int(field.data or 0) for field in self.each]

    @property
    def each(self) -> list[Any]:
        """The fields of the choices."""
        return [field for field in self if field.name.startswith("valg-")]


def vote_form(row: Prioritising, dots: Sequence[int] | None = None) -> _Vote:
    """What was sent; with ``dots`` a form that shows them instead."""
    fields = {
        f"valg-{n}": _Number(words, row.dots) if row.stacks else BooleanField(words) for n, words in enumerate(row.choices)
    }
    form: type[_Vote] = type("VoteForm", (_Vote,), fields)
    if dots is None:
        return form()
    return form(formdata=None, data={f"valg-{n}": str(laid) if laid else "" for n, laid in enumerate(dots)})
