"""What an answer wants counted, or how much of it: verbatim, or nothing. A frequency is not an indicator."""

import re

_STOP = (
    r"(?=\s*(?:[,.;:()!?–]|\Z)|\s+(?:til\s+(?:styret|ledelsen|leiinga|direktør\w*"
    r"|[A-ZÆØÅ]{2,})|hver|hvert|kvar|kvart|innen|innan|før|fra\s+\d|frå\s+\d|i\s+løpet"
    r"|i\s+laupet|og\s+rapporter\w*|i\s+(?:19|20)\d\d|bør|må|skal|settes|set[jt]ast|blir|vert"
    r"|hos\s+oss|i\s+dag)\b)"
)
_COUNTED = re.compile(
    r"\b(?P<what>(?:(?:antall(?:et)?|antal|tal(?:et)?\s+på|andel(?:en)?|prosentdel(?:en)?"
    r"|prosentandel(?:en)?|the\s+number\s+of|number\s+of|share\s+of)(?:\s+av)?\s+\w"
    rf"|(?:hvor|kor)\s+mange\s+\w)[^,.;:()!?–]*?(?:,\s+(?:hvor|kor)\s+mange\s+[^,.;:()!?–]*?)*){_STOP}",
    re.IGNORECASE,
)
_NUMBER = r"(?:\d[\d  ]*\d|\d|to|tre|fire|fem|seks|sju|syv|åtte|ni|ti|tolv|femten|tjue|tretti|femti|hundre)"
_PERCENT = re.compile(
    rf"(?P<what>\b(?:minst\s+|minimum\s+|min\.\s+|at\s+least\s+)?\d+(?:[.,]\d+)?\s?(?:%"
    rf"|prosent\b|pst\.?)(?:\s+(?:av\s+[^,.;:()!?–]+?|(?:nye|flere|fleire|nyansatte|nytilsette"
    rf"|ansatte|tilsette|færre)\s*[^,.;:()!?–]*?)){{0,1}}){_STOP}"
)
_TIME = (
    r"(?:år\w*|måned\w*|månad\w*|mnd\.?|uke\w*|veke\w*|dag\w*|time\w*|timar|gang\w*|gong\w*"
    r"|ggr\.?|kvartal\w*|halvår\w*|tertial\w*|min\w*|kr\.?|kroner|%|prosent|januar|februar"
    r"|mars|april|mai|juni|juli|august|september|oktober|november|desember)"
)
_PER = (
    r"(?:i\s+(?:året|måneden|månaden|hver\w*|kvar\w*|regionen|kommunen|fylket"
    r"|alle)(?:\s+(?!innen|innan|før|fra|frå|til|og)[\w-]+)?|pr\.?\s+[\w-]+|per\s+[\w-]+"
    r"|a\s+year|per\s+year)"
)
_THINGS = (
    rf"(?!{_TIME}\b)(?:(?:nye|faste|flere|fleire|ekstra|egne|eigne"
    rf"|av)\s+)?(?!{_TIME}\b)[a-zæøåA-ZÆØÅ-]{{3,}}(?:er|ar|e|a|ane|ene|ser|te|plass|kurs"
    rf"|årsverk)\b"
)
_AMOUNT = re.compile(
    rf"\b(?P<what>(?:minst\s+|minimum\s+|min\.\s+)?(?<![.,\d–-]){_NUMBER}\s+{_THINGS}(?:\s+[\w-]+){{0,4}}?\s+{_PER}"
    rf"|(?:minst\s+|minimum\s+)?(?<![.,\d–-])\d\d+\s+{_THINGS}(?:\s+(?:ansatt|tilsett"
    rf"|i\s+(?:eget|eige)\s+\w+)(?:\s+i\s+\w+\s+\w+)?)?"
    rf"|(?:minst\s+)?[ée]i?n\s+(?!gang|gong|dag)[\w-]+(?:\s+på\s+[\w-]+)?\s+(?:i\s+(?:hver|kvar"
    rf"|hvert|kvart)\s+[\w-]+|hver|kvar|i\s+året))(?=\s*(?:[,.;:()!?–]|\Z)|\s)",
    re.IGNORECASE,
)
_GOAL = re.compile(
    rf"\bmål(?:et|tall|sum)?\s*(?::|er|om|på)\s*(?P<what>(?:minst\s+)?{_NUMBER}\s+[^,.;:()!?–]+?){_STOP}", re.IGNORECASE
)
_SHARE_OF_A_POST = re.compile(r"(?:\b(?:i|på|til|opp\s+til|er)\s+|[–-]\s?|\d\s*[–-]\s*)\Z", re.IGNORECASE)
_POST = re.compile(r"\s*(?:stilling|turnus|lønn|løn|lønstilskot|svar|sikker)", re.IGNORECASE)


def indicator(text: str) -> str:
    """The first indicator of a text, verbatim, or ""."""
    found = [match for match in (_counted(text), _percent(text), _goal(text), _amount(text)) if match is not None]
    return min(found, key=lambda match: match.start("what")).group("what").rstrip() if found else ""


def _counted(text: str) -> "re.Match[str] | None":
    return _COUNTED.search(text)


def _percent(text: str) -> "re.Match[str] | None":
    for found in _PERCENT.finditer(text):
        if not _SHARE_OF_A_POST.search(text[: found.start("what")]) and not _POST.match(text[found.end("what") :]):
            return found
    return None


def _goal(text: str) -> "re.Match[str] | None":
    return _GOAL.search(text)


def _amount(text: str) -> "re.Match[str] | None":
    return _AMOUNT.search(text)
