"""Words, stems and plain forms of a text, for comparing only: quotes are always cut from the text as given."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_STEMMER = snowballstemmer.stemmer("norwegian")

# Function words of bokmål, nynorsk and English: they carry no subject, so they never name a theme.
STOPWORDS = frozenset(
    ["alle", "alt", "altså", "andre", "at", "av", "bare", "begge", "ble", "blei", "bli", "blir", "blitt", "bør", "både", "da", "de", "deg", "dei", "dem", "den", "denne", "der", "dere", "deres", "dermed", "dersom", "det", "dette", "deg", "deira", "di", "din", "disse", "ditt", "du", "dykk", "då", "eg", "egen", "eget", "egne", "ei", "eigen", "eiga", "eige", "eigne", "ein", "eit", "eitt", "ellers", "elles", "en", "én", "ene", "enn", "er", "et", "ett", "etter", "for", "fordi", "forhold", "fra", "frå", "få", "får", "før", "først", "først", "gjør", "gjer", "gjere", "gjøre", "ha", "hadde", "han", "hans", "har", "hele", "heile", "heller", "hennar", "hennes", "her", "hjå", "ho", "hos", "hun", "hva", "hvem", "hver", "hvert", "hvilke", "hvilken", "hvis", "hvor", "hvordan", "hvorfor", "i", "ikke", "ikkje", "ingen", "inn", "innen", "innan", "ja", "jeg", "kan", "kva", "kvar", "kvart", "kven", "kor", "korleis", "kunne", "kvifor", "kun", "like", "litt", "man", "mange", "med", "meg", "meir", "mellom", "men", "mer", "mest", "mi", "min", "mitt", "mot", "mye", "mykje", "må", "måtte", "naudsynt", "ned", "nei", "no", "noe", "noen", "noko", "nokon", "nokre", "nye", "ny", "nytt", "nå", "når", "og", "også", "om", "opp", "oss", "over", "på", "samme", "same", "seg", "selv", "sidan", "siden", "sin", "sine", "sitt", "sjølv", "skal", "skulle", "slik", "slike", "snart", "som", "so", "svært", "så", "sånn", "tar", "tek", "til", "ta", "ting", "under", "ut", "uten", "utan", "vart", "ved", "veldig", "vere", "vert", "vi", "viss", "vil", "ville", "vår", "våre", "vårt", "være", "vært", "a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "for", "from", "has", "have", "how", "if", "in", "into", "is", "it", "its", "more", "must", "no", "not", "of", "on", "or", "our", "should", "so", "that", "the", "their", "them", "there", "they", "this", "to", "up", "us", "was", "we", "what", "when", "which", "who", "will", "with", "you", "your", "blant", "fleire", "flere", "gjennom", "gjerne", "gi", "gir", "gje", "ifra", "ikkje", "inkl", "mv", "osv", "etc", "dvs", "evt", "pr", "per", "ca"]
)


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
