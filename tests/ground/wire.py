"""A wire between the app and PostgreSQL that breaks at the moment that a test names."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path


class Cut(Enum):
    """When it breaks, once, on the connection that says `mark`."""

    AT_THE_MARK = auto()
    """The statement does not arrive."""
    BEFORE_COMMIT = auto()
    """The COMMIT does not arrive."""
    AFTER_COMMIT = auto()
    """The COMMIT arrives, the answer does not."""
    LATE_COMMIT = auto()
    """The COMMIT arrives only when another connection asks for a lock."""


@dataclass
class Wire:
    """Where it listens, and what it does."""

    server: Path
    port: int
    mark: bytes
    cut: Cut | None = None
    _lock_asked: threading.Event = field(default_factory=threading.Event)

    def carry(self, client: socket.socket) -> None:
        with socket.socket(socket.AF_UNIX) as server, client:
            server.connect(str(self.server))
            threading.Thread(target=self._answers, args=(server, client), daemon=True).start()
            is_marked = False
            with suppress(OSError):
                while said := client.recv(65_536):
                    is_marked = is_marked or self.mark in said
                    if b"FOR UPDATE" in said and not is_marked:
                        self._lock_asked.set()
                    if is_marked and self._breaks(said):
                        self._break(client, server, said)
                        return
                    server.sendall(said)

    def _breaks(self, said: bytes) -> bool:
        return self.cut is not None and (self.cut is Cut.AT_THE_MARK or b"COMMIT" in said)

    def _break(self, client: socket.socket, server: socket.socket, said: bytes) -> None:
        cut, self.cut = self.cut, None
        client.shutdown(socket.SHUT_RDWR)
        if cut is Cut.LATE_COMMIT:
            self._lock_asked.wait(30)
        if cut in {Cut.AFTER_COMMIT, Cut.LATE_COMMIT}:
            server.sendall(said)
            server.shutdown(socket.SHUT_WR)  # PostgreSQL does what it got, then hangs up
            while server.recv(65_536):
                pass
        else:
            server.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _answers(server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while answer := server.recv(65_536):
                client.sendall(answer)


@contextmanager
def running_wire(server: Path, mark: bytes) -> Iterator[Wire]:
    """Listen until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    wire = Wire(server, listener.getsockname()[1], mark)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=wire.carry, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield wire
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
