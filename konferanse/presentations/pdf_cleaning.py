"""Take what runs out of a PDF. Run as a program of its own: ``python -I pdf_cleaning.py IN OUT`` prints one JSON line.

A hostile PDF is parsed by C++ code and may be made to fill memory, loop or crash; it does that to a process with little
memory and time, not to the server. It imports nothing of ours, so that it starts quickly.

Output: ``{"removed": ["javascript", …], "pages": n}``, or ``{"refused": "encrypted" | "damaged" | "empty"}``.
"""

import json
import resource
import sys
from typing import Any

import pikepdf

MEMORY = 1 << 30  # bytes of address space
SECONDS = 20
INFLATED = 256 << 20  # the most one stream may become while the file is read

# ISO 32000-2 12.6.4: actions that run, fetch, send or open something else. GoTo, Named and URI are what slides need.
ACTIONS = {
    "/JavaScript": "javascript",
    "/Rendition": "javascript",
    "/Launch": "launch",
    "/GoToR": "launch",
    "/GoToE": "launch",
    "/SubmitForm": "form",
    "/ImportData": "form",
    "/RichMediaExecute": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/GoTo3DView": "media",
}
ANNOTATIONS = {
    "/FileAttachment": "attachment",
    "/RichMedia": "media",
    "/Screen": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/3D": "media",
}
KEYS = {
    "/AA": "action",
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/EmbeddedFiles": "attachment",
    "/AF": "attachment",
    "/EF": "attachment",
    "/XFA": "form",
}


def main(source: str, target: str) -> dict[str, Any]:
    """Clean ``source`` into ``target``."""
    try:
        with pikepdf.open(source) as pdf:
            if pdf.is_encrypted:
                return {"refused": "encrypted"}
            if not len(pdf.pages):
                return {"refused": "empty"}
            removed = _clean(pdf)
            pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            return {"removed": sorted(removed), "pages": len(pdf.pages)}
    except pikepdf.PasswordError:
        return {"refused": "encrypted"}
    except (pikepdf.PdfError, MemoryError, RecursionError, ValueError, RuntimeError, TypeError, OSError):
        return {"refused": "damaged"}


def _clean(pdf: pikepdf.Pdf) -> set[str]:
    removed: set[str] = set()
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != pikepdf.Name.GoTo:
        del pdf.Root["/OpenAction"]
        removed.add(_action(opening) or "action")
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
            _visit(thing, removed)
    return removed


def _visit(thing: Any, removed: set[str]) -> None:
    """Clean ``thing`` and the direct objects in it; indirect ones are visited on their own."""
    if isinstance(thing, pikepdf.Array):
        for index in range(len(thing) - 1, -1, -1):
            if why := _unwanted(thing[index]):
                removed.add(why)
                del thing[index]
            elif _is_container(thing[index]) and not thing[index].is_indirect:
                _visit(thing[index], removed)
        return
    for key in list(thing.keys()):
        value = thing.get(key)
        if why := _named(key, value) or _unwanted(value):
            removed.add(why)
            del thing[key]
        elif _is_container(value) and not value.is_indirect:
            _visit(value, removed)


def _is_container(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream)


def _unwanted(value: Any) -> str | None:
    """Why ``value`` may not stay, if it is an action or annotation that may not."""
    if not isinstance(value, pikepdf.Dictionary):
        return None
    return _action(value) or ANNOTATIONS.get(str(value.get("/Subtype")) if "/Rect" in value else "")


def _named(key: str, value: Any) -> str | None:
    """Why the value under ``key`` may not stay. A font or picture may be called AA or JS too: those say what they are."""
    if _is_container(value) and not isinstance(value, pikepdf.Array):
        kind = str(value.get("/Type", ""))
        if (kind or "/Subtype" in value) and kind not in ("/Filespec", "/F", "/Action", "/EmbeddedFile"):
            return None
    return KEYS.get(key)


def _action(value: Any) -> str | None:
    if not isinstance(value, pikepdf.Dictionary) or str(value.get("/Type", "")) == "/StructElem":
        return None
    return ACTIONS.get(str(value.get("/S", "")))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    pikepdf.settings.set_qpdf_limits(flate_max_memory=INFLATED)
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
