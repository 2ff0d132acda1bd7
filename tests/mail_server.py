"""A real mail server for the tests: it keeps what it took, and refuses, delays, hangs and stops when told to."""

import asyncio
import socket
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.serving import free_port


class MailServer:
    """``taken`` is every mail it said yes to; ``answer`` what it says to a whole mail, after ``delay`` seconds.

    ``refused`` has an answer for an address; ``greeting`` instead of a welcome ends each connection with that line;
    ``when_given`` is called with each mail before it is answered; ``hangs_up_after`` so many mails in one connection.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[EmailMessage] = []
        self.answer, self.delay = "250 OK", 0.0
        self.refused: dict[str, str] = {}
        self.when_given: Callable[[EmailMessage], None] = lambda _message: None
        self.hangs_up_after = 0
        self.connections = 0
        self._running: Controller | None = None
        self._silent: socket.socket | None = None

    @property
    def url(self) -> str:
        """What ``KONFERANSE_MAIL_URL`` is set to."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        """Whom the mails it took were for, in order."""
        return [str(message["To"]) for message in self.taken]

    def start(self) -> None:
        """Serve."""
        self._running = _Controller(self, hostname="127.0.0.1", port=self.port)
        self._running.start()
        self.connections = 0  # the controller tries it once itself

    def stop(self) -> None:
        """Refuse every connection."""
        if self._running is not None:
            self._running.stop()
            self._running = None
        if self._silent is not None:
            self._silent.close()
            self._silent = None

    def fall_silent(self) -> None:
        """Accept connections and never say a word."""
        self.stop()
        self._silent = socket.create_server(("127.0.0.1", self.port))

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or refuse it."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail, or refuse it."""
        assert isinstance(envelope.content, bytes)
        message: Any = message_from_bytes(envelope.content, policy=policy.default)
        await asyncio.sleep(self.delay)
        self.when_given(message)
        if self.answer.startswith("250"):
            self.taken.append(message)
        seen = session.__dict__.setdefault("seen", [])
        seen.append(message)
        if self.hangs_up_after and len(seen) >= self.hangs_up_after:
            asyncio.get_running_loop().call_later(0.02, server.transport.close)
        return self.answer


class _Controller(Controller):
    def factory(self) -> SMTP:
        self.handler.connections += 1
        return super().factory()
