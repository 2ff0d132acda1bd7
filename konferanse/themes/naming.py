"""A name for each theme, made of the answers' own words: the things they speak of and other themes do not."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import chain
from itertools import count as count_from

from konferanse.themes.language import language
from konferanse.themes.things import AFTER_VERBS, BEFORE_VERBS, DEFINITE, SURE, WORD, Said, Things, content_words, is_acronym
from konferanse.themes.wording import STOPWORDS, stem

UNNAMED = "Enkeltsaker"
"""The name of a theme that has nothing but stretches about single persons."""

_CLAUSE = re.compile(
    r"[,;:.!?](?=\s|$)|[()=]|\s[–+-]\s|\s(?=(?:slik|så|som|fordi|hvis|viss|dersom|men|how|because|but|if|so)\s)", re.IGNORECASE
)
_FEW, _MOST_WORDS, _ALIKE, _ROOT, _ENOUGH, _LONGEST = 4, 8, 0.72, 6, 1.5, 160


def names(groups: Sequence[Sequence[Said]]) -> list[str]:
    """A name for each group, no two the same: the things it speaks of, or its own shortest words when it is small."""
    every = [said for group in groups for said in group]
    tongues = Counter(language(said.text) for said in every)
    main = "nn" if tongues["nn"] > tongues["nb"] else "nb"
    things = Things(every, main)
    counts = [_counts(group, main) for group in groups]
    everywhere: Counter[str] = Counter()
    for count in counts:
        everywhere.update(count)
    taken: set[str] = set()
    return [
        _name(group, _ranked(group, count, everywhere, things, main), things, taken)
        for group, count in zip(groups, counts, strict=True)
    ]


def _counts(group: Sequence[Said], main: str) -> Counter[str]:
    """How many tables' stretches have each stem, in the language most is written in."""
    count: Counter[str] = Counter()
    for said in group:
        for one in {stem(word) for word in content_words(said.view if main == "nb" else said.text)}:
            count[one] += said.tables
    return count


def _ranked(
    group: Sequence[Said], count: Counter[str], everywhere: Counter[str], things: Things, main: str
) -> list[tuple[str, float]]:
    """The things a group speaks of, best first, no two of them forms of one word."""
    forms: dict[str, Counter[str]] = {}
    for said in group:
        if language(said.text) == main:
            for word in WORD.findall(said.text):
                if things.likeness(word) >= SURE:
                    forms.setdefault(stem(word.casefold()), Counter())[word if is_acronym(word) else word.casefold()] += 1
    least = max(2, len(group) / 15)
    found = []
    for key, seen in forms.items():
        if count[key] >= least:
            form = _form(seen)
            found.append((-things.likeness(form) * count[key] ** 1.5 / everywhere[key] ** 0.6, things.base(form)))
    chosen: list[tuple[str, float]] = []
    for score, form in sorted(found):
        several = is_acronym(form) and any(is_acronym(other) for other, _ in chosen)
        if not several and not any(_alike(form, other) for other, _ in chosen):
            chosen.append((_phrase(form, group), -score))
    return chosen


def _form(seen: Counter[str]) -> str:
    """The commonest form, or one without an article at its end that is nearly as common."""
    most = max(seen.values())
    return min(
        (form for form in seen if 3 * seen[form] >= most), key=lambda form: (bool(DEFINITE.search(form)), -seen[form], form)
    )


def _phrase(form: str, group: Sequence[Said]) -> str:
    """A form with the word before it ("fast", "hull i"), where most who use the form say both."""
    before: Counter[str] = Counter()
    total = 0
    for said in group:
        found = ["", "", *(word.casefold() for word in WORD.findall(said.text))]
        if form.casefold() in found:
            total += said.tables
            at = found.index(form.casefold())
            first = at - 2 if found[at - 1] in ("i", "på", "til", "av") else at - 1
            if found[first].isalpha() and found[first] not in STOPWORDS:
                before[" ".join(found[first:at])] += said.tables
    best = min(before, key=lambda one: (-before[one], one), default="")
    return f"{best} {form}" if before[best] >= max(3, total / 2) else form


def _alike(one: str, other: str) -> bool:
    """Whether two phrases share a word, or two forms or spellings of one."""
    return any(
        a in b or b in a or a[:_ROOT] == b[:_ROOT] or SequenceMatcher(None, a, b, autojunk=False).ratio() > _ALIKE
        for a in one.casefold().split()
        for b in other.casefold().split()
        if min(len(a), len(b)) > 2
    )


def _name(group: Sequence[Said], ranked: Sequence[tuple[str, float]], things: Things, taken: set[str]) -> str:
    options = []
    if len(group) > _FEW and (len(ranked) > 1 or (ranked and ranked[0][1] >= _ENOUGH)):
        three = len(ranked) > 2 and ranked[2][1] >= ranked[1][1] / 2
        options = [_joined([form for form, _ in ranked[:n]]) for n in ((3, 2, 4) if three else (2, 3, 4))]
    options += _statements(group, ranked, things) or [UNNAMED]
    numbered = (f"{options[0]} ({n})" for n in count_from(2))
    name = next(one for one in chain(options, numbered) if one.casefold() not in taken)
    taken.add(name.casefold())
    return name


def _joined(forms: Sequence[str]) -> str:
    return _started(" og ".join([", ".join(forms[:-1]), forms[-1]]) if len(forms) > 1 else forms[0])


def _started(name: str) -> str:
    return (name[0].upper() + name[1:])[:_LONGEST]


def _statements(group: Sequence[Said], ranked: Sequence[tuple[str, float]], things: Things) -> list[str]:
    """The group's stretches cut at their first clause, best first: things before doings, many tables, short."""
    told = [form.casefold().split()[-1] for form, _ in ranked]
    found = []
    for said in group:
        clause = next((part for part in map(_trimmed, _CLAUSE.split(said.text)) if part), [])
        if any(letter.isalpha() for letter in " ".join(clause)):
            low = [word.casefold() for word in clause]
            doing = any(word in BEFORE_VERBS or word in AFTER_VERBS for word in low)
            head = things.likeness(WORD.findall(clause[0])[0] if WORD.findall(clause[0]) else "") < SURE
            hits = sum(word in told for word in low)
            found.append((not 2 <= len(clause) <= _MOST_WORDS, doing, head, -said.tables, -hits, len(clause), " ".join(clause)))
    return [_started(_cut(one[-1].split())) for one in sorted(found)]


def _cut(words: Sequence[str]) -> str:
    """At most so many words, ending before a small word when it had to be cut."""
    if len(words) <= _MOST_WORDS:
        return " ".join(words)
    ends = [at for at in range(2, _MOST_WORDS + 1) if words[at].casefold() in STOPWORDS]
    return " ".join(_trimmed(" ".join(words[: max(ends, default=_MOST_WORDS)])))


def _trimmed(part: str) -> list[str]:
    """The words of a clause without what would leave it hanging."""
    found = [word for word in (word.strip("«»\"'()…-–") for word in part.split()) if word]
    while found and found[-1].casefold() in STOPWORDS:
        found.pop()
    return found
