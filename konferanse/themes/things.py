"""Which words of the texts name things. There is no lexicon: the small words around a word, and its form, tell.

What stands after a preposition or an article and before a pause or another small word is a thing; what stands after "å",
an auxiliary or a subject is not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from konferanse.themes.language import language
from konferanse.themes.lists import listed
from konferanse.themes.wording import STOPWORDS, stem

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[^\s\w]|\d+")
BEFORE_VERBS, AFTER_VERBS, _BEFORE_NOUNS = listed("before-verbs"), listed("after-verbs"), listed("before-nouns")
_OFTEN_BEFORE_NOUNS = frozenset(["", "for", "mye", "mykje", "mer", "meir", "lite", "og", "eller"])
_GENERAL = listed("general-words")
_NOT_NOUN = re.compile(
    r"(?:lige?|lege?|iske?|erte?|ige?|bare?|somme?|løse?|vis|[a-zæøå]es|er[ea]r|est|aste?|[^aeiouyæøånv]ne|(?:en|et|a|ene)s)$"
)
_NOUN = re.compile(r"(?:.(?:het|heit|sjon|ing|else|skap|domm?|ment)(?:a|en|et|er|ar|ene|ane)?|.{6,}(?:en|ene|ane))$")
DEFINITE = re.compile(r"(?:en|et|a|ene|ane)$")
_LONG, _OF_SHAPE = 10, 0.75
SURE = 0.5
"""How thing-like a word must be to stand in a name."""


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of text that may be shown, the same in bokmål (or as it is), and how many tables said it."""

    text: str
    view: str
    tables: int


class Things:
    """How far each word of the texts is the name of a thing (0..1), by its form and its neighbours."""

    def __init__(self, every: Sequence[Said], main: str) -> None:
        texts = [said.text for said in every] + [said.view for said in every]
        self._seen: Counter[str] = Counter()
        self._good: Counter[str] = Counter()
        self._lower = {word for text in texts for word in WORD.findall(text) if word[0].islower()}
        self._forms: dict[str, set[str]] = {}
        for word in {word for said in every if language(said.text) == main for word in content_words(said.text)}:
            self._forms.setdefault(stem(word), set()).add(word)
        for text in texts:
            for word, left, right in _neighbours(text):
                for one in (word, "=" + stem(word)):
                    self._seen[one] += 1
                    self._good[one] += _told(left, right)

    def likeness(self, form: str) -> float:
        """0 for words that are about anything, for names of people and places, and for forms of verbs and adjectives."""
        low = form.casefold()
        if not low or low in STOPWORDS or low in _GENERAL:
            return 0.0
        if is_acronym(form):
            return 0.0 if form.isupper() and low in self._lower else 1.0
        if len(low) < 4 or _NOT_NOUN.search(low) or (form[0].isupper() and low not in self._lower):
            return 0.0  # a form verbs and adjectives have; the name of somebody or somewhere
        good, seen = (1.0 * bag[low] + bag["=" + stem(low)] for bag in (self._good, self._seen))
        shape = (len(low) >= _LONG) - 2.0 * low.endswith(("ende", "ande"))
        return max(_OF_SHAPE * bool(_NOUN.search(low)), min(1.0, (good + shape) / (1.6 * seen + 1.0)))

    def _may_be(self, form: str) -> bool:
        return not form.endswith("s") and self.likeness(form) >= SURE / 2

    def base(self, form: str) -> str:
        """The commonest form of the same word without an article at its end, when the texts have one."""
        if is_acronym(form) or not DEFINITE.search(form):
            return form
        bases = [one for one in self._forms.get(stem(form), ()) if not DEFINITE.search(one) and self._may_be(one)]
        return min(bases, key=lambda one: (-self._seen[one], len(one), one), default=form)


def _told(left: str, right: str) -> int:
    """What the neighbours of a word say for its being a thing."""
    if right in AFTER_VERBS:
        return 0
    return 2 * (left in _BEFORE_NOUNS) + (left in _OFTEN_BEFORE_NOUNS) - (left in BEFORE_VERBS)


def _neighbours(text: str) -> Iterator[tuple[str, str, str]]:
    """Each content word, the small word before its run ("" for a pause, "-" for a word of the same run) and what follows."""
    found = [one.casefold() for one in WORD.findall(text)]
    before = ""
    for place, one in enumerate(found):
        if one in STOPWORDS or not one[0].isalpha():
            before = one if one[0].isalpha() else ""
            continue
        after = found[place + 1] if place + 1 < len(found) else ""
        yield one, before if not after or after in STOPWORDS or not after[0].isalpha() else "-", after


def content_words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text) if word[0].isalpha() and word.casefold() not in STOPWORDS]


def is_acronym(word: str) -> bool:
    return any(letter.isupper() for letter in word[1:]) and (len(word) < 6 or not word.isupper())
