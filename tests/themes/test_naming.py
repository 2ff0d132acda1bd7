"""Names of themes: things from the answers' own words, one form of each, and nothing about a person."""

import pytest

from konferanse.themes.naming import UNNAMED, names
from konferanse.themes.records import Result
from konferanse.themes.things import Said

_MEDICINES = [
    "Farmasøyt på alle avdelinger",
    "Klinisk farmasøyt ved utskrivning",
    "Gjennomgang av medisinliste med farmasøyt",
    "Vi må rette feil i medisinlista",
    "Felles medisinliste for sykehus og kommune",
    "Fastlegen får ikke oppdatert medisinliste",
]
_FAMILY = [
    "Samtale med pårørende før utskrivning",
    "Pårørende får beskjed for sent",
    "Beskjed til pårørende dagen før",
    "Skriftlig beskjed til pasient og pårørende",
    "Inviter pårørende til samtale",
]


def _named(*groups: list[str]) -> list[str]:
    return names([[Said(text, text, 1) for text in group] for group in groups])


def test_a_theme_is_named_by_the_things_it_speaks_of_and_not_by_its_verbs() -> None:
    medicines, family = _named(_MEDICINES, _FAMILY)
    assert {"farmasøyt", "medisinliste"} <= set(medicines.casefold().replace(",", "").split())
    assert "pårørende" in family.casefold()
    assert not {"får", "må", "inviter", "rette", "felles", "klinisk"} & set(f"{medicines} {family}".casefold().split())


def test_an_adjective_comes_along_when_most_say_it() -> None:
    said = [
        "Fast kontaktperson",
        "En fast kontaktperson på sykehuset",
        "Fast kontaktperson i kommunen",
        "Vi vil ha fast kontaktperson",
    ]
    assert "fast kontaktperson" in _named([*said, "Kontaktperson hos NAV", "Møter med kommunen"], _FAMILY)[0].casefold()


def test_a_small_theme_is_named_by_its_shortest_words_up_to_a_clause_border() -> None:
    said = [
        "Managers are unsure how colleagues and patients will react.",
        "Most managers have never heard of the wage subsidy scheme.",
    ]
    assert _named(said, _FAMILY)[0] == "Managers are unsure"


def test_no_two_themes_have_the_same_name() -> None:
    found = _named(_FAMILY, _FAMILY, ["Tid"], ["Tid"], [], [])
    assert len({name.casefold() for name in found}) == len(found)


def test_a_name_fits_its_column_whatever_is_written() -> None:
    assert len(_named(["x" * 20_000], _FAMILY)[0]) <= 200


def test_a_theme_with_nothing_that_may_be_shown_says_nothing() -> None:
    assert _named([], _FAMILY)[0] == UNNAMED


def test_two_written_languages_give_one_form_of_a_word() -> None:
    said = [
        "Kjenner ikke virkemidlene",
        "Flere virkemidler i kommunen",
        "Oversikt over virkemidler i NAV",
        "Kurs om virkemidler",
    ]
    group = [Said(text, text, 1) for text in said]
    group += [
        Said(text, "Virkemidlene er ukjent", 1) for text in ("Verkemidla er ikkje kjende", "Kven kjenner verkemidla frå oss")
    ]
    assert "verkemid" not in names([group, [Said(text, text, 1) for text in _FAMILY]])[0].casefold()


@pytest.mark.parametrize("name", ["Molteborg", "Tangmar", "Rypeline", "Skarverun", "Fjærolv"])
def test_nobody_s_name_is_in_a_theme_name(result: Result, name: str) -> None:
    assert name.casefold() not in " ".join(theme.name for theme in result.themes).casefold()


def test_the_demo_s_names_are_short_unlike_and_without_verbs(result: Result) -> None:
    found = [theme.name for theme in result.themes]
    words = {word for name in found for word in name.casefold().replace(",", "").split()}
    assert len(set(found)) == len(found)
    assert all(len(name.split()) <= 8 for name in found)
    assert not {"redd", "fikk", "passer", "syke", "vedkommende", "kjenner", "vise", "fordelt", "uklart", "verkemidla"} & words
    assert {"hull i CV-en", "fast kontaktperson"} <= {part for name in found for part in _parts(name)}


def _parts(name: str) -> list[str]:
    return [part[0].lower() + part[1:] for part in name.replace(" og ", ", ").split(", ")]
