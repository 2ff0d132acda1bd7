"""What goes over the wire to a phone, counted in between: also what a service worker fetches, and headers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Wire:
    """Passes connections on to ``port``. ``down`` is how many bytes have come from the server."""

    port: int
    down: int = 0
    door: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def url(self) -> str:
        """Where to come in. No trailing slash."""
        return f"http://127.0.0.1:{self.door.getsockname()[1]}"

    def run(self) -> None:
        """Take connections until the door is shut."""
        while True:
            try:
                phone, _address = self.door.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self._pump, args=(phone, server, 0), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, phone, 1), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, counted: int) -> None:
        try:
            while data := source.recv(65536):
                self.down += counted * len(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return


@contextmanager
def wire_to(url: str) -> Iterator[Wire]:
    """A wire to the server at ``url``."""
    wire = Wire(int(url.rsplit(":", 1)[1]))
    threading.Thread(target=wire.run, daemon=True).start()
    try:
        yield wire
    finally:
        wire.door.shutdown(socket.SHUT_RDWR)
        wire.door.close()
