"""Copy what the pages need from node_modules to static/vendor, and gzip it; run at set-up, the result is not in git."""

import gzip
import shutil
from pathlib import Path

HERE = Path(__file__).parent
NODE = HERE.parent / "node_modules"
FILES = {
    "designsystemet-theme.css": "@digdir/designsystemet-css/dist/theme/designsystemet.css",
    "designsystemet.css": "@digdir/designsystemet-css/dist/src/index.css",
    "designsystemet-web.js": "@digdir/designsystemet-web/dist/umd/index.js",
    "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "sortable.js": "sortablejs/Sortable.min.js",
    "idb.js": "idb/build/umd.js",
}

if __name__ == "__main__":
    vendor = HERE / "vendor"
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir()
    for name, source in FILES.items():
        content = (NODE / source).read_bytes()
        (vendor / name).write_bytes(content)
        if not name.endswith(".woff2"):
            (vendor / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    (vendor / ".done").touch()
