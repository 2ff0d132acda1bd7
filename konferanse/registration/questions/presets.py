"""Ready-made questions that such conferences ask, in the reader's own language.

Only the name is stored (``Question.preset``); words and options are looked up when the form is shown. The values stored
as answers are codes: ``yes`` and ``no``, and for hotel nights the ISO date of the morning after.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from konferanse.common.language import weekday_date
from konferanse.conference.models import Conference

Options = tuple[tuple[str, str], ...]
YES_NO: Mapping[str, Any] = {"yes": _l("Ja"), "no": _l("Nei")}


@dataclass(frozen=True)
class Preset:
    """A question as it is asked. ``options`` are value → words; ``options_of`` makes them from the conference instead.
    ``parent`` is the preset it is shown for, when that is answered with yes."""

    kind: str
    label: Any
    help: Any = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    options_of: Callable[[Conference], Options] | None = None
    parent: str = ""
    required: bool = False

    def options_for(self, conference: Conference) -> Options:
        """(value, words) of each option."""
        if self.options_of:
            return self.options_of(conference)
        return tuple((value, str(words)) for value, words in self.options.items())


def _nights(conference: Conference) -> Options:
    """The night before each day of the conference; whoever needs more writes to the organiser."""
    return tuple((day.isoformat(), _("Natt til %(day)s", day=weekday_date(day))) for day in conference.dates)


PRESETS: Mapping[str, Preset] = {
    "speak": Preset("choice", _l("Vil du holde et innlegg?"), _l("Arrangøren velger blant dem som melder seg."), YES_NO),
    "speak-topic": Preset("text", _l("Hva vil du snakke om?"), parent="speak", required=True),
    "speak-minutes": Preset("number", _l("Hvor mange minutter trenger du?"), parent="speak"),
    "dinner": Preset("choice", _l("Blir du med på middagen?"), options=YES_NO),
    "hotel": Preset("choices", _l("Hvilke netter trenger du hotellrom?"), options_of=_nights),
    "first-time": Preset("choice", _l("Er det første gang du er på en slik konferanse?"), options=YES_NO),
    "photo": Preset("consent", _l("Jeg samtykker i at bilder der jeg kan kjennes igjen, blir brukt i omtale av konferansen")),
    "list": Preset("consent", _l("Jeg samtykker i at navnet mitt og virksomheten min står på den åpne deltakerlisten")),
}
# What one click adds.
PACKAGES: Mapping[str, tuple[str, ...]] = {
    "speak": ("speak", "speak-topic", "speak-minutes"),
    "dinner": ("dinner",),
    "hotel": ("hotel",),
    "first-time": ("first-time",),
    "photo": ("photo",),
    "list": ("list",),
}
PACKAGE_NAMES: Mapping[str, Any] = {
    "speak": _l("Ønske om innlegg, med tema og minutter"),
    "dinner": _l("Middag"),
    "hotel": _l("Hotellnetter"),
    "first-time": _l("Første gang på en slik konferanse"),
    "photo": _l("Samtykke til bilder"),
    "list": _l("Samtykke til åpen deltakerliste"),
}
