"""Word lists as plain text files beside this module, so that anybody who knows the language can mend them."""

from pathlib import Path


def listed(name: str) -> frozenset[str]:
    """The words of ``NAME.txt``: split at white space, lines that begin with # left out."""
    lines = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
