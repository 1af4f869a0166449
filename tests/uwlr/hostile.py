"""A LAS that misbehaves on a real socket. Each behaviour gets the connection after the request was read."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket], None]
XML = "text/xml; charset=utf-8"


@dataclass
class Las:
    """The server: where it listens, and the requests that it got."""

    port: int
    scheme: str = "http"
    requests: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        """What to give to a client."""
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextmanager
def hostile_las(behave: Behaviour, *, reads: bool = True, tls: ssl.SSLContext | None = None) -> Iterator[Las]:
    """Serve with this behaviour, a thread per connection, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    las = Las(listener.getsockname()[1], "https" if tls else "http")
    stopping = threading.Event()

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            wire = tls.wrap_socket(connection, server_side=True) if tls else connection
            if reads:
                las.requests.append(read_request(wire))
            behave(wire)

    def accept() -> None:
        while not stopping.is_set():
            with contextlib.suppress(OSError):
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield las
    finally:
        stopping.set()
        listener.close()


def read_request(wire: socket.socket) -> bytes:
    """Read one whole HTTP request."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (part := wire.recv(65_536)):
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(lengths[0]):
        body += wire.recv(65_536)
    return head + b"\r\n\r\n" + body


def reply(content: bytes, status: int = 200, content_type: str | None = XML, **headers: str) -> Behaviour:
    """Answer like a well-behaved server, with these headers (underscores become dashes)."""
    lines = {"Content-Length": str(len(content)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    if content_type is not None:
        lines["Content-Type"] = content_type
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return raw(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + content)


def raw(*parts: bytes, pause: float = 0.0) -> Behaviour:
    """Write these bytes as they are, with a pause after each part."""
    pauser = threading.Event()

    def behave(wire: socket.socket) -> None:
        for part in parts:
            wire.sendall(part)
            pauser.wait(pause)

    return behave


def drip(head: bytes, content: bytes, pause: float = 0.05) -> Behaviour:
    """Write the head at once and the rest byte by byte."""
    return raw(head, *(content[i : i + 1] for i in range(len(content))), pause=pause)


def endless(head: bytes, part: bytes) -> Behaviour:
    """Write the same part for ever."""

    def behave(wire: socket.socket) -> None:
        wire.sendall(head)
        while True:
            wire.sendall(part)

    return behave


def silent(wire: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    while wire.recv(65_536):
        pass


def deaf(wire: socket.socket) -> None:
    """Neither read nor answer."""
    threading.Event().wait(5)


def hang_up(wire: socket.socket) -> None:
    """Close without a word."""


def reset(wire: socket.socket) -> None:
    """Close with a reset in place of a goodbye."""
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
