"""Spreadsheets (XLSX, ODS, XLS, XLSB) that others made, read as texts.

The reader takes room for every cell between the first and the last: one letter in the farthest corner of an empty sheet is
17 billion cells, and a reader that is refused memory takes its process with it. So it has a process of its own, with limits.
"""

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from typing import Any

SECONDS, MOST_UNPACKED = 30, 100_000_000
READ = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from datetime import date
from io import BytesIO
from python_calamine import CalamineWorkbook

def text(cell):
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)

sheet = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
json.dump([[text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=sys.argv[1] == "skip")], sys.stdout)
"""


class Unreadable(Exception):
    """Not a spreadsheet, or one that nobody filled in by hand."""


def rows(content: bytes, *, skip_empty_area: bool = True) -> list[list[str]]:
    """The rows of the first sheet: dates as ISO, whole numbers without a decimal, the rest as it is. Without
    ``skip_empty_area`` empty rows and columns before the first cell count. Raises ``Unreadable``.
    """
    _check_size(content)
    command = [sys.executable, "-I", "-c", READ, "skip" if skip_empty_area else "all"]
    try:
        told = subprocess.run(command, input=content, capture_output=True, check=True, timeout=SECONDS).stdout
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Unreadable from error
    found: list[list[str]] = json.loads(told)
    return found


def _check_size(content: bytes) -> None:
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts: list[Any] = packed.infolist()
            # A part longer than it says would unpack past the limit, and fails the test.
            if sum(part.file_size for part in parts) > MOST_UNPACKED or packed.testzip():
                raise Unreadable
    except (zipfile.BadZipFile, ValueError, KeyError, OSError, NotImplementedError, RuntimeError) as error:
        raise Unreadable from error
