"""The stretches of an answer that each say one thing, as offsets (code points) into the text as given."""

from konferanse.themes.wording import trimmed


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each stretch, in order; empty for a text of white space."""
    whole = trimmed(text)
    return [whole] if whole[1] > whole[0] else []
