"""Who gets in where, from what a view declares: written out here apart from the code that decides it."""

import re

from werkzeug.test import TestResponse

from konferanse.conference.access import PERMISSIONS
from tests.factories.world import ACTORS

# What an actor holds in our conference.
HOLDS = {name: {name, "read"} for name in PERMISSIONS}
HOLDS["organiser"] = HOLDS["administrator"] = {"organiser", "programme", "moderation", "plan", "read"}
LINKS = {
    "link:participant": "min",
    "link:table": "bord",
    "link:speaker": "innleder",
    "link:invitation": "invitasjon",
    "link:receipt": "kvittering",
    "link:wall": "vegg",
}
# What writing in a part of a conference's staff pages takes; the parts not named here take the organiser.
AREAS = {
    "bord": "moderation",
    "oppgaver": "moderation",
    "svar": "moderation",
    "program": "programme",
    "presentasjoner": "programme",
    "innledere": "programme",
    "temaer": "plan",
    "plan": "plan",
    "behov": "needs",
}
# Where anybody may write: sign-in, sign-up and input from the web.
OPEN = re.compile(r"/inn(/|$)|/k/<slug>/(pamelding|innspill/gi)")
IN, SIGN_IN, MISSING, FORBIDDEN = "let in", "sign in", "404", "403"


def outcome(response: TestResponse) -> str:
    """What happened, seen from outside. A form that refuses its content has let the person in."""
    status = response.status_code
    if status == 401 or (status in (302, 303) and response.location.split("?")[0] == "/inn"):
        return SIGN_IN
    if status in (403, 404, 405) or status >= 500:
        return str(status)
    return IN


def expected(access: str | None, actor: str) -> str:
    """What ``actor`` gets in our own, published conference. A new kind of access is decided here, once."""
    if access in ("everyone", "conference:public") or access in LINKS:
        return IN
    if actor == "nobody":
        return SIGN_IN
    if access == "signed-in":
        return IN
    if access == "administrator":
        return IN if actor == "administrator" else MISSING
    kind, _, permission = (access or "").partition(":")
    assert kind == "permission", f"tests/rules/expected.py does not know the access {access!r}: say there who it lets in"
    assert permission in PERMISSIONS
    if actor not in HOLDS:
        return MISSING
    return IN if permission in HOLDS[actor] else FORBIDDEN


def insider(access: str | None) -> str:
    """Somebody whom ``access`` lets in."""
    return next(actor for actor in reversed(ACTORS) if expected(access, actor) == IN)
