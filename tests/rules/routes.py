"""Every route of the app, found in its URL map: nothing here is a list that somebody has to remember to keep."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask

from tests.factories.filled import Filled

ARGUMENT = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
WRITING = {"POST", "PUT", "DELETE", "PATCH"}


@dataclass(frozen=True)
class Route:
    """One rule with one method. ``access`` is the name of what the view declares, None when it declares nothing."""

    rule: str
    endpoint: str
    method: str
    access: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.rule} ({self.endpoint}, {self.access})"

    @property
    def arguments(self) -> dict[str, str]:
        """Name in the URL → key of its value: the piece of the path before it, and its name."""
        found = {}
        for match in ARGUMENT.finditer(self.rule):
            static = ARGUMENT.sub("", self.rule[: match.start()])
            before = [piece for piece in static.split("/") if piece][-1]
            found[match[1]] = f"{before}/{match[1]}"
        return found

    def path(self, filled: Filled, **instead: str) -> str:
        """The URL for ``filled``, some arguments replaced. A value nobody gave is an error that says where to give it."""
        missing = [key for name, key in self.arguments.items() if key not in filled.values and name not in instead]
        assert not missing, (
            f"{self}: no value for the argument {missing}. Add it to `filled.values` in tests/factories/filled.py "
            "(or world.py), beside the rows it points to, and to no other place."
        )
        values = {name: instead.get(name, filled.values.get(key, "")) for name, key in self.arguments.items()}
        return ARGUMENT.sub(lambda m: quote(values[m[1]], safe=""), self.rule)


def routes(app: Flask) -> list[Route]:
    """Every route but the static files (they are served by WhiteNoise)."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        found += [
            Route(rule.rule, rule.endpoint, method, access.name if access else None)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
    return sorted(found, key=lambda r: (r.rule, r.method))
