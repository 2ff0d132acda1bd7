"""Spreadsheets are read beside the application, which no file can take down."""

from datetime import date, datetime
from io import BytesIO

import pytest
from xlsxwriter import Workbook

from konferanse.common import spreadsheets


def workbook(cells: dict[tuple[int, int], object]) -> bytes:
    """A sheet with these cells."""
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        as_date = book.add_format({"num_format": "yyyy-mm-dd"})
        for (row, column), value in cells.items():
            if isinstance(value, date):
                sheet.write_datetime(row, column, datetime.combine(value, datetime.min.time()), as_date)
            else:
                sheet.write(row, column, value)
    return out.getvalue()


def test_cells_are_read_as_they_were_typed() -> None:
    content = workbook({(1, 0): "Åse", (1, 1): 7, (1, 2): 2.5, (1, 3): date(2027, 6, 26), (2, 0): "x"})
    row = ["Åse", "7", "2.5", "2027-06-26"]
    assert spreadsheets.rows(content) == [row, ["x", "", "", ""]]
    assert spreadsheets.rows(content, skip_empty_area=False) == [["", "", "", ""], row, ["x", "", "", ""]]


@pytest.mark.parametrize("corner", [(1_048_575, 16_383), (200_000, 16_383)])
def test_a_letter_in_a_far_corner_is_no_sheet_to_read(corner: tuple[int, int]) -> None:
    with pytest.raises(spreadsheets.Unreadable):
        spreadsheets.rows(workbook({(0, 0): "name", (1, 0): "Kari", corner: "x"}))


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04 not a workbook", b"\x00\x01", b"name\nKari\n"])
def test_what_is_no_spreadsheet_is_told(content: bytes) -> None:
    with pytest.raises(spreadsheets.Unreadable):
        spreadsheets.rows(content)
