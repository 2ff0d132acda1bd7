"""The form a question is made in."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, ValidationError

from konferanse.common.fields import Form, Line, Paragraphs, clean, unprintable
from konferanse.conference.models import Conference
from konferanse.registration.forms import Choice, Ways, unsent
from konferanse.registration.models import Question
from konferanse.registration.questions import editing, questions
from konferanse.registration.questions.editing import Wanted
from konferanse.registration.questions.forms import KIND_NAMES

MOST_OPTIONS, OPTION_LENGTH = 60, 200
REQUIRED = {
    "no": _l("Det er frivillig å svare"),
    "now": _l("Må besvares i påmeldingen"),
    "later": _l("Må besvares før en dato"),
}


class AnswerRulesForm(Form):
    """Whether a question must be answered, and who it is for: all that is chosen of a ready-made one."""

    required = Ways(_l("Må det besvares?"), REQUIRED, _l("Velg om spørsmålet må besvares"))
    required_by = Line(_l("Må besvares før"), max_length=20)
    shown_if = SelectField(_l("Når vises spørsmålet?"), validate_choice=False)

    def __init__(self, conference: Conference, row: Question | None = None, **kwargs: Any) -> None:
        """A form for ``row``, or for a new question."""
        super().__init__(data=unsent(_now(row) if row else {"required": "no"}), **kwargs)
        self.row = row
        self.is_consent = row is not None and row.kind == "consent"
        self.parents: dict[str, tuple[Question, str]] = {}
        choices = [("", _("Alltid"))]
        for parent in editing.may_decide(conference, row):
            q = questions.described(parent, conference)
            options = (("yes", _("avkrysset")),) if q.kind == "consent" else q.options
            for index, (value, words) in enumerate(options):
                key = f"{parent.uid.hex}-{index}"
                self.parents[key] = parent, value
                choices.append((key, _("Når svaret på «%(question)s» er «%(answer)s»", question=_short(q.label), answer=words)))
        self.shown_if.choices = choices
        if row and row.shown_if_id and self.shown_if.data == "now":
            hangs = ((k, p, v) for k, (p, v) in self.parents.items())
            self.shown_if.data = next((k for k, p, v in hangs if (p.id, v) == (row.shown_if_id, row.shown_if_value)), "")

    def validate_required(self, field: Any) -> None:
        """A consent that is demanded is none (GDPR art. 7(4))."""
        if self.is_consent and field.data != "no":
            raise ValidationError(_("Et samtykke må være frivillig. Er det et vilkår, kan du bruke «Ett valg» i stedet."))

    def validate_required_by(self, field: Any) -> None:
        """A date, when one is needed."""
        if self.required.data == "later" and self._date() is None:
            raise ValidationError(_("Velg datoen spørsmålet må besvares før"))

    def validate_shown_if(self, field: Any) -> None:
        """From the list."""
        if field.data and field.data not in self.parents:
            raise ValidationError(_("Velg når spørsmålet skal vises. Spørsmålet det hang på, kan være tatt bort."))

    def wanted(self) -> Wanted:
        """What a valid form asks for; the words of a ready-made question are not chosen."""
        parent, value = self.parents.get(self.shown_if.data or "", (None, ""))
        return Wanted(self.row.kind if self.row else "text", "", "", (), *self._rules(), parent, value)

    def _rules(self) -> tuple[bool, date | None]:
        return self.required.data != "no", self._date() if self.required.data == "later" else None

    def _date(self) -> date | None:
        try:
            day = date.fromisoformat(self.required_by.data or "")
        except ValueError:
            return None
        return day if 2000 <= day.year <= 2100 else None


class QuestionForm(AnswerRulesForm):
    """A question of the organiser's own."""

    page_first = ("label", "help", "kind", "options")

    kind = Choice(_l("Type"), KIND_NAMES, _l("Velg hva slags svar du vil ha"))
    label = Line(_l("Spørsmål"), max_length=300, missing=_l("Skriv spørsmålet"))
    help = Paragraphs(_l("Hjelpetekst"), max_length=600)
    options = Paragraphs(_l("Svar å velge mellom"), max_length=10_000)

    def validate(self, extra_validators: Any = None) -> bool:
        """Right; what kind it is, is known before the rules are looked at."""
        self.is_consent = self.kind.data == "consent"
        return bool(super().validate(extra_validators))

    def validate_options(self, field: Any) -> None:
        """As many as a choice needs, each once."""
        lines = self._lines()
        if self.kind.data not in ("choice", "choices"):
            return
        if len(lines) < (2 if self.kind.data == "choice" else 1):
            raise ValidationError(_("Skriv svarene å velge mellom, ett på hver linje"))
        if len(lines) > MOST_OPTIONS or any(len(line) > OPTION_LENGTH for line in lines):
            raise ValidationError(_("Det er plass til %(n)s svar på høyst %(max)s tegn", n=MOST_OPTIONS, max=OPTION_LENGTH))
        if len(set(lines)) < len(lines):
            raise ValidationError(_("To av svarene er like. Behold det ene."))

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        parent, value = self.parents.get(self.shown_if.data or "", (None, ""))
        options = self._lines() if self.kind.data in ("choice", "choices") else ()
        return Wanted(self.kind.data, self.label.data, self.help.data, tuple(options), *self._rules(), parent, value)

    def _lines(self) -> list[str]:
        lines = [" ".join(line.split()) for line in (self.options.data or "").split("\n")]
        return [clean(line) for line in lines if line and not unprintable(line)]


def _now(row: Question) -> dict[str, Any]:
    required = ("later" if row.required_by else "now") if row.required else "no"
    day = row.required_by.isoformat() if row.required_by else ""
    own = {"kind": row.kind, "label": row.label, "help": row.help, "options": row.options}
    return {"required": required, "required_by": day, "shown_if": "now" if row.shown_if_id else "", **own}


def _short(label: str) -> str:
    return label if len(label) <= 60 else label[:57] + "…"
