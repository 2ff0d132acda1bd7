"""When an answer wants something done: verbatim, or nothing. A frequency or a duration is not a deadline."""

import re

_MONTH = (
    r"(?:jan(?:uar)?|feb(?:ruar)?|mars?|apr(?:il)?|mai|juni?|juli?|aug(?:ust)?|sept?(?:ember)?"
    r"|okt(?:ober)?|nov(?:ember)?|des(?:ember)?"
    r"|january|february|march|may|june|july|october|december)\b\.?"
)
_YEAR = r"(?:19|20)\d\d\b"
_DATE = rf"(?:den\s+)?\d{{1,2}}\.\s?(?:{_MONTH}(?:\s+{_YEAR})?|\d{{1,2}}\.(?:\s?(?:{_YEAR}|\d\d\b))?)"
_SEASON = (
    r"(?:(?:neste|kommende|komande|denne|førstkommende)\s+)?(?:høst(?:en)?|haust(?:en)?|våren"
    r"|vår(?=\s+(?:i\s+)?(?:19|20)\d\d)|vinter(?:en)?|vinteren|sommer(?:en)?|sommar(?:en)?"
    r"|jul(?:a|en)?|påske(?:n|a)?|pinse(?:n|a)?|nyttår|årsskiftet|sommerferien|sommarferien"
    r"|høstferien|haustferien|vinterferien|juleferien"
    r"|skolestart|skulestart|semesterstart|studiestart|skoleåret|skuleåret|autumn|spring|summer|christmas)\b"
    rf"(?:\s+(?:i\s+)?{_YEAR}(?:\s*/\s*\d\d(?:\d\d)?)?)?"
)
_PART = (
    r"(?:(?:første|fyrste|andre|tredje|fjerde|1\.|2\.|3\.|4\.|inneværende"
    r"|neste)\s+)?(?:halvår(?:et)?|kvartal(?:et)?|tertial(?:et)?|semester(?:et)?|uke\s+\d+"
    r"|veke\s+\d+)\b"
    rf"(?:\s+(?:i\s+)?{_YEAR})?"
)
_END = (
    rf"(?:(?:utgangen|utløpet|slutten|starten|begynnelsen|midten"
    rf"|byrjinga)\s+av\s+(?:{_MONTH}(?:\s+{_YEAR})?|{_YEAR}|{_SEASON}|{_PART}|året|året"
    rf"|neste\s+år))"
)
_NEXT = (
    r"(?:neste\s+(?:år|budsjettår|skoleår|skuleår|uke|veke|måned|månad)|årets\s+slutt|årsslutt"
    r"|i\s+morgen|next\s+year|(?:the\s+)?end\s+of\s+(?:the\s+)?year)\b"
)
_BUDGET = rf"(?:\w*(?:budsjett|plan|strategi|program)\w*\s+for\s+{_YEAR})"
_MOMENT = rf"(?:{_END}|{_DATE}|{_NEXT}|{_MONTH}(?:\s+{_YEAR})?|{_SEASON}|{_PART}(?<!halvåret)(?<!kvartalet)|{_YEAR})"
_BEFORE = (
    r"(?:innen(?:for)?|innan|før|fra(?:\s+og\s+med)?|frå(?:\s+og\s+med)?|f\.?o\.?m\.?"
    r"|i\s+løpet\s+av|i\s+laupet\s+av|til|senest|seinast|"
    r"ferdig\s+til|by|before|from|during|within)"
)
_FOUND = re.compile(
    rf"\b(?:(?P<label>frist(?:en)?(?:\s+(?:er|blir))?\s*:?\s+|deadline\s*:?\s+)(?P<moment>(?:{_BEFORE}\s+)?{_MOMENT})"
    rf"|(?P<phrase>(?:{_BEFORE}\s+(?:senest\s+)?(?:{_BUDGET}|{_MOMENT}))|(?:i"
    rf"|på)\s+(?:{_BUDGET}|{_MONTH}(?:\s+{_YEAR})?|{_YEAR}|{_PART}\s+{_YEAR})"
    rf"|(?:{_SEASON}(?<=\d))|(?:neste\s+(?:høst|haust|vår|år)\b)))",
    re.IGNORECASE,
)
# "hver høst", "siden 2015", "i fjor": it happens over and over, or has happened.
_REPEATED = re.compile(r"(?:\b(?:hver(?:t)?|kvar(?:t)?|annenhver|every|each|siden|sidan|since|per|pr\.?)\s+)$", re.IGNORECASE)
_BARE_MONTHS = re.compile(r"^(?:i|på|til|fra|frå|by|from|during)\s+(?:mars|mai|may|march)$")
_PAST = re.compile(
    r"\b(?:ble|blei|vart|var|fikk|fekk|søkte|hadde|kom|sa|gikk|gjekk|startet|starta|was|were|had)\b", re.IGNORECASE
)


def deadline(text: str) -> str:
    """The first deadline of a text, verbatim, or ""."""
    for found in _FOUND.finditer(text):
        moment = found.group("moment") or found.group("phrase")
        start = found.start("moment") if found.group("moment") else found.start("phrase")
        if _REPEATED.search(text[:start]) or _happened(text, start, moment):
            continue
        return moment.rstrip()
    return ""


def _happened(text: str, start: int, moment: str) -> bool:
    """Whether a bare "i mai" or "i 2015" tells of something that has been rather than of something to be done."""
    if not re.match(r"(?:i(?!\s+l[øa]u?pet)|på|fra|frå|in|from)\s", moment, re.IGNORECASE):
        return False
    sentence = re.split(r"[.!?]\s", text[:start])[-1]
    return bool(_PAST.search(sentence))
