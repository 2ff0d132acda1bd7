"""Hands mail to the mail server: one connection for many mails, short waits, and whose fault it was when it failed.

A server that cannot be talked to is ``ServerDown`` and says nothing of the mail in hand; an answer about one mail is a
``Refusal``. What is known of a server that is down lies in ``<instance>/mail.down``, for the organiser and the operator.
"""

import smtplib
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

import flask_mail
from flask import current_app

from konferanse.common.clock import now

# Seconds to wait for an answer. Once a whole mail is handed over it may be scanned for a while, and whoever gives up
# then sends it twice (RFC 5321, 4.5.3.2.6).
ANSWER, VERDICT = 10.0, 30.0
# Codes that are about us or the server, whichever mail they come with: closing down, and sign-in wanted or refused.
NOT_ABOUT_THE_MAIL = (421, 530, 534, 535, 538)


class ServerDown(Exception):
    """The mail server cannot be talked to now. ``in_doubt`` when it had been given a mail and never said whether it took it."""

    def __init__(self, reason: str, *, in_doubt: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.in_doubt = reason, in_doubt


class Refusal(NamedTuple):
    """The server's no to one mail; ``for_good`` when trying again is no use."""

    reason: str
    for_good: bool


class Trouble(NamedTuple):
    """A server that is down, as far as we know."""

    since: datetime
    reason: str


class _Smtp(smtplib.SMTP):
    """Waits longer for the answer to a whole mail, and remembers that one was given."""

    given = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand over a whole mail."""
        self.given = True
        if self.sock:
            self.sock.settimeout(VERDICT)
        answer = super().data(msg)
        self.given = False
        if self.sock:
            self.sock.settimeout(ANSWER)
        return answer


class _SmtpOverTls(_Smtp, smtplib.SMTP_SSL):
    """The same, encrypted from the start."""


class Postman:
    """``with Postman() as postman``: opens when asked, opens anew when the server hangs up between mails."""

    def __init__(self) -> None:
        self._host: _Smtp | None = None
        self._handed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def open(self) -> None:
        """Connect, unless connected. Raises ``ServerDown``."""
        if self._host is None:
            try:
                self._host, self._handed = _connected(), 0
            except (smtplib.SMTPException, OSError) as error:
                raise ServerDown(_told(error)) from error

    def hand_over(self, message: flask_mail.Message) -> Refusal | None:
        """Give the server one mail; None when it took it. Raises ``ServerDown``."""
        used = self._host is not None and self._handed > 0
        try:
            return self._give(message)
        except ServerDown as down:
            self.close()
            if not used or down.in_doubt:
                raise
        # A server may hang up after so many mails; that says nothing of the next one.
        return self._give(message)

    def close(self) -> None:
        """Hang up."""
        host, self._host = self._host, None
        if host is not None:
            try:
                host.quit()
            except (smtplib.SMTPException, OSError):
                host.close()

    def _give(self, message: flask_mail.Message) -> Refusal | None:
        self.open()
        line = flask_mail.Connection(current_app.extensions["mail"])
        line.host = host = self._host
        try:
            line.send(message)
        except smtplib.SMTPRecipientsRefused as refused:
            return _judged(*next(iter(refused.recipients.values())))
        except smtplib.SMTPSenderRefused as refused:  # our own address: the same for every mail
            raise ServerDown(_told(refused)) from refused
        except smtplib.SMTPResponseException as refused:
            return _judged(refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            raise ServerDown(_told(error), in_doubt=host is not None and host.given) from error
        except (ValueError, flask_mail.BadHeaderError) as error:
            self.close()  # the conversation may have stopped half-way
            return Refusal(type(error).__name__, for_good=True)
        self._handed += 1
        return None


def _connected() -> _Smtp:
    """Flask-Mail would wait for ever; this is its way of connecting with a limit."""
    state = current_app.extensions["mail"]
    host = (_SmtpOverTls if state.use_ssl else _Smtp)(state.server, state.port, timeout=ANSWER)
    try:
        if state.use_tls:
            host.starttls()
        if state.username and state.password:
            host.login(state.username, state.password)
    except BaseException:
        host.close()
        raise
    return host


def trouble() -> Trouble | None:
    """The mail server's trouble, when the last try to reach it failed."""
    try:
        since, _newline, reason = _sign().read_text().partition("\n")
        return Trouble(datetime.fromisoformat(since), reason)
    except (OSError, ValueError):
        return None


def note_trouble(reason: str) -> None:
    """Remember that the server is down; since when is kept from the first time."""
    known = trouble()
    _sign().write_text(f"{(known.since if known else now()).isoformat()}\n{reason}")


def note_well() -> None:
    """It answers again."""
    _sign().unlink(missing_ok=True)


def message(**values: Any) -> flask_mail.Message:
    """A mail from us that tells vacation programs not to answer (RFC 3834)."""
    sender = current_app.config["MAIL_FROM"]
    return flask_mail.Message(sender=sender, extra_headers={"Auto-Submitted": "auto-generated"}, **values)


def _judged(code: int, text: bytes | str) -> Refusal:
    if code in NOT_ABOUT_THE_MAIL:
        raise ServerDown(_answer(code, text))
    return Refusal(_answer(code, text), for_good=code >= 500)


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def _sign() -> Path:
    folder: Path = current_app.config["INSTANCE"]
    return folder / "mail.down"
