"""Masks over stretches of a text, and whether other words tell what they cover."""

import pytest

from konferanse.answers.masking import hushed, masked, reveals
from konferanse.answers.readings import merged


def spans(*pairs: tuple[int, int]) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in pairs]


def test_each_stretch_becomes_one_mark_and_the_rest_stays() -> None:
    assert masked("Ola og Kari bør bytte", 0, 21, spans((0, 3), (7, 11))) == "[…] og […] bør bytte"


def test_stretches_that_overlap_are_one_and_those_outside_the_text_are_cut() -> None:
    found = merged(spans((4, 8), (0, 5), (30, 40), (18, 25), (9, 9)), 21)
    assert [(s["start"], s["end"]) for s in found] == [(0, 8), (18, 21)]


@pytest.mark.parametrize("statement", ["Spør ola først", "Ola.", "som OLA sier"])
def test_a_hidden_name_is_told_in_whatever_case(statement: str) -> None:
    assert reveals(statement, ["Ola"])
    assert "ola" not in hushed(statement, ["Ola"]).lower()


def test_a_hidden_name_inside_another_word_is_not_told() -> None:
    assert not reveals("Skolane bør samarbeide", ["Ola"])
    assert hushed("Skolane bør samarbeide", ["Ola"]) == "Skolane bør samarbeide"


def test_small_words_tell_nothing_alone() -> None:
    assert not reveals("Hun som er fadder, bør få tid", ["hun"])
    assert reveals("Hun som er fadder, bør få tid", ["fadder"])
