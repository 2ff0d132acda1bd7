"""What the kinds of items and the languages of talks are called on the page."""

from typing import Any

from flask_babel import lazy_gettext as _l

KIND_LABELS: dict[str, Any] = {
    "plenary": _l("Plenum"),
    "parallel": _l("Parallelløkt"),
    "group_work": _l("Gruppearbeid"),
    "break": _l("Pause"),
    "social": _l("Sosialt"),
    "digital": _l("Bare digitalt"),
}
# The colour of a kind's tag in Designsystemet; a word always stands beside it.
KIND_COLOURS = {
    "plenary": "neutral",
    "parallel": "accent",
    "group_work": "brand1",
    "break": "neutral",
    "social": "brand2",
    "digital": "info",
}
STATUS_LABELS: dict[str, Any] = {"confirmed": _l("Går som planlagt"), "cancelled": _l("Avlyst")}
PART_LABELS: dict[str, Any] = {"speaker": _l("Innleder"), "chair": _l("Møteleder"), "panel": _l("I panelet")}
# What people write in brackets behind a name, in the languages of the pages.
PART_WORDS = {
    **dict.fromkeys(("innleder", "innleiar", "speaker"), "speaker"),
    **dict.fromkeys(("møteleder", "møteleiar", "ordstyrer", "ordstyrar", "chair", "moderator"), "chair"),
    **dict.fromkeys(("i panelet", "panel", "paneldeltaker", "paneldeltakar", "panelist", "on the panel"), "panel"),
}
ITEM_LANGUAGES: dict[str, Any] = {
    "nb": _l("Bokmål"),
    "nn": _l("Nynorsk"),
    "en": _l("Engelsk"),
    "se": _l("Nordsamisk"),
    "sv": _l("Svensk"),
    "da": _l("Dansk"),
}
