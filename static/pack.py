"""What set-up makes of our own files, none of it in git: the word lists that phones need as a script, and every style sheet and
script gzipped beside itself, so that whitenoise sends it packed."""

import gzip
from pathlib import Path

HERE = Path(__file__).parent
LISTS = HERE.parent / "konferanse" / "themes" / "lists"


def listed(name: str) -> str:
    """The words of a list, with a space between."""
    lines = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return " ".join(word for line in lines if not line.startswith("#") for word in line.split())


if __name__ == "__main__":
    words = f'const tableNames = "{listed("first-names")}";\nconst tableHealth = "{listed("health")}";\n'
    (HERE / "js" / "table-words.js").write_text(f'"use strict";\n{words}', encoding="utf-8")
    for source in (*HERE.glob("css/*.css"), *HERE.glob("js/*.js"), *HERE.glob("img/*.svg")):
        source.with_name(f"{source.name}.gz").write_bytes(gzip.compress(source.read_bytes(), 9, mtime=0))
    (HERE / ".packed").touch()
