"""Access, declared on every route and denied where it is not.

``@requires(access)`` is the only way to a view: ``access.admit`` looks at who asks and at the URL's arguments, and
returns the arguments the view gets – the conference itself instead of its slug, for one. What a person may not know of
is 404. Conferences and personal links add their own kinds of access downstream.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from flask import abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from konferanse.access.models import Staff
from konferanse.extensions import csrf, db

Arguments = dict[str, Any]
View = Callable[..., ResponseReturnValue]


class Access(Protocol):
    """A kind of access. ``name`` is what ``flask access list`` prints."""

    name: str

    def admit(self, arguments: Arguments) -> Arguments:
        """The view's arguments, or an abort."""
        ...


class _Everyone:
    name = "everyone"

    def admit(self, arguments: Arguments) -> Arguments:
        return arguments


class _SignedIn:
    name = "signed-in"

    def admit(self, arguments: Arguments) -> Arguments:
        return arguments | {"staff": signed_in_staff()}


class _Administrator:
    name = "administrator"

    def admit(self, arguments: Arguments) -> Arguments:
        staff = signed_in_staff()
        if not staff.is_admin:
            abort(404)
        return arguments | {"staff": staff}


EVERYONE, SIGNED_IN, ADMINISTRATOR = _Everyone(), _SignedIn(), _Administrator()


def requires(access: Access) -> Callable[[View], View]:
    """Declare who a view is for."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> ResponseReturnValue:
            return view(**access.admit(arguments))

        guarded.access = access  # type: ignore[attr-defined]
        return guarded

    return declare


def current_staff() -> Staff | None:
    """Who is signed in, read once a request."""
    if "staff" not in g:
        staff = db.session.get(Staff, session["staff"]) if "staff" in session else None
        alive = staff and staff.is_active and session.get("generation") == staff.generation
        g.staff = staff if alive else None
    current: Staff | None = g.staff
    return current


def signed_in_staff() -> Staff:
    """Who is signed in; else off to the sign-in page, or 401 for a form sent without."""
    staff = current_staff()
    if staff is None:
        abort(redirect(url_for("access.sign_in"), 303) if request.method in ("GET", "HEAD") else 401)
    return staff


def takes_files(most: int) -> Callable[[View], View]:
    """Let this route, and no other, be sent ``most`` bytes. The token is checked here and not before every request, since
    reading the form that early would meet the general limit – and so only those with access are read at all."""

    def declare(view: View) -> View:
        @wraps(view)
        def taken(**arguments: object) -> ResponseReturnValue:
            request.max_content_length = most
            csrf.protect()
            return view(**arguments)

        exempt: View = csrf.exempt(taken)
        return exempt

    return declare
