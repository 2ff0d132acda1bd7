"""Who an answer gives the task to: verbatim, or nothing. Receivers, "vi" and mere obstacles are no owners."""

import re

from konferanse.themes.lists import listed

_OFFICES = listed("offices")
_ENDING = r"(?:s?en|et|a|n|ene|ane|er|ar|e|s|r)?"
_OFFICE = rf"[\w/-]*(?:{'|'.join(sorted(_OFFICES, key=lambda end: (-len(end), end)))}){_ENDING}"
_ACRONYM = r"(?-i:[A-ZÆØÅ]{2,6}[a-zæøå]?[A-ZÆØÅ]{0,3})(?:-\w+|s)?"
_HEAD = rf"(?:{_ACRONYM}(?:\s+(?:fylke|lokalt|sentralt|stat))?|{_OFFICE})"
_BEFORE = (
    r"(?:(?:den|det|de|dei|hver|kvar|hvert|kvart|alle|begge|every|each|the)\s+)?(?:(?!ingen"
    r"|mange|noen|få)[a-zæøå]+(?:este|aste|ende|ande|lige?|lege?|ale?|ske?)\s+)?"
)
_OF = rf"(?:\s+(?:i|fra|frå|ved|på|hos|for)\s+(?:{_ACRONYM}|{_OFFICE}))?"
_ONE = rf"(?:{_BEFORE}{_HEAD}{_OF}|(?:[ée]i?n|noen|nokon|vi|me)\s+(?:i|fra|frå|ved|på)\s+(?:{_ACRONYM}|{_OFFICE}))"
_WHO = rf"(?P<who>{_ONE}(?:(?:,\s+|\s+og\s+|\s*/\s*|\s+sammen\s+med\s+|\s+saman\s+med\s+|\s+and\s+){_ONE}){{0,4}})"

# A full stop opens a clause only after a whole word, not after "pr." or "jf.".
_OPENING = r"(?:\A|(?<=\w\w\w\w\.)\s+|(?<=[,;:!?–(])\s*|\b(?:og|så|men|and)\s+)\W{0,3}"
_MODAL = r"(?:må|skal|bør|burde|kan|must|should|shall)"
_HAS = (
    r"(?:har|tar|tek|får|overtar|overtek|has)\s+(?:hoved|det\s+overordnede\s+"
    r"|det\s+daglige\s+)?(?:ansvar\w*|oppgaven|oppgåva|responsibility)"
)
# What one does not do but is, gets, knows or feels.
_PASSIVE = (
    r"være|vere|vera|bli|verte|få|ha|vite|kjenne|kjenna|kunne|slippe|sleppe|komme|kome|stå"
    r"|ligge|forstå|skjønne|oppleve|føle|tåle|finnes|finnast|gjelde"
    r"|øve|trene|delta|lære(?!\s+opp)|\w+s|\w+ast|be\s+\w+ed|have|get|know"
)
_INFINITIVE = (
    rf"(?!(?:{_PASSIVE})\b)(?:(?:ut|inn|opp|fram)\s+(?:og|å)\s+)?(?:[a-zæøå]+e|[a-zæøå]+bu"
    rf"|[a-zæøå]*by|gi|ta|gå|se|sjå|bry|dra)"
)
_STATE = (
    r"bør|tør|tar\s+(?:tid|lang)|er|har|får|blir|vil|vet|veit|kjenner|mangler|manglar|trenger"
    r"|treng|ønsker|ønskjer|ynskjer|opplever|mister|ser|frykter|fryktar|tror|trur|mener|meiner"
    r"|tør|"
    r"orker|orkar|rekker|sier|seier|føler|synes|ligger|gjelder|eller|uten|utan|under|over"
    r"|etter|tidligere|flere|fleire|alle|selv|når|der|for|før|per|heller|"
    r"eier|forholder|forsvinner|drukner|faller|lar|kommer|kjem|vegrer|risikerer|møter|treffer"
    r"|presser|antar|vurderer\s+ikke|sitter|sit|går|gjør\s+at|går\s+ut|hver|kvar|annenhver"
    r"|annankvar|par|klar|svar|ansvar"
)
_DOES = (
    rf"(?:{_MODAL}\s+(?!ikke|ikkje|aldri|not)(?:(?:også|òg|bare|berre|selv|sjølve?|sjølv|alltid"
    rf"|da|då|raskt|snart|sammen|saman)\s+)?{_INFINITIVE}\b"
    rf"|{_HAS}|(?:er|is)\s+(?:ansvarlig|ansvarleg|responsible)"
    r"|går\s+(?:sammen|saman)|sitter\s+(?:med|fysisk)|sit\s+(?:med|fysisk)|er\s+med\s+på|"
    r"set|held|skriv|legg|tek|gjev|gir|førebur|bed|ber|driv|byr|grunngjev"
    rf"|(?!(?:{_STATE})\b)[a-zæøå]+(?:er|ar|ør|år|yr))\b(?!\s+(?:ikke|ikkje|aldri)\b)"
)
_SUBJECT = re.compile(rf"{_OPENING}{_WHO}\s+{_DOES}", re.IGNORECASE)
_AFTER_MODAL = re.compile(rf"(?<=[\w,]\s){_MODAL}\s+{_WHO}\s+{_INFINITIVE}\b", re.IGNORECASE)
_LABEL = re.compile(
    rf"(?:\b(?:hoved)?ansv(?:ar(?:lige?|lege?|et)?|\.)?\s*(?:er|ligger\s+hos|ligg\s+hos|hos|:|="
    rf"|–|-)?\s*|\bi\s+regi\s+av\s+|(?:(?<=[,;(])\s*|\A)ved\s+|\b(?:eier|eigar"
    rf"|owner)\s*:\s*){_WHO}(?=\s*(?:[.,;)!–]|\Z|\s(?:i|innen|innan|før|fra|frå|til|på|ved)\b))",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\b(?:hvem|kven|who)\b[^.!]*\?", re.IGNORECASE)


def owner(text: str) -> str:
    """The first owner of a text, verbatim, or ""."""
    labelled = _LABEL.search(text)
    if labelled:
        return labelled.group("who")
    if _QUESTION.search(text):
        return ""
    subject = _SUBJECT.search(text) or _AFTER_MODAL.search(text)
    return subject.group("who") if subject else ""
