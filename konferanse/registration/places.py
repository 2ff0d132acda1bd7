"""How many may come, and how many places are left, for pages. All counting is the ledger's; ``seats`` alone gives any."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.common.language import weekday_date, weekday_heading
from konferanse.conference.models import Conference
from konferanse.registration import labels, line
from konferanse.registration.ledger import PLACE, Key, Ledger, count


class Availability(NamedTuple):
    """Seats for those who come in person. ``seats`` and ``left`` are None without a limit; ``left`` is never negative.

    ``taken`` are confirmed and offered, ``held`` invited organisations' seats nobody has filled; ``is_full`` whether
    somebody new would have to wait, whoever they are; ``kinds`` the kinds of limits in use.
    """

    seats: int | None
    taken: int
    left: int | None
    waiting: int
    held: int = 0
    is_full: bool = False
    kinds: frozenset[str] = frozenset()


class Place(NamedTuple):
    """One limit: ``key`` as in ``ledger``, how many, how many taken (held ones too), how many left."""

    key: Key
    seats: int
    taken: int
    left: int


def availability(conference: Conference) -> Availability:
    """The seats of ``conference``, counted now, as somebody new meets them: those who wait come first."""
    ledger = count(conference)
    for _party in line.in_turn(conference, ledger):
        pass
    days = [("day", day.isoformat()) for day in conference.dates]
    no_day = all(ledger.left(day) == 0 or day in ledger.blocked for day in days)
    return _availability(conference, ledger, is_full=PLACE in ledger.blocked or no_day)


def tally(conference: Conference) -> Availability:
    """The same without walking the line, for pages that only count; ``is_full`` says whether every seat is taken."""
    return _availability(conference, count(conference))


def _availability(conference: Conference, ledger: Ledger, *, is_full: bool = False) -> Availability:
    held = sum(hold.unfilled for hold in ledger.holds.values())
    left = ledger.left(PLACE)
    is_full = is_full or left == 0 or line.is_selected(conference)
    taken, waiting = ledger.taken[PLACE] - held, ledger.waiting["physical"]
    kinds = frozenset(kind for kind, _subject in ledger.limits)
    return Availability(conference.seats, taken, left, waiting, held, is_full, kinds)


def places(conference: Conference) -> list[Place]:
    """Every limit but the conference's own, with what is left; a blocked one has nothing left for a newcomer."""
    ledger = count(conference)
    for _party in line.in_turn(conference, ledger):
        pass
    order = ("day", "digital", "type", "organisation")
    found = [
        Place(key, seats, ledger.taken[key], 0 if key in ledger.blocked else ledger.left(key) or 0)
        for key, seats in ledger.limits.items()
        if key != PLACE
    ]
    return sorted(found, key=lambda row: (order.index(row.key[0]), row.key[1]))


def in_short(conference: Conference, whole: Availability) -> list[tuple[str, str]]:
    """What a newcomer should know before choosing: (which, how many) for each day and the digital places that have a limit of
    their own, and each type of organisation that is full. Nothing for those in person where nobody new gets a seat."""
    if not whole.kinds & {"day", "digital", "type"}:
        return []
    told = []
    for place in places(conference):
        kind, subject = place.key
        left = place.left if whole.left is None or kind == "digital" else min(place.left, whole.left)
        words = str(ngettext("%(num)s ledig", "%(num)s ledige", left)) if left else str(_("fullt"))
        if kind == "digital":
            told.append((str(_("Digitalt")), words))
        elif kind == "day" and not whole.is_full:
            told.append((weekday_heading(date.fromisoformat(subject)), words))
        elif kind == "type" and not left and not whole.is_full:
            told.append((str(labels.TYPES[subject]), words))
    return told


def in_words(keys: Iterable[Key]) -> str:
    """What is full, for the person it concerns. The narrowest limit says most."""
    order = ("day", "organisation", "type", "digital", "conference")
    kind, subject = min(keys, key=lambda key: (order.index(key[0]), key[1]))
    words: dict[str, str] = {
        "day": _("Det er fullt %(day)s.", day=weekday_date(date.fromisoformat(subject))) if kind == "day" else "",
        "organisation": _("Virksomheten har brukt alle plassene den kan få."),
        "type": _("Plassene til denne typen virksomhet er tatt."),
        "digital": _("Alle de digitale plassene er tatt."),
        "conference": _("Alle plassene er tatt."),
    }
    return words[kind]
