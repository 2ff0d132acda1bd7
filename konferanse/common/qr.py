"""QR codes for paper (ISO/IEC 18004): segno makes the code, drawn here as SVG."""

import re

import segno

# Any of the eight masks reads well with links that hold a random id. Trying them all takes six times as long: the codes of
# 2,000 badges took 16 s instead of 3.
MASK = 3
QUIET = 2  # modules of white around, on paper that is white all around
RUN = re.compile(b"\x01+")


def picture(link: str) -> str:
    """An SVG of ``link``; 15 % of it may be damaged (level M). One unit is one module."""
    code = segno.make(link, error="m", micro=False, mask=MASK)
    side = code.symbol_size(border=QUIET)[0]
    runs = (
        f"M{run.start() + QUIET} {row + QUIET}h{len(run[0])}v1h-{len(run[0])}z"
        for row, modules in enumerate(code.matrix)
        for run in RUN.finditer(bytes(modules))
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}"><path d="{"".join(runs)}"/></svg>'
