"""The demo's 497 answers run through the engine once; what was embedded is shared by all tests of one process."""

from pathlib import Path

import pytest

from konferanse.themes.embedding import MemoryStore
from konferanse.themes.engine import aggregate
from konferanse.themes.reading import read_answers
from konferanse.themes.records import Result, TextAnswer

ANSWERS = Path(__file__).parents[2] / "konferanse" / "demo" / "data" / "answers.csv"


@pytest.fixture(scope="session")
def answers() -> list[TextAnswer]:
    return read_answers(ANSWERS)


@pytest.fixture(scope="session")
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture(scope="session")
def result(answers: list[TextAnswer], store: MemoryStore) -> Result:
    return aggregate(answers, vectors=store)
