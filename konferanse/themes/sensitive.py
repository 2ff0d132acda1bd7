"""Stretches that tell of one person's health, drug use, crime or union, so that somebody looks before they are shown.

Found rather too often than too seldom: a group ("folk med epilepsi") is let through, a person never.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from konferanse.themes.cues import cue
from konferanse.themes.lists import listed
from konferanse.themes.records import SensitiveSpan
from konferanse.themes.wording import STOPWORDS

_TOPICS = {
    "helse": cue(
        " ".join(sorted(listed("health"))),
        r"\b(?-i:MS|ME|ALS|CP|KOLS|ADHD|HIV|PTSD)\b",
    ),
    "rus": cue(
        " ".join(sorted(listed("drugs"))),
        r"\b(?-i:LAR)\b",
    ),
    "straff": cue(" ".join(sorted(listed("crime")))),
    "fagforening": cue(" ".join(sorted(listed("union")))),
}
_DEFINITE_PERSON = re.compile(
    r"\b(?:den|han|ho|hun|dei|denne)\s+(?:ene\s+|eine\s+|nye\s+|gamle\s+|unge\s+|eldre\s+"
    r"|blinde\s+|døve\s+|tidligere\s+|tidlegare\s+|forrige\s+|[a-zæøå]+e\s+){0,2}"
    r"[a-zæøå]+(?:eren|aren|øren|isten|enten|anten|oren|æren|ansen|mannen|dama|damen|kvinna"
    r"|kvinnen|jenta|jenten|gutten|guten|sjefen|kollegaen|eleven|pasienten|sekretæren"
    r"|assistenten|naboen|kona|legen|faren|moren|sønnen|dattera)\b"
    r"|\b(?:kollegaen|kollegaene|vikaren|lærlingen|kandidaten|deltakeren|deltakaren|sjefen"
    r"|lederen|leiaren|læreren|læraren|eleven|naboen|assistenten|sekretæren|portøren"
    r"|renholderen|vaktmesteren|rektor)\s+(?:vår|min|mi|vår[ts]?|på|i|ved|som)\b"
    r"|\b(?:vår|min|mi)\s+(?:kollega|leder|leiar|sjef|nabo|sønn|son|datter|dotter|mor|far|bror|søster|kone|mann)\b"
    r"|\ben\s+(?:av\s+(?:oss|de\s+ansatte|våre)|ansatt|kollega|dame|mann|kvinne|gutt"
    r"|jente)\s+(?:på|i|ved|hos|fra|som)\b|\bein\s+(?:av\s+oss|tilsett|kollega|mann"
    r"|gut)\s+(?:på|i|ved|hos|frå|som)\b"
    r"|\balle\s+(?:her\s+)?(?:vet|veit)\s+(?:jo\s+)?(?:hvem|kven)\b"
)
_PRONOUN = re.compile(r"\b(?:han|ham|hun|ho|henne|hennes|hennar|hans|he|she|his|her)\b", re.IGNORECASE)
_EITHER = re.compile(
    r"\b(?:han|hun|ho|han\s+selv)\s*(?:/|eller|or)\s*(?:han|hun|ho|henne|ham)\b"
    r"|\bhennes\s+eller\s+hans\b|\bhans\s+eller\s+hennes\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*", re.UNICODE)
_ONE_DOES = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:,\s*(?:som|hun|han|ho)\b|(?:(?:på|i|fra|frå|ved"
    r"|hos)\s+[^,.;]{2,30}?\s+)?(?:har|er|fikk|fekk|får|ble|vart|blei|blir|var|kom|sa|søkte"
    r"|gikk|gjekk|måtte|mista|mistet|slutta|sluttet|kan|skal|has|is|was|had|got)\b)"
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*[.!?]?")
_NOT_NAMES = re.compile(
    r"(?:ene|ane|het|heit|heten|heita|sjon|sjonen|else|elsen|elsene|skap|skapet|ere|ingen|inga"
    r"|inger|ingar|tak|taket|været|veret|"
    r"arbeid|arbeidet|plass|plassen|plassar|plasser|stilling|søker|søkar|kolleger|kollegaer|folk)$"
)
_OFFICE = re.compile(
    r"(?:leder|leiar|sjef|direktør|avdeling|kontor|styre|råd|bedrift|foretak|føretak|sykehus"
    r"|sjukehus|kommune|arbeidsgiver|arbeidsgjevar|"
    r"rådgiver|kandidat|deltaker|deltakar|pasient|bruker|brukar|ansatt|tilsett|medarbeider"
    r"|medarbeidar|elev|lærer|lærar|søknad|system|"
    r"tiltak|ordning|politi|lege|tjeneste|teneste|tillitsvalgt|tillitsvald|ombud|organisasjon"
    r"|portal|intervju|turnus|budsjett)"
)
_FIRST_NAMES = listed("first-names")


def common_words(texts: Sequence[str]) -> frozenset[str]:
    """Words that stand in lower case somewhere in the texts: a capital first letter does not make them names."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(token for token in _TOKEN.findall(text) if token[0].islower())
    return frozenset(counts)


def sensitive(text: str, common: frozenset[str] = frozenset()) -> tuple[SensitiveSpan, ...]:
    """Sentences about one person's health, drugs, crime or union, in order. ``common``: see ``common_words``."""
    topics = {why: found.search(text) for why, found in _TOPICS.items()}
    if not any(topics.values()):
        return ()
    spans = []
    person = _names_somebody(text, common)
    for sentence in _SENTENCE.finditer(text):
        start, end = (
            sentence.start() + len(sentence.group()) - len(sentence.group().lstrip()),
            len(sentence.group().rstrip()) + sentence.start(),
        )
        why = [name for name, found in _TOPICS.items() if found.search(sentence.group())]
        if why and person and end > start:
            spans.append(SensitiveSpan(start, end, "person og " + ", ".join(why)))
    return tuple(spans)


@lru_cache(maxsize=4096)
def spans_of(text: str) -> tuple[Mapping[str, Any], ...]:
    """The stretches of one answer read alone, as they are stored: {"start", "end", "why"}. Kept, since pages ask again."""
    return tuple(asdict(span) for span in sensitive(text))


def _names_somebody(text: str, common: frozenset[str]) -> bool:
    """Whether a text speaks of one certain person: by name, by "hun", or as somebody whom those present would know."""
    without = _EITHER.sub(" ", text)
    if _PRONOUN.search(without) or _DEFINITE_PERSON.search(text.casefold()):
        return True
    return any(_is_name(text, token, common) for token in _TOKEN.finditer(text))


def _is_name(text: str, token: "re.Match[str]", common: frozenset[str]) -> bool:
    word = token.group()
    if not word[0].isupper() or not word[1:].islower() or len(word) < 3:
        return False
    low = word.casefold()
    if low in _FIRST_NAMES:
        return True
    if low in common or low in STOPWORDS or any(pattern.fullmatch(low) for pattern in _TOPICS.values()):
        return False
    before = text[: token.start()].rstrip(" «\"'(–-\n")
    if before and before[-1] not in ".!?:":
        return not low.endswith(
            (
                "forbundet",
                "forbund",
                "foreningen",
                "foreninga",
                "kommune",
                "land",
                "vik",
                "fjord",
                "dal",
                "sund",
                "nes",
                "stad",
                "øya",
            )
        )
    # At the start of a sentence every word has a capital letter: there a name is followed by what one person does.
    return bool(_ONE_DOES.match(text[token.end() :])) and not _NOT_NAMES.search(low) and not _OFFICE.search(low)
