"""Malformed requests from a seed: every route, with addresses, forms, JSON, files and headers nobody meant to send."""

import json
import random
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

from tests.factories.filled import Filled
from tests.rules.garbage import FILES, HEADERS, JSON, METHODS, NAMES, PIECES, RAW_JSON, VALUES
from tests.rules.routes import ARGUMENT, Route


@dataclass
class Malformed:
    """One request, ready for werkzeug's client. ``said`` describes it in a failure."""

    method: str
    path_info: str
    query: str
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """The request, shortened, so that it can be sent again."""
        start = f"{self.method} {self.path_info[:150]!r}?{self.query[:150]}"
        return f"{start} {self.content_type} {self.body[:300]!r} { ({k: v[:60] for k, v in self.headers.items()}) }"


class Generator:
    """Makes requests for routes; ``forms`` are the product's own forms, per rule: each control's name and a value that fits."""

    def __init__(self, seed: int, filled: Filled, forms: dict[str, dict[str, str]], token: str) -> None:
        self.chance, self.filled, self.forms, self.token = random.Random(seed), filled, forms, token

    def request(self, route: Route) -> Malformed:
        """A malformed request for ``route``: often with the right method and most of the address, so that it gets far."""
        pick = self.chance
        method = route.method if pick.random() < 0.8 else pick.choice(METHODS)
        path = self._path(route)
        body, kind = (b"", "") if method in ("GET", "HEAD") and pick.random() < 0.9 else self._body(route)
        headers = {name: pick.choice(HEADERS[name]) for name in pick.sample(sorted(HEADERS), k=pick.choice([0, 0, 1, 2]))}
        headers.setdefault("X-CSRFToken", self.token)
        kind = headers.pop("Content-Type", kind)
        return Malformed(method, unquote_to_bytes(path).decode("latin-1"), self._query(), body, kind, headers)

    def _path(self, route: Route) -> str:
        broken = self.chance.choice([*route.arguments, None, None, None])

        def value(name: str) -> str:
            if name == broken:
                valid = quote(self.filled.values[route.arguments[name]])
                return self.chance.choice([*PIECES, valid[:-1], valid + "x", valid.swapcase(), valid + "%00", valid + "/"])
            return quote(self.filled.values[route.arguments[name]], safe="")

        return ARGUMENT.sub(lambda match: value(match[1]), route.rule)

    def _query(self) -> str:
        pairs = (f"{quote(self.chance.choice(NAMES))}={self._encoded()}" for _ in range(self.chance.choice([0, 0, 1, 2, 5])))
        return "&".join(pairs)

    def _encoded(self) -> str:
        if self.chance.random() < 0.5:
            return self.chance.choice(PIECES)
        return quote(self.chance.choice(VALUES)[:2000].encode("utf-8", "surrogatepass"))

    def _body(self, route: Route) -> tuple[bytes, str]:
        if route.rule.startswith("/api/") or self.chance.random() < 0.05:
            raw = self.chance.random() < 0.3
            body = self.chance.choice(RAW_JSON) if raw else json.dumps(self.chance.choice(JSON)).encode()
            return body.replace(b"oppg1", self.filled.values["oppgaver/ref"].encode()), "application/json"
        filled_in = self._fields(route)
        filled_in.append(("csrf_token", self.token))
        if self.chance.random() < 0.25:
            return self._multipart(filled_in)
        return "&".join(f"{quote(n)}={self._form(v)}" for n, v in filled_in).encode(), "application/x-www-form-urlencoded"

    def _fields(self, route: Route) -> list[tuple[str, str]]:
        """A good form with a field or two spoilt, which gets far; or one where nothing is right."""
        form = self.forms.get(route.rule)
        if form and self.chance.random() < 0.6:
            good = {name: value.replace("#", str(self.chance.randrange(10**9))) for name, value in form.items()}
            spoilt = self.chance.sample(sorted(good), k=min(len(good), self.chance.choice([1, 1, 2])))
            return list((good | {name: self.chance.choice(VALUES) for name in spoilt}).items())
        names = list(form or self.chance.choice([*self.forms.values(), dict.fromkeys(NAMES)]))
        filled_in = [(name, self.chance.choice(VALUES)) for name in names if self.chance.random() < 0.9]
        if names and self.chance.random() < 0.3:
            filled_in += [(self.chance.choice(names), self.chance.choice(VALUES)) for _ in range(3)]
        return filled_in

    @staticmethod
    def _form(value: str) -> str:
        return quote(value.encode("utf-8", "surrogatepass"))

    def _multipart(self, filled_in: list[tuple[str, str]]) -> tuple[bytes, str]:
        """Fields as text or as files: a text field sent as a file, and the other way round, is a classic."""
        parts = []
        for name, value in filled_in:
            if name != "csrf_token" and self.chance.random() < 0.4:
                file, content = self.chance.choice(FILES)
                about = f'form-data; name="{name}"; filename="{file}"'.encode("utf-8", "surrogatepass")
            else:
                about, content = (
                    f'form-data; name="{name}"'.encode("utf-8", "surrogatepass"),
                    value.encode("utf-8", "surrogatepass"),
                )
            parts.append(b"--grense\r\nContent-Disposition: " + about + b"\r\n\r\n" + content + b"\r\n")
        end = b"--grense--\r\n" if self.chance.random() < 0.9 else b""
        return b"".join(parts) + end, "multipart/form-data; boundary=grense"
