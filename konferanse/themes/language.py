"""Which language an answer is written in: bokmål, nynorsk, North Sámi or English, by its small words."""

from konferanse.themes.lists import listed
from konferanse.themes.wording import words

_MARKS = {
    "nn": listed("nynorsk"),
    "nb": listed("bokmaal"),
    "en": listed("english"),
}
_NYNORSK_ENDINGS = ("ane", "ande", "leg", "legare", "heit", "skap", "ast", "ingar", "ar")
_NOT_NYNORSK = ("svar", "klar", "seminar", "kommentar", "sommar", "januar", "februar", "par", "kar")
_SAMI = listed("sami")
_SAMI_LETTERS = frozenset("čđŋšŧž")


def language(text: str) -> str:
    """One of "nb", "nn", "se" or "en"; bokmål when nothing speaks for another."""
    found = words(text)
    sami = sum(word in _SAMI for word in found) + 2 * sum(bool(_SAMI_LETTERS & set(word)) for word in found)
    score = {name: float(sum(word in marks for word in found)) for name, marks in _MARKS.items()}
    score["nn"] += 0.6 * sum(_looks_nynorsk(word) for word in found)
    if sami >= 2 and sami > score["nb"] and sami > score["nn"]:
        return "se"
    if any(letter in text.casefold() for letter in "æøå"):
        score["en"] = 0.0
    best = max(("nb", "nn", "en"), key=lambda name: score[name])
    return best if score[best] > score["nb"] else "nb"


def _looks_nynorsk(word: str) -> bool:
    return len(word) > 5 and word.endswith(_NYNORSK_ENDINGS) and not word.endswith(_NOT_NYNORSK)
