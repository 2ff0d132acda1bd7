"""Take what runs out of a PDF. Run as a program of its own: ``python -I pdf_cleaning.py IN OUT`` prints one JSON line.

A hostile PDF is parsed by C++ code and may be made to fill memory, loop or crash; it does that to a process with little
memory and time, not to the server. It imports nothing of ours, so that it starts quickly.

Output: ``{"removed": ["javascript", …], "pages": n}``, or ``{"refused": "encrypted" | "damaged" | "empty" | "heavy"}``.
"""

import json
import re
import resource
import sys
from typing import Any

import pikepdf

MEMORY = 190 << 20  # bytes of address space, of which the program itself takes 40
SECONDS = 4
INFLATED = 100 << 20  # the most one stream may become while the file is read
SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
LINKS = ("http", "https", "mailto", "tel")

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
        with pikepdf.open(source, access_mode=pikepdf.AccessMode.stream) as pdf:
            if pdf.is_encrypted:
                return {"refused": "encrypted"}
            if not len(pdf.pages):
                return {"refused": "empty"}
            removed = _clean(pdf)
            pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            return {"removed": sorted(removed), "pages": len(pdf.pages)}
    except pikepdf.PasswordError:
        return {"refused": "encrypted"}
    except MemoryError:
        return {"refused": "heavy"}
    except (pikepdf.PdfError, RecursionError, ValueError, RuntimeError, TypeError, OSError):
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
    if isinstance(thing, pikepdf.Stream) and "/F" in thing:  # ISO 32000-2 7.3.8.2: its content is another file
        del thing["/F"]
        removed.add("launch")
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
    kind = str(value.get("/S", ""))
    return "launch" if kind == "/URI" and _leads_astray(str(value.get("/URI", ""))) else ACTIONS.get(kind)


def _leads_astray(address: str) -> bool:
    """Whether a link goes anywhere but to a web page, a mailbox or a telephone."""
    scheme = SCHEME.match(address)
    return bool(scheme and scheme[1].lower() not in LINKS) or address.strip().startswith("\\\\")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    pikepdf.settings.set_qpdf_limits(flate_max_memory=INFLATED)
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
