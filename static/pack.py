"""Gzip our own style sheets and scripts beside themselves, so that whitenoise sends them packed; run at set-up, not in git."""

import gzip
from pathlib import Path

HERE = Path(__file__).parent

if __name__ == "__main__":
    for source in (*HERE.glob("css/*.css"), *HERE.glob("js/*.js"), *HERE.glob("img/*.svg")):
        source.with_name(f"{source.name}.gz").write_bytes(gzip.compress(source.read_bytes(), 9, mtime=0))
    (HERE / ".packed").touch()
