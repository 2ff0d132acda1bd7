"""Many organisations at once, pasted as lines: virksomhet; type; fylke; kontakt; e-post; plasser.

Cells are parted by tab, semicolon or comma, whichever the first line holds. A heading is passed over. Types and counties are
written as on the page, or as their codes. What is wrong is named by line and column.
"""

import csv
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from konferanse.common.fields import unprintable
from konferanse.registration import labels
from konferanse.registration.invitations.invitations import Invited
from konferanse.registration.organisations import organisation_key

MOST_LINES = 2_000
MOST_SEATS = 1_000
CELLS = 6
LENGTHS = {"organisation": 200, "contact": 120, "email": 254}
HEADINGS = {"virksomhet", "verksemd", "organisation", "organization"}


class Line(NamedTuple):
    """A line that was understood, with its number."""

    number: int
    invited: Invited


class Problem(NamedTuple):
    """What is wrong on a line."""

    line: int
    message: str


def read(text: str) -> tuple[list[Line], list[Problem]]:
    """The lines of ``text``, and what is wrong with the others."""
    found: list[Line] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, cells in _rows(text):
        if number > MOST_LINES:
            problems.append(Problem(number, _("Det er plass til %(n)s linjer om gangen.", n=MOST_LINES)))
            break
        wrong = list(_problems(cells))
        key = organisation_key(cells[0])
        if not wrong and key in seen:
            wrong.append(_("Virksomheten står også på linje %(n)s.", n=seen[key]))
        seen.setdefault(key, number)
        problems += [Problem(number, message) for message in wrong]
        if not wrong:
            organisation, kind, county, contact, email, seats = cells
            about = {"type": _code(kind, labels.TYPES) or "annet", "county": _code(county, labels.COUNTIES) or "annet"}
            found.append(Line(number, Invited(organisation, email, int(seats), contact_name=contact, **about)))
    return found, problems


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = next((line for line in text.split("\n") if line.strip()), "")
    mark = next((mark for mark in "\t;," if mark in first), ";")
    for number, line in enumerate(text.split("\n"), 1):
        try:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=mark), [])]
        except csv.Error:
            cells = [line]
        if any(cells) and not (number == 1 and cells[0].casefold() in HEADINGS):
            yield number, cells


def _problems(cells: list[str]) -> Iterator[str]:
    if len(cells) != CELLS:
        yield _("Det skal være seks felt: virksomhet, type, fylke, kontakt, e-post og plasser. Her er det %(n)s.", n=len(cells))
        return
    organisation, kind, county, contact, email, seats = cells
    if not organisation or len(organisation) > LENGTHS["organisation"] or unprintable(organisation):
        yield _("Virksomhet: skriv navnet, med høyst 200 tegn.")
    if kind and _code(kind, labels.TYPES) is None:
        yield _("Type: «%(value)s» er ikke en av typene i påmeldingen.", value=_shown(kind))
    if county and _code(county, labels.COUNTIES) is None:
        yield _("Fylke: «%(value)s» er ikke et av fylkene i påmeldingen.", value=_shown(county))
    if len(contact) > LENGTHS["contact"] or unprintable(contact):
        yield _("Kontakt: skriv navnet, med høyst 120 tegn.")
    if not _is_address(email):
        yield _("E-post: skriv adressen slik: navn@virksomhet.no")
    if not (seats.isascii() and seats.isdigit() and len(seats) < 5 and 1 <= int(seats) <= MOST_SEATS):
        yield _("Plasser: skriv et tall fra 1 til 1000.")


def _code(word: str, labels_of: Mapping[str, object]) -> str | None:
    wanted = word.casefold()
    return next((code for code, label in labels_of.items() if wanted in (code, str(label).casefold())), None)


def _is_address(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return len(text) <= LENGTHS["email"]


def _shown(value: str) -> str:
    return value[:40] if not unprintable(value) else "?"
