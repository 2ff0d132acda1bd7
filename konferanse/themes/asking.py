"""Which decisions would help most: about the least clear answers, spread over answers that are not alike."""

from collections.abc import Mapping

import numpy as np

from konferanse.themes.lexical import Matrix
from konferanse.themes.matching import Matches

STEEPNESS = 10.0
"""How fast a lead over the next best point becomes certainty."""
_NEAR_ASKED = 0.6  # what is left of the worth of asking about an answer when one that it learns from is asked about


def sureness(lead: Matrix) -> Matrix:
    """A lead as 0..1: one half where two points are about as likely."""
    return np.asarray(np.round(1.0 / (1.0 + np.exp(-STEEPNESS * lead)), 3), dtype=np.float64)


def questions(found: Matches, decided: Mapping[tuple[int, int], bool], most: int) -> list[tuple[int, int, float]]:
    """Up to ``most`` (text, point, sureness), best first. A text that has got a yes is not asked about again."""
    count, points = found.scores.shape
    if not count or not points:
        return []
    lead = found.lead()
    best = lead.argmax(axis=1)
    sure = sureness(lead[np.arange(count), best])
    done = {text for (text, point), yes in decided.items() if yes or point == best[text]}
    worth = np.array([0.0 if text in done else max(1e-6, 1.0 - sure[text]) for text in range(count)])
    asked: list[tuple[int, int, float]] = []
    while len(asked) < most and worth.max() > 0.0:
        text = int(np.argmax(np.round(worth, 9)))
        asked.append((text, int(best[text]), float(sure[text])))
        worth[text] = 0.0
        worth[found.neighbours[text]] *= _NEAR_ASKED
    return asked
