"""Which language an answer is written in: bokmål, nynorsk, North Sámi or English, by its small words."""

from konferanse.themes.wording import words

_MARKS = {
    "nn": frozenset(
        ["ikkje", "eg", "ein", "eit", "ei", "nokon", "noko", "nokre", "dei", "deira", "frå", "meir", "fleire", "kva", "kven", "kvar", "kvart", "korleis", "kvifor", "gjere", "gjer", "gjev", "seie", "vere", "vore", "sjølv", "sjølve", "berre", "eigen", "eiga", "eige", "eigne", "kor", "mykje", "saman", "tenkje", "søkje", "følgje", "leiar", "leiarar", "leiarane", "tilsette", "tilsett", "nytilsette", "medan", "sidan", "hjå", "ho", "heile", "verte", "vert", "korkje", "òg", "då", "no", "difor", "auka", "naudsynt", "føretaket", "føretak", "føretaka", "verkemiddel", "verkemidla", "tiltaka", "innan", "særleg", "tal", "fyrste", "trong", "mellom", "høve", "ynskjer", "ynskje", "skuleeigar", "skule", "skular", "elevane", "lærarar", "lærarane", "kommunane", "framleis", "arbeidsgjevar", "fleir"]
    ),
    "nb": frozenset(
        ["ikke", "jeg", "en", "et", "noen", "noe", "de", "deres", "fra", "mer", "flere", "hva", "hvem", "hver", "hvert", "hvordan", "hvorfor", "gjøre", "gjør", "gir", "si", "være", "vært", "selv", "selve", "bare", "egen", "eget", "egne", "hvor", "mye", "sammen", "tenke", "søke", "følge", "leder", "ledere", "lederne", "ansatte", "ansatt", "nyansatte", "mens", "siden", "hos", "hun", "hele", "blir", "bli", "også", "da", "nå", "derfor", "øke", "nødvendig", "foretaket", "foretak", "foretakene", "innen", "særlig", "antall", "første", "behov", "hvis", "uten", "skole", "skoler", "elevene", "lærere", "lærerne", "kommunene", "fortsatt", "arbeidsgiver"]
    ),
    "en": frozenset(
        ["the", "and", "of", "to", "is", "are", "not", "with", "that", "this", "they", "we", "our", "should", "must", "have", "has", "how", "what", "when", "who", "does", "about", "from", "more", "their", "people"]
    ),
}
_NYNORSK_ENDINGS = ("ane", "ande", "leg", "legare", "heit", "skap", "ast", "ingar", "ar")
_NOT_NYNORSK = ("svar", "klar", "seminar", "kommentar", "sommar", "januar", "februar", "par", "kar")
_SAMI = frozenset(["mii", "mun", "don", "sii", "lea", "leat", "leai", "ahte", "dat", "dan", "ja", "dárbbašit", "eanet", "galgá", "galget", "ferte", "ii", "eai", "maid", "gos"])
_SAMI_LETTERS = frozenset("čđŋšŧž")


def language(text: str) -> str:
    """"nb", "nn", "se" or "en"; bokmål when nothing speaks for another."""
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
