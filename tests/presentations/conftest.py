"""Who hands in."""

from collections.abc import Callable

import pytest

from konferanse.conference.models import Conference
from tests.conftest import StrictClient


@pytest.fixture
def editor(sign_in: Callable[..., StrictClient], conference: Conference) -> StrictClient:
    """Somebody who may change the programme and its presentations."""
    return sign_in("programme", conference=conference)
