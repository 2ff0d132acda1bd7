"""Dates as each language writes them."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from konferanse.common.language import day_of_month, weekday_heading

DAY = date(2019, 6, 26)


@pytest.mark.parametrize(
    ("code", "heading", "day"),
    [("nb", "Onsdag 26. juni", "26."), ("nn", "Onsdag 26. juni", "26."), ("en", "Wednesday 26 June", "26")],
)
def test_a_day_that_begins_a_line_has_a_capital_and_keeps_those_it_had(app: Flask, code: str, heading: str, day: str) -> None:
    with app.test_request_context(), force_locale(code):
        assert (weekday_heading(DAY), day_of_month(DAY)) == (heading, day)
