"""What is read out of one answer. The examples are of other subjects than the demo: the rules are about Norwegian."""

import pytest

from konferanse.themes.deadlines import deadline
from konferanse.themes.indicators import indicator
from konferanse.themes.kinds import kinds
from konferanse.themes.language import language
from konferanse.themes.nynorsk import in_bokmaal, version
from konferanse.themes.owners import owner
from konferanse.themes.practical import NO_WORDS, PRACTICAL, parked_reasons
from konferanse.themes.repeats import repeat_groups
from konferanse.themes.sensitive import sensitive


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rektor lager en plan mot mobbing", "Rektor"),
        ("Leksehjelp to ganger i uka, biblioteket har ansvar", "biblioteket"),
        ("Skal dette lukkast, må kommunen byggje fleire gangvegar", "kommunen"),
        ("Ny bru, ansvar: fylkeskommunen", "fylkeskommunen"),
        ("Nærmeste leder og verneombud fyller ut skjemaet", "Nærmeste leder og verneombud"),
        ("Kommunen får for lite penger", ""),
        ("Vi lager en plan", ""),
        ("Barnevernet må ikke få vite alt", ""),
        ("Skolen kjenner ikke reglene", ""),
        ("Hvem i kommunen har ansvar for dette?", ""),
    ],
)
def test_an_owner_is_who_the_answer_gives_the_task(text: str, expected: str) -> None:
    assert owner(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mobilfri skole fra 1. august", "fra 1. august"),
        ("Ny plan i løpet av første halvår 2027", "i løpet av første halvår 2027"),
        ("Ferdig før jul, tenkjer vi", "før jul"),
        ("Frist 31.12.2026 for alle", "31.12.2026"),
        ("Møte hver høst", ""),
        ("Prosjekt i to år", ""),
        ("Han søkte i mai og fikk aldri svar", ""),
        ("Fra vår side er dette greit", ""),
    ],
)
def test_a_deadline_is_a_moment_and_neither_a_frequency_nor_a_duration(text: str, expected: str) -> None:
    assert deadline(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mål: minst 90 % av elevene svømmer", "minst 90 % av elevene svømmer"),
        ("Vi måler antall elever som trives, hvert år", "antall elever som trives"),
        ("Talet på reisande til styret kvart tertial", "Talet på reisande"),
        ("Tolv nye plassar", ""),
        ("40 nye ladeplasser i kommunen", "40 nye ladeplasser i kommunen"),
        ("Stilling på 50 % for vikarer", ""),
        ("Oppfølging etter 3 måneder", ""),
    ],
)
def test_an_indicator_is_something_to_count(text: str, expected: str) -> None:
    assert indicator(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Morten i 8B har ADHD og får ikke hjelp",
        "Kollegaen vår på lageret er sykmeldt",
        "Ho som var rusfri i fjor, fekk ikkje jobb",
        "Sjåføren, Ahmed, er dømt for tyveri",
        "Turid er medlem i Fagforbundet",
    ],
)
def test_a_persons_health_drugs_crime_or_union_is_marked(text: str) -> None:
    (span,) = sensitive(text)
    assert text[span.start : span.end] == text
    assert span.why.startswith("person og ")


@pytest.mark.parametrize(
    "text",
    [
        "Folk med epilepsi må slippe nattevakt",
        "Tillitsvalgte må være med",
        "Kari skriver referat",
        "Søkeren og hans eller hennes helse",
    ],
)
def test_a_group_and_a_mere_name_are_not_marked(text: str) -> None:
    assert sensitive(text) == ()


def test_notes_about_the_day_are_parked_unless_the_day_is_the_subject() -> None:
    assert parked_reasons(["Kaffen er kald", "Dårlig lyd i salen", "🙂", "Bedre skolelunsj"]) == [
        PRACTICAL,
        PRACTICAL,
        NO_WORDS,
        "",
    ]
    school_meals = [f"Lunsjen i dag er for {word}" for word in ("dyr", "liten", "søt", "salt", "kald", "sen")]
    assert parked_reasons(school_meals) == [""] * 6


def test_what_the_task_is_mostly_about_settles_what_is_unclear() -> None:
    obstacles = ["For få lærere", "Vi mangler penger", "Redde foreldre", "Dårlige bygg", "Ikke tid", "Skyss"]
    assert kinds(obstacles, ["a"] * 6)[-1] == "hindring"
    assert kinds(["Lag en plan", "Innfør gratis buss", "Kurs for alle lærere", "Skyss"], ["b"] * 4)[-1] == "tiltak"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vi har ikke tid", "nb"),
        ("Me har ikkje tid", "nn"),
        ("We do not have the time", "en"),
        ("Mii dárbbašit eanet", "se"),
        ("", "nb"),
    ],
)
def test_the_language_of_an_answer(text: str, expected: str) -> None:
    assert language(text) == expected


def test_repeats_bear_a_typing_error_but_neither_another_number_nor_a_not() -> None:
    said = [
        "Flere praksisplasser i alle klinikker",
        "flere praksisplaser i alle klinikker!",
        "Minst 20 plasser",
        "Minst 30 plasser",
    ]
    assert repeat_groups([*said, "Vi vil absolutt ha kvotering her", "Vi vil absolutt ikke ha kvotering her"]) == [
        0,
        0,
        2,
        3,
        4,
        5,
    ]


def test_a_text_with_blank_lines_or_signs_of_apertium_stays_one_text() -> None:
    texts = ["Eg veit ikkje", "a\n\n\nb", "[x] ^y$ {z} <t> \\ / @ *", "", "\u2028\u2028", "Me må gjere meir"]
    views = in_bokmaal(texts)
    assert len(views) == len(texts)
    if version():
        assert views[0] == "Jeg vet ikke"
        assert "Vi må gjøre mer" in views[-1]
