"""Nynorsk read as bokmål, so that both meet in one point. Quotes stay as written: this text is for comparing only.

Uses Debian's ``apertium-nno-nob`` when it is installed. Many texts go through one process, joined by a blank line;
everything apertium or its stream format treats as a sign of its own is taken out first.
"""

import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache

_COMMAND = ("apertium", "-u", "nno-nob")
# Signs of apertium's stream format, and everything that could look like a blank line.
_SIGNS = re.compile(r"[\[\]{}^$@/\\<>*~#+_|\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u2060\u3000\ufeff]+")
_SECONDS = 300
_BATCH = 2_000


@lru_cache(maxsize=1)
def version() -> str:
    """Version of the Debian package, "ukjent" when dpkg does not know it, "" when apertium cannot translate here."""
    apertium = shutil.which(_COMMAND[0])
    if apertium is None:
        return ""
    try:
        modes = subprocess.run([apertium, "-l"], capture_output=True, text=True, timeout=30, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    if "nno-nob" not in modes.split():
        return ""
    dpkg = shutil.which("dpkg-query")
    if dpkg is None:
        return "ukjent"
    asked = [dpkg, "-W", "-f=${Version}", "apertium-nno-nob"]
    found = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=False)
    return found.stdout.strip() or "ukjent"


def flattened(text: str) -> str:
    """A text on one line, without the signs apertium gives a meaning; never empty."""
    return _SIGNS.sub(" ", text).strip() or "."


def in_bokmaal(texts: Sequence[str]) -> list[str]:
    """Each text as bokmål, in the same order. Without apertium, or if it fails, the texts as they came."""
    if not version():
        return list(texts)
    done: list[str] = []
    for first in range(0, len(texts), _BATCH):
        done.extend(_translated(texts[first : first + _BATCH]))
    return done


def _translated(texts: Sequence[str]) -> list[str]:
    flat = [flattened(text) for text in texts]
    apertium = shutil.which(_COMMAND[0]) or _COMMAND[0]
    try:
        ran = subprocess.run(
            [apertium, *_COMMAND[1:]],
            input="\n\n".join(flat),
            capture_output=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, UnicodeError, subprocess.SubprocessError):
        return list(texts)
    out = ran.stdout.rstrip("\n").split("\n\n")
    # A count that does not fit would give texts to the wrong answers: then each is better left as it is.
    return out if len(out) == len(texts) else list(texts)
