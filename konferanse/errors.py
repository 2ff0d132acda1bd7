"""Refusals and failures as pages (or JSON for the table API) that say how to mend it."""

from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException

from konferanse.common.errors import RETRY, Gone, Refused, log_unavailable
from konferanse.extensions import db

# status → (title, what to do)
TEXTS: dict[int, tuple[Any, Any]] = {
    400: (_l("Forespørselen kunne ikke leses"), _l("Gå tilbake, last siden på nytt og prøv igjen.")),
    401: (_l("Du må logge inn"), _l("Økten er over. Logg inn, gå tilbake og send skjemaet på nytt.")),
    403: (_l("Du har ikke tilgang"), _l("Spør den som er ansvarlig for konferansen, om å gi deg tilgang.")),
    404: (_l("Siden finnes ikke"), _l("Adressen kan være skrevet feil, eller siden er flyttet. Prøv forsiden.")),
    405: (_l("Siden kan ikke brukes slik"), _l("Gå tilbake og bruk knappene på siden.")),
    409: (_l("Det gikk ikke"), _l("Noe endret seg i mellomtiden. Last siden på nytt og prøv igjen.")),
    410: (_l("Siden er fjernet"), _l("Innholdet er slettet eller trukket tilbake.")),
    413: (_l("Filen eller teksten er for stor"), _l("Gjør den mindre og prøv igjen.")),
    422: (_l("Noe må rettes"), _l("Gå tilbake og se over det du skrev.")),
    429: (_l("Litt for mange forsøk"), _l("Vent noen minutter og prøv igjen.")),
    500: (_l("Noe gikk galt hos oss"), _l("Feilen er logget. Det du sendte, er ikke lagret; prøv igjen om litt.")),
    503: (_l("Ikke lagret ennå"), _l("Det er kø akkurat nå. Vent noen sekunder og prøv igjen.")),
}
CSRF_TEXT = _l(
    "Skjemaet har vært åpent for lenge, eller nettleseren tar ikke imot informasjonskapsler. Last siden på nytt og send igjen."
)


# A personal link is most often cut off by a mail program, or read off paper.
LINK_TEXTS: dict[str, tuple[Any, Any]] = {
    "/min/<token>": (
        _l("Lenken virker ikke"),
        _l(
            "Kanskje kom ikke hele adressen med. Åpne lenken i e-posten på nytt, eller gå til konferansens side, "
            "velg Påmelding og be om å få lenken på nytt."
        ),
    ),
    "/invitasjon/<token>": (
        _l("Lenken virker ikke"),
        _l("Kanskje kom ikke hele adressen med. Åpne lenken i e-posten på nytt, eller be arrangøren om en ny."),
    ),
}


def init_app(app: Flask) -> None:
    """Handle every error on ``app``."""
    app.register_error_handler(CSRFError, lambda error: _answer(400, str(CSRF_TEXT)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(ObjectDeletedError, lambda error: _changed_meanwhile(404))
    app.register_error_handler(StaleDataError, lambda error: _changed_meanwhile(409))
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:  # abort(redirect(…))
        return error.response
    return _answer(error.code or 500)


def _refused(error: Refused) -> ResponseReturnValue:
    db.session.rollback()
    return _answer(error.status, error.message, _("Lenken gjelder ikke lenger") if isinstance(error, Gone) else None)


def _database(error: OperationalError) -> ResponseReturnValue:
    """A locked or full database: nothing was stored, and the client may try again."""
    db.session.rollback()
    log_unavailable(error, request.url_rule)
    response = _answer(503)
    response.headers.update(RETRY)
    return response


def _changed_meanwhile(status: int) -> ResponseReturnValue:
    """Somebody else deleted what this request was about while it waited for its turn."""
    db.session.rollback()
    return _answer(status)


def _unexpected(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    # The rule, not the path: a path may hold a personal link.
    structlog.get_logger().exception("request.failed", path_rule=str(request.url_rule), error=type(error).__name__)
    return _answer(500)


def _answer(status: int, message: str | None = None, heading: str | None = None) -> Response:
    if request.path.startswith("/api/"):
        body: dict[str, Any] = {"message": message or str(TEXTS.get(status, TEXTS[500])[1])}
        return make_response(jsonify(body | {"saved": False} if status == 503 else body), status)
    title, advice = _of_a_link(status) or TEXTS.get(status, (_("Det gikk ikke"), _("Gå tilbake og prøv igjen.")))
    page = render_template(
        "errors/error.html", status=status, title=heading or title, advice=message or advice, back=_back(status)
    )
    return make_response(page, status)


def _back(status: int) -> tuple[str, str] | None:
    """(address, words) of the page that leads on, for somebody who was let in but whose act was refused."""
    given, rule = request.view_args or {}, str(request.url_rule)
    if status not in (400, 409, 422, 429, 503):
        return None
    if rule.startswith("/min/<token>"):
        return url_for("front.mine", token=given["token"]), _("Til siden din")
    if rule.startswith("/invitasjon/<token>"):
        return url_for("registration.invitation", token=given["token"]), _("Tilbake til plassene deres")
    if rule.startswith("/admin/k/<slug>"):
        return url_for("front.overview", slug=given["slug"]), _("Til konferansen")
    return None


def _of_a_link(status: int) -> tuple[Any, Any] | None:
    """What to say of a personal link that is nobody's; the same whatever is wrong with it."""
    if status != 404 or request.url_rule is None or "uid" in (request.view_args or {}):
        return None
    return next((texts for rule, texts in LINK_TEXTS.items() if request.url_rule.rule.startswith(rule)), None)
