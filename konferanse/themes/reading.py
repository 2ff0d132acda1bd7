"""The engine's CSV files."""

from collections.abc import Sequence
from pathlib import Path

from konferanse.common.csv_files import BadFile, required, rows
from konferanse.themes.records import Decision, NamedPoint, TextAnswer

ANSWERS = ("id", "task", "table", "text")
POINTS = ("point", "statement")
DECISIONS = ("answer", "point", "verdict")


def read_answers(path: Path) -> list[TextAnswer]:
    """ANSWERS.csv. Raises ``BadFile``; the text is kept exactly as it stands."""
    found: dict[str, int] = {}
    answers = []
    for line, row in rows(path, ANSWERS):
        required(path, line, row, "id", "task")
        if row["id"] in found:
            raise BadFile(
                f"{path.name}, linje {line}, kolonne id: «{row['id']}» er brukt før, på linje {found[row['id']]}. "
                "Gi hvert svar sin egen id."
            )
        found[row["id"]] = line
        answers.append(TextAnswer(row["id"], row["task"], row["table"], row["text"]))
    return answers


def read_points(path: Path) -> list[NamedPoint]:
    """POINTS.csv. Raises ``BadFile``."""
    found: dict[str, int] = {}
    points = []
    for line, row in rows(path, POINTS):
        required(path, line, row, "point", "statement")
        if row["point"] in found:
            raise BadFile(
                f"{path.name}, linje {line}, kolonne point: «{row['point']}» er brukt før, "
                f"på linje {found[row['point']]}. "
                "Gi hvert poeng sin egen id."
            )
        found[row["point"]] = line
        points.append(NamedPoint(row["point"], row["statement"]))
    return points


def read_decisions(path: Path, answers: Sequence[TextAnswer], points: Sequence[NamedPoint] | None) -> list[Decision]:
    """DECISIONS.csv about these answers and, when they are given, these points. Raises ``BadFile``."""
    answer_ids = {answer.id for answer in answers}
    point_ids = None if points is None else {point.id for point in points}
    decisions = []
    for line, row in rows(path, DECISIONS):
        required(path, line, row, *DECISIONS)
        if row["answer"] not in answer_ids:
            raise BadFile(f"{path.name}, linje {line}, kolonne answer: ingen svar har id «{row['answer']}».")
        if point_ids is not None and row["point"] not in point_ids:
            raise BadFile(f"{path.name}, linje {line}, kolonne point: ingen poeng har id «{row['point']}».")
        if row["verdict"] not in ("yes", "no"):
            raise BadFile(f"{path.name}, linje {line}, kolonne verdict: «{row['verdict']}» er verken yes eller no.")
        decisions.append(Decision(row["answer"], row["point"], row["verdict"] == "yes"))
    return decisions
