"""Word lists that a person can read, as patterns."""

import re


def cue(words: str, *more: str) -> re.Pattern[str]:
    """A pattern for any of the words, whatever their case.

    Words are split at white space; ``*`` stands for more letters, ``_`` for a space. ``more`` are regular expressions.
    """
    listed = sorted({re.escape(word).replace(r"\*", r"\w*").replace("_", r"\s+") for word in words.split()}, reverse=True)
    parts = [rf"\b(?:{'|'.join(listed)})(?!\w)", *more] if listed else list(more)
    return re.compile("|".join(parts), re.IGNORECASE)
