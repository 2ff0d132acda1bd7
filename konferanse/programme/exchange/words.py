"""Kinds and languages as files name them."""

import re

from konferanse.programme.kinds import ITEM_LANGUAGES, KIND_LABELS

KINDS = {
    "plenary": "plenum,plenumsøkt,talk,lecture,keynote,foredrag,innlegg,panel,podium,other,sesjon",
    "parallel": "parallelløkt,parallell,parallelløkter,parallel session,workshop,hands-on,seminar,verksted",
    "group_work": "gruppearbeid,group work,groupwork,group,gruppe,discussion,bordsamtaler,bordarbeid",
    "break": "pause,lunsj,lunch,coffee,kaffe,coffee break,matpause,registrering",
    "social": "sosialt,social event,middag,dinner,mingling,party,concert,game,fest",
    "digital": "bare digitalt,digital only,digitalt,online,nett,webinar,berre digitalt",
}
BY_WORD = {word: kind for kind, words in KINDS.items() for word in (kind, *words.split(","))}
IN_TITLE = {
    "break": r"pause|lunsj|lunch|kaffe|coffee|break|frokost|registrering|mat og|bensestrekk|beinstrekk",
    "group_work": r"gruppearbeid|group ?work|bordsamtale|bordarbeid|arbeid ved bordene|kafédialog|summing",
    "social": r"middag|dinner|mingling|festmiddag|sosialt|konsert|aperitif|omvisning",
}
LANGUAGES = {
    "no": "nb", "nob": "nb", "nor": "nb", "norsk": "nb", "norwegian": "nb", "bokmål": "nb", "nno": "nn", "nynorsk": "nn",
    "eng": "en", "engelsk": "en", "english": "en", "sme": "se", "nordsamisk": "se", "samisk": "se", "davvisámegiella": "se",
    "swe": "sv", "svensk": "sv", "svenska": "sv", "swedish": "sv", "dan": "da", "dansk": "da", "danish": "da",
}  # fmt: skip


def kind_of(text: str) -> str | None:
    """The kind that ``text`` names; None when it names none."""
    word = " ".join(text[:100].casefold().split())
    if not word or word in BY_WORD:
        return BY_WORD.get(word)
    return next((kind for kind, label in KIND_LABELS.items() if str(label).casefold() == word), None)


def kind_in(title: str) -> str:
    """What an item called ``title`` seems to be; plenary when nothing in it tells."""
    found = (kind for kind, words in IN_TITLE.items() if re.search(rf"\b(?:{words})", title, re.IGNORECASE))
    return next(found, "plenary")


def language_of(text: str) -> str | None:
    """The language that ``text`` names; None when it is none that we know."""
    word = text[:100].strip().casefold()
    for tried in (word, re.split("[-_]", word)[0]):
        if tried in ITEM_LANGUAGES:
            return tried
        if found := LANGUAGES.get(tried):
            return found
    return next((code for code, label in ITEM_LANGUAGES.items() if word and str(label).casefold() == word), None)
