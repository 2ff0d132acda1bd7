"""Our own style sheets and scripts, gzipped once per content in the instance's folder, so that no stale copy can be served.

What npm brought is gzipped at set-up (static/vendor.py) and served from beside the file.
"""

import gzip
import hashlib
import os
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

ZIPPED = (".css", ".js", ".svg")


class StaticFiles(WhiteNoise):  # type: ignore[misc]
    """WhiteNoise over ``root`` at ``/static/``; gzipped copies are kept in ``store`` by the hash of their content."""

    def __init__(self, application: Any, root: Path, store: Path, max_age: int) -> None:
        self.store = store
        super().__init__(application, root=str(root), prefix="static/", max_age=max_age)

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        """The file with its gzipped copy."""
        if not path.endswith(ZIPPED) or Path(f"{path}.gz").exists():
            return super().get_static_file(path, url, stat_cache)
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        return StaticFile(path, headers.items(), encodings={"gzip": str(self._zipped(Path(path)))})

    def _zipped(self, path: Path) -> Path:
        content = path.read_bytes()
        kept = self.store / f"{hashlib.sha256(content).hexdigest()[:20]}.gz"
        if not kept.exists():
            self.store.mkdir(parents=True, exist_ok=True)
            fresh = kept.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(gzip.compress(content, 9, mtime=0))
            fresh.replace(kept)
        return kept
