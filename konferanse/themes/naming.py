"""A name for a group of texts, made of their own words: what they say often and the others seldom."""

import re
from collections import Counter
from collections.abc import Sequence

from konferanse.themes.wording import STOPWORDS, content_stems, stem

_SURFACE = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*", re.UNICODE)
_WORDS = 3
UNNAMED = "Uten navn"


def names(groups: Sequence[Sequence[str]]) -> list[str]:
    """A name of up to three words for each group of texts; unlike each other as far as the words allow."""
    said = [Counter(s for text in texts for s in set(content_stems(text))) for texts in groups]
    everywhere: Counter[str] = Counter()
    for counts in said:
        everywhere.update(counts)
    taken: Counter[str] = Counter()
    return [_numbered(_name(texts, counts, everywhere), taken) for texts, counts in zip(groups, said, strict=True)]


def _name(texts: Sequence[str], counts: Counter[str], everywhere: Counter[str]) -> str:
    surfaces: dict[str, Counter[str]] = {}
    for text in texts:
        for word in _SURFACE.findall(text):
            low = word.casefold()
            if low not in STOPWORDS and len(low) > 1:
                surfaces.setdefault(stem(low.split("-")[0]) if "-" in low else stem(low), Counter())[word] += 1
    ranked = sorted((s for s in counts if s in surfaces), key=lambda s: (-(counts[s] ** 1.5) / everywhere[s], s))
    chosen: list[str] = []
    for one in ranked:
        if not any(one in other or other in one for other in chosen):
            chosen.append(one)
        if len(chosen) == _WORDS:
            break
    shown = [_surface(surfaces[one]) for one in chosen]
    if not shown:
        return UNNAMED
    joined = shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " og " + shown[-1]
    return joined[0].upper() + joined[1:]


def _surface(forms: Counter[str]) -> str:
    """The commonest form of a word; in lower case unless it is written with capitals within a sentence too."""
    lower: Counter[str] = Counter()
    for form, n in forms.items():
        lower[form if _is_name(form) else form.casefold()] += n
    return max(lower, key=lambda form: (lower[form], form))


def _is_name(form: str) -> bool:
    return any(letter.isupper() for letter in form[1:])


def _numbered(name: str, taken: Counter[str]) -> str:
    taken[name] += 1
    return name if taken[name] == 1 else f"{name} ({taken[name]})"
