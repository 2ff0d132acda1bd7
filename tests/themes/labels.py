"""Labels of the demo's answers, written with them, and the measure that compares groupings."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Label:
    points: frozenset[str]
    kind: str
    owner: str
    deadline: str
    indicator: str
    sensitive: bool


@lru_cache(maxsize=1)
def labels() -> dict[str, Label]:
    with (Path(__file__).parent / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["id"]: Label(
                frozenset(row["points"].split()),
                row["kind"],
                row["owner"],
                row["deadline"],
                row["indicator"],
                row["sensitive"] == "1",
            )
            for row in csv.DictReader(file)
        }


def bcubed(found: dict[str, set[str]], gold: dict[str, Label]) -> float:
    """F1 of extended B-cubed (Amigó et al. 2009) over the answers that have a label."""
    ids = [i for i in gold if gold[i].points]
    ours = {i: frozenset(found[i]) or frozenset({f"alone {i}"}) for i in ids}
    theirs = {i: gold[i].points for i in ids}
    precision, recall = _side(ours, theirs, ids), _side(theirs, ours, ids)
    return 2 * precision * recall / (precision + recall)


def _side(one: dict[str, frozenset[str]], other: dict[str, frozenset[str]], ids: list[str]) -> float:
    total = 0.0
    for i in ids:
        near = [j for j in ids if one[i] & one[j]]
        total += sum(min(len(one[i] & one[j]), len(other[i] & other[j])) / len(one[i] & one[j]) for j in near) / len(near)
    return total / len(ids)
