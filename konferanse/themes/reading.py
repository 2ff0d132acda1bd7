"""The engine's CSV files: UTF-8 with or without BOM, comma or semicolon. A bad line is named by number and column."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from konferanse.themes.records import Decision, NamedPoint, TextAnswer

ANSWERS = ("id", "task", "table", "text")
POINTS = ("point", "statement")
DECISIONS = ("answer", "point", "verdict")
_LARGEST_FIELD = 10_000_000


class BadFile(ValueError):
    """A file that cannot be used; says in one Norwegian sentence what is wrong, where, and how to mend it."""


def read_answers(path: Path) -> list[TextAnswer]:
    """ANSWERS.csv. Raises ``BadFile``; the text is kept exactly as it stands."""
    found: dict[str, int] = {}
    answers = []
    for line, row in _rows(path, ANSWERS):
        _required(path, line, row, "id", "task")
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
    for line, row in _rows(path, POINTS):
        _required(path, line, row, "point", "statement")
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
    for line, row in _rows(path, DECISIONS):
        _required(path, line, row, *DECISIONS)
        if row["answer"] not in answer_ids:
            raise BadFile(f"{path.name}, linje {line}, kolonne answer: ingen svar har id «{row['answer']}».")
        if point_ids is not None and row["point"] not in point_ids:
            raise BadFile(f"{path.name}, linje {line}, kolonne point: ingen poeng har id «{row['point']}».")
        if row["verdict"] not in ("yes", "no"):
            raise BadFile(f"{path.name}, linje {line}, kolonne verdict: «{row['verdict']}» er verken yes eller no.")
        decisions.append(Decision(row["answer"], row["point"], row["verdict"] == "yes"))
    return decisions


def _required(path: Path, line: int, row: dict[str, str], *columns: str) -> None:
    for column in columns:
        if not row[column].strip():
            raise BadFile(f"{path.name}, linje {line}, kolonne {column}: feltet er tomt. Fyll det ut.")


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number (where the row starts, from 1) and the wanted columns of each row that is not blank."""
    text = _text(path)
    if not text.strip():
        raise BadFile(f"{path.name} er tom. Første linje må være {','.join(columns)}.")
    heading = text.lstrip("\r\n").splitlines()[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    csv.field_size_limit(_LARGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for fields in reader:
            if any(fields):
                if header is None:
                    header = _header(path, line, fields, columns)
                else:
                    yield line, _row(path, line, header, fields, columns)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(
            f"{path.name}, linje {line}: raden kan ikke leses som CSV ({error}). "
            "Se etter et anførselstegn for mye eller for lite."
        ) from error


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path}: filen kan ikke leses ({error.strerror}).") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        start = raw.rfind(b"\n", 0, error.start) + 1
        raise BadFile(
            f"{path.name}, linje {line}, tegn {error.start - start + 1}: filen er ikke i UTF-8. "
            "Lagre den som «CSV UTF-8» og prøv igjen."
        ) from error


def _header(path: Path, line: int, fields: list[str], columns: Sequence[str]) -> list[str]:
    header = [field.strip() for field in fields]
    missing = [column for column in columns if column not in header]
    if missing:
        raise BadFile(
            f"{path.name}, linje {line}: kolonnen {', '.join(missing)} mangler. Overskriftene må være {','.join(columns)}."
        )
    double = [column for column in columns if header.count(column) > 1]
    if double:
        raise BadFile(f"{path.name}, linje {line}: kolonnen {', '.join(double)} står mer enn én gang.")
    return header


def _row(path: Path, line: int, header: list[str], fields: list[str], columns: Sequence[str]) -> dict[str, str]:
    if len(fields) < len(header):
        missing = next((column for column in header[len(fields) :] if column in columns), None)
        if missing:
            raise BadFile(
                f"{path.name}, linje {line}, kolonne {missing}: raden har {len(fields)} felt, overskriften {len(header)}."
            )
    if len(fields) > len(header):
        raise BadFile(
            f"{path.name}, linje {line}, kolonne {header[-1]}: raden har {len(fields)} felt, "
            f"overskriften {len(header)}. "
            "Sett anførselstegn rundt tekst med skilletegn i."
        )
    return {column: fields[header.index(column)] for column in columns}
