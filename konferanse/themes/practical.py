"""Notes about the day itself (food, sound, the room), which are parked: they answer no task."""

import re
from collections import Counter
from collections.abc import Sequence

from konferanse.themes.wording import content_stems, plain, words

NO_WORDS = "uten ord"
PRACTICAL = "praktisk"

# Things of a conference day. Each is one sign; what ties it to here and now is another.
_THINGS = re.compile(
    r"\b(lunsj\w*|lunch\w*|middag\w*|frokost(?:en)?|kaff?e(?:en|n)?|coffee|te(?:en)?"
    r"|vegetar\w*|vegan\w*|matpause\w*|maten|servering\w*|kake\w*|frukt"
    r"|mikrofon\w*|micro?phone|lyd(?:en)?|lydanlegg\w*|høyttaler\w*|høgtalar\w*|prosjektor\w*"
    r"|projektor\w*|projector|lerret\w*|skjermen"
    r"|ventilasjon\w*|aircondition\w*|temperatur\w*|varmt|kaldt?|trekk|salen|lokalet|møterom\w*|rommet|stolene?|stolane"
    r"|bord(?:et)?\s+(?:nr\.?\s*)?\d+|table\s+\d+|gruppe\s+\d+|pausen?|pausene|pausane"
    r"|presentasjonen?e?|presentasjonane|lysark\w*|slides?|lysbild\w*"
    r"|e-?post\w*|wi-?fi|nettverket|internett|trådløst|passord\w*|garderobe\w*|parkering\w*"
    r"|toalett\w*|hotell\w*|flybuss\w*|avreise\w*"
    r"|navneskilt\w*|namneskilt\w*|deltakerliste\w*|deltakarliste\w*|referat\w*|notatet"
    r"|notater|notata|tusj\w*|flippover\w*|post-?it\w*|lapper"
    r"|oppgave\s*\d+|oppgåve\s*\d+|task\s*\d+|dag\s+(?:to|2)|programmet)\b"
)
_HERE_AND_NOW = re.compile(
    r"\b(dårl\w+|i\s?dag|i\s?morgen|i\s?morgon|i\s+går|her\s+inne|bak\s+i|bord(?:et)?\s+\d+"
    r"|vårt\s+bord|tom[tm]?e?|god[et]?|nydelig|takk|virke[tr]?\s+(?:ikke|ikkje)"
    r"|virka\s+(?:ikke|ikkje)"
    r"|kald|kaldt|varmt|for\s+kort\s+tid|for\s+lite\s+tid|kan\s+vi\s+få|kan\s+me\s+få|får\s+vi"
    r"|når\s+er|hvor\s+er|kor\s+er|etter\s+pausen|i\s+pausen|på\s+e-?post"
    r"|reinskriv\w*|renskriv\w*|skriver\s+(?:referat|rent)|i\s+salen|på\s+skjermen|salen"
    r"|vegetar|thanks?|today|tomorrow)\b"
)
_TASK = re.compile(r"\b(må|skal|bør|burde|trenger|treng|krever|krev|should|must|tiltak|rutine\w*|samarbeid\w*)\b")
_LONGEST = 14
_COMMON_SHARE = 0.02


def parked_reasons(texts: Sequence[str]) -> list[str]:
    """For each text why it is parked, "" when it is not.

    A thing that many answers speak of is what the conference is about, not a practical note.
    """
    distinct = {plain(text) for text in texts}
    spoken = Counter(stem for text in distinct for stem in set(content_stems(text)))
    common = {stem for stem, n in spoken.items() if n > max(4, _COMMON_SHARE * len(distinct))}
    return [_reason(text, common) for text in texts]


def _reason(text: str, common: set[str]) -> str:
    found = words(text)
    if not any(any(letter.isalpha() for letter in word) for word in found):
        return NO_WORDS
    if len(found) > _LONGEST:
        return ""
    low = " ".join(text.casefold().split())
    things = [set(content_stems(found.group())) for found in _THINGS.finditer(low)]
    if not things or any(thing & common for thing in things):
        return ""
    now = bool(_HERE_AND_NOW.search(low))
    asks = bool(_TASK.search(low)) and not re.search(r"\bbord(?:et)?\s+\d+", low)
    return PRACTICAL if now and not asks else ""
