"""Documents made from plain values: PDF by typst, office formats by pandoc, neither able to read the server's files.

Both are given text as data, never as markup, so nothing a person wrote is obeyed. The same input gives the same bytes.
"""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from konferanse.common import lastresort

SECONDS = 60
COMPILE = """
import sys, typst
root, text = sys.argv[1], sys.stdin.buffer.read().decode()
made = typst.compile(root + "/page.typ", root=root, sys_inputs={"data": text}, pdf_standards=["ua-1"],
                     font_paths=[root], ignore_system_fonts=True)
sys.stdout.buffer.write(made)
"""  # a process of its own: the compiler's 70 MB leave with it, and it can be stopped
WHEN = (2019, 6, 25, 0, 0, 0)


class NotMade(Exception):
    """The document could not be made; says what typst or pandoc said."""


def pdf(template: Path, data: Any) -> bytes:
    """A tagged PDF (PDF/UA-1) of a typst ``template`` that reads ``data`` (JSON values) from ``sys.inputs.data``.

    The template may only read itself. Characters that typst's own fonts lack are drawn as boxes by the font
    ``lastresort.FAMILY``, which the template names last; they stay searchable. Raises ``NotMade``.
    """
    text = json.dumps(data, ensure_ascii=False)
    with tempfile.TemporaryDirectory() as root:  # the only folder that typst may read
        (Path(root) / "page.typ").write_bytes(template.read_bytes())
        if rare := lastresort.rare(text):
            (Path(root) / "lastresort.ttf").write_bytes(lastresort.font(rare))
        return _run(sys.executable, "-I", "-c", COMPILE, root, given=text.encode())


def convert(html: str, to: str, reference: bytes | None = None, *options: str) -> bytes:
    """``html`` as pandoc's format ``to``, styled by the ``reference`` document where the format has one.

    HTML is the only input used: pandoc's Markdown lets raw OpenXML through even in its sandbox. Raises ``NotMade``.
    """
    with tempfile.NamedTemporaryFile(suffix=f".{to}") as styles:
        if reference is not None:
            styles.write(reference)
            styles.flush()
            options = (*options, f"--reference-doc={styles.name}")
        return _run(_pandoc(), "--sandbox", "-f", "html", "-t", to, "-o", "-", *options, given=html.encode())


@cache
def default_reference(to: str) -> bytes:
    """Pandoc's own reference document for ``docx``, ``odt`` or ``pptx``."""
    return _run(_pandoc(), "--print-default-data-file", f"reference.{to}")


def _pandoc() -> str:
    import pypandoc  # not before somebody wants a document

    return str(pypandoc.get_pandoc_path())


def _run(*command: str, given: bytes = b"") -> bytes:
    """What ``command`` writes when it reads ``given``."""
    try:
        return subprocess.run(command, input=given, capture_output=True, check=True, timeout=SECONDS).stdout
    except subprocess.CalledProcessError as failed:
        raise NotMade(failed.stderr.decode(errors="replace").strip()) from failed


def rezip(archive: bytes, patch: Callable[[str, bytes], bytes]) -> bytes:
    """``archive`` (a zip file) with each part passed through ``patch(name, content)``, in the same order."""
    with zipfile.ZipFile(BytesIO(archive)) as source:
        parts: Iterator[tuple[str, bytes]] = ((name, patch(name, source.read(name))) for name in source.namelist())
        return zip_of(parts)


def zip_of(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip file of (name, bytes) in the given order, with one fixed time. ``mimetype`` is stored, not packed."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name, content in parts:
            info = zipfile.ZipInfo(name, WHEN)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return made.getvalue()
