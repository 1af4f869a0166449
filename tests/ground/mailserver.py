"""A mail server on a real socket that refuses, defers, hangs, answers late or dies at the step that a test names."""

from __future__ import annotations

import base64
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

STEPS = ("connect", "ehlo", "mail", "rcpt", "data", "body")
"""In the order of the conversation; `body` is what follows the final dot."""
_GOOD = {
    "connect": "220 mail.example ESMTP",
    "ehlo": "250-mail.example\r\n250 8BITMIME",
    "helo": "250 mail.example",
    "mail": "250 2.1.0 Ok",
    "rcpt": "250 2.1.5 Ok",
    "data": "354 End data with <CR><LF>.<CR><LF>",
    "body": "250 2.0.0 Ok: queued",
    "rset": "250 2.0.0 Ok",
    "quit": "221 2.0.0 Bye",
    "starttls": "220 2.0.0 Ready to start TLS",
    "auth": "235 2.7.0 Authentication successful",
}
DIE, HANG, DRIP = "die", "hang", "drip"
Behaviour = str | Callable[[str], str]
"""An answer, one of the three words above, or a function of the line that gives one of these."""


@dataclass
class Mailserver:
    """What it does at which step, and what it saw."""

    port: int
    does: dict[str, Behaviour] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    bodies: list[bytes] = field(default_factory=list)
    """Every mail of which the final dot came in, whatever was answered."""
    delivered: list[bytes] = field(default_factory=list)
    """Those that it took."""
    logins: list[str] = field(default_factory=list)
    in_the_clear: list[str] = field(default_factory=list)
    """Every line that came without TLS."""

    def serve(self, sock: socket.socket) -> None:
        try:
            _Conversation(self, sock).hold()
        except (OSError, _Over):
            pass
        finally:
            sock.close()


class _Over(Exception):
    """The conversation has ended."""


class _Conversation:
    def __init__(self, server: Mailserver, sock: socket.socket) -> None:
        self._server, self._sock, self._file = server, sock, sock.makefile("rb")

    def hold(self) -> None:
        self._answer("connect", "")
        while line := self._file.readline().decode("latin-1").rstrip("\r\n"):
            if not isinstance(self._sock, ssl.SSLSocket):
                self._server.in_the_clear.append(line)
            step = line.split()[0].lower()
            if step == "auth":
                self._server.logins.append(base64.b64decode(line.split()[2]).decode())
            answer = self._answer(step, line)
            if step == "starttls" and answer.startswith("220"):
                assert self._server.tls is not None
                self._sock = self._server.tls.wrap_socket(self._sock, server_side=True)
                self._file = self._sock.makefile("rb")
            if step == "data" and answer.startswith("354"):
                self._take()
            if step == "quit":
                raise _Over

    def _take(self) -> None:
        lines: list[bytes] = []
        while (line := self._file.readline()) != b".\r\n":
            if not line:
                raise _Over
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self._server.bodies.append(b"".join(lines))
        if self._answer("body", "").startswith("250"):
            self._server.delivered.append(b"".join(lines))

    def _answer(self, step: str, line: str) -> str:
        does = self._server.does.get(step, self._good(step))
        answer = does if isinstance(does, str) else does(line)
        if answer == DIE:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise _Over
        if answer == HANG:
            self._until_hung_up()
        if answer == DRIP:
            self._until_hung_up(b"2")
        self._sock.sendall(answer.encode() + b"\r\n")
        return answer

    def _good(self, step: str) -> str:
        if step == "ehlo" and self._server.tls is not None:
            is_safe = isinstance(self._sock, ssl.SSLSocket)
            return "250-mail.example\r\n250 " + ("AUTH PLAIN" if is_safe else "STARTTLS")
        return _GOOD[step]

    def _until_hung_up(self, drop: bytes = b"") -> None:
        """Say nothing, or one byte now and then, until the other side gives up."""
        self._sock.settimeout(0.02)
        while True:
            try:
                if not self._sock.recv(4096):
                    raise _Over
            except TimeoutError:
                self._sock.sendall(drop)


@contextmanager
def running_mailserver(does: Mapping[str, Behaviour] = {}, tls: ssl.SSLContext | None = None) -> Iterator[Mailserver]:
    """Serve until the block ends; `does` names steps."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Mailserver(listener.getsockname()[1], dict(does), tls)
    threads: list[threading.Thread] = []
    open_: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                sock, _ = listener.accept()
                open_.append(sock)
                threads.append(threading.Thread(target=server.serve, args=(sock,), daemon=True))
                threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join(10)
        for sock in open_:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(10)
