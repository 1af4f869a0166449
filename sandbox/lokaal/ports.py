"""Listening sockets that we open and hand to the programs that serve them: no other program can take one in between."""

from __future__ import annotations

import errno
import socket

from sandbox.lokaal.program import LocalError

HOST = "127.0.0.1"
FIRST_PORT = 8000
TRIES = 100


def wanted_port(text: str | None) -> int | None:
    """Read PORT; None when it is not given."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65_535:
        raise LocalError(f"PORT is {text!r}; dat moet een getal zijn van 0 tot en met 65535.")
    return int(text)


def listen(port: int | None) -> socket.socket:
    """Listen on this port, or on the first free one from 8000 on when none was asked for."""
    if port is not None:
        try:
            return _listen(port)
        except OSError as error:
            raise LocalError(
                f"Poort {port} is niet vrij ({error.strerror}). Kies een andere: PORT=8123 make run"
            ) from None
    for candidate in range(FIRST_PORT, FIRST_PORT + TRIES):
        try:
            return _listen(candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise LocalError(
        f"Er is geen poort vrij van {FIRST_PORT} tot {FIRST_PORT + TRIES}. Kies er een: PORT=9123 make run"
    )


def listen_anywhere() -> socket.socket:
    """Listen on a port that the kernel picks."""
    return _listen(0)


def port_of(listener: socket.socket) -> int:
    """The port a socket listens on."""
    port: int = listener.getsockname()[1]
    return port


def _listen(port: int) -> socket.socket:
    _refuse_if_taken_on_ipv6(port)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _refuse_if_taken_on_ipv6(port: int) -> None:
    """A browser tries `localhost` on ::1 first; somebody else's server there would be shown as ours."""
    if port == 0 or not socket.has_ipv6:
        return
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("::1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise
