"""The titles of the slides as the beginning of a summary, which a person must write on: a list of titles tells nobody what was
said."""

from collections.abc import Iterable

MARK = "– "
OWN_WORDS = 40  # characters beside the titles, a short sentence
MOST_TITLES = 40


def draft(titles: Iterable[str]) -> str:
    """The titles, each once and on a line of its own."""
    each = dict.fromkeys(" ".join(title.split()) for title in titles)
    return "\n".join(f"{MARK}{title}" for title in list(each)[:MOST_TITLES] if title)


def is_untouched(summary: str, titles: Iterable[str]) -> bool:
    """Whether ``summary`` says next to nothing but what the slides are called."""
    known = {_plain(title) for title in titles} - {""}
    lines = [_plain(line) for line in summary.splitlines()]
    own = [line for line in lines if line not in known]
    return len(own) < len(lines) and len("".join(own)) < OWN_WORDS


def _plain(line: str) -> str:
    return " ".join(line.strip(" \t–-•*.:").split()).casefold()
