"""CSV files that a command reads: UTF-8 with or without BOM, comma or semicolon. A bad line is named by number and column."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_LARGEST_FIELD = 10_000_000


class BadFile(ValueError):
    """A file that cannot be used; says in one Norwegian sentence what is wrong, where, and how to mend it."""


def required(path: Path, line: int, row: dict[str, str], *columns: str) -> None:
    """Raise ``BadFile`` when one of ``columns`` is blank in ``row``."""
    for column in columns:
        if not row[column].strip():
            raise BadFile(f"{path.name}, linje {line}, kolonne {column}: feltet er tomt. Fyll det ut.")


def rows(path: Path, columns: Sequence[str], may_lack: Sequence[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number (where the row starts, from 1) and the wanted columns of each row that is not blank; a column in
    ``may_lack`` that is not there is empty. Raises ``BadFile``."""
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
                    header = _header(path, line, fields, columns, may_lack)
                else:
                    yield line, dict.fromkeys(may_lack, "") | _row(path, line, header, fields, columns)
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


def _header(path: Path, line: int, fields: list[str], columns: Sequence[str], may_lack: Sequence[str]) -> list[str]:
    header = [field.strip() for field in fields]
    missing = [column for column in columns if column not in header and column not in may_lack]
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
    return {column: fields[header.index(column)] for column in columns if column in header}


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV text with comma and LF. Ids are written as given: the file is read by programs, by id."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
