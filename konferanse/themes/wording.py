"""Words, stems and plain forms of a text, for comparing only: quotes are always cut from the text as given."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

from konferanse.themes.lists import listed

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_STEMMER = snowballstemmer.stemmer("norwegian")

# Function words of bokmål, nynorsk and English: they carry no subject, so they never name a theme.
STOPWORDS = listed("function-words")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Norwegian snowball stem of a lower-case word."""
    return str(_STEMMER.stemWord(word))


def words(text: str) -> list[str]:
    """Lower-case words and numbers of a text, in order."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def stems(text: str) -> list[str]:
    """Stems of all words of a text, in order."""
    return [stem(word) for word in words(text)]


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry a subject: no function words, no lone letters or digits."""
    return [stem(word) for word in words(text) if word not in STOPWORDS and len(word) > 1 and not word.isdigit()]


def plain(text: str) -> str:
    """Words only, lower case, single spaces: texts that differ in case and punctuation have equal plain forms."""
    return " ".join(words(text))


def trimmed(text: str) -> tuple[int, int]:
    """Start and end (code points) of a text without white space around it."""
    start = len(text) - len(text.lstrip())
    return (start, len(text.rstrip())) if start < len(text) else (0, 0)
