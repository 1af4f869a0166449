"""The connections under one exchange: they tell when bytes leave, and can be cut off from outside."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_CONTINUE, _SWITCHING, _SUCCESS = 100, 101, 200


class CutOff(OSError):
    """The deadline has passed: nothing may leave any more."""


def awake() -> float:
    """Return the seconds of a clock that also runs while the machine sleeps, where the system has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Line:
    """What the exchanging thread and its watchman share. Nothing leaves after so many seconds.

    The watchman stands still when this process does; whoever wakes up looks at the clock itself.
    """

    def __init__(self, seconds: float) -> None:
        self._until = awake() + seconds
        self._lock = threading.Lock()
        self._cut = False
        self._handle: socket.socket | None = None
        self.sent = False
        """Whether the LAS may have got a first byte of the request."""
        self.status: int | None = None
        self.headers: Mapping[str, str] = {}

    def connected(self, sock: socket.socket) -> None:
        """Keep a handle of our own on the connection: TLS takes the socket itself away."""
        with self._lock:
            if self._cut:
                raise CutOff
            self.close()
            self._handle = socket.socket(fileno=os.dup(sock.fileno()))

    def sending(self) -> None:
        """Called right before bytes of the request leave."""
        with self._lock:
            if self._cut or awake() > self._until:
                raise CutOff
            self.sent = True

    def cut_off(self) -> None:
        """Stop whatever is going on; nothing is sent from now on."""
        with self._lock:
            self._cut = True
            if self._handle is not None:
                try:
                    self._handle.shutdown(socket.SHUT_RDWR)
                except OSError:
                    return  # the other side closed it first

    def close(self) -> None:
        """Give the handle back."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None


class _Response(http.client.HTTPResponse):
    """Skips every answer that only says that the answer is still to come; by itself http.client knows 100 alone."""

    def _read_status(self) -> tuple[str, int, str]:
        found: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]  # not in the stubs
        while _CONTINUE < found[1] < _SUCCESS and found[1] != _SWITCHING:
            http.client.parse_headers(self.fp)
            found = super()._read_status()  # type: ignore[misc]  # not in the stubs
        return found


class _Watched(HTTPConnection):
    line: Line
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self.line.connected(sock)
        return sock

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self.line.sending()
        super().send(data)


class _WatchedTls(_Watched, HTTPSConnection):
    """The same over TLS; here `send` comes after the handshake, so a failed handshake has sent nothing."""

    def send(self, data: Any) -> None:
        try:
            super().send(data)
        except ssl.SSLEOFError:
            if not self.line.sent:
                raise
            # urllib3 goes on to read after this one, as it does without TLS: the LAS may have said why it hung up
            raise BrokenPipeError from None


def _plain(line: Line, **kwargs: Any) -> HTTPConnection:
    connection = _Watched(**kwargs)
    connection.line = line
    return connection


def _tls(line: Line, **kwargs: Any) -> HTTPConnection:
    connection = _WatchedTls(**kwargs)
    connection.line = line
    return connection


class LineAdapter(HTTPAdapter):
    """The connection of one exchange: no retries; `context` is None where there is no TLS."""

    def __init__(self, line: Line, context: ssl.SSLContext | None) -> None:
        self._line = line
        self._context = context
        super().__init__(max_retries=0, pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """The context alone says who is trusted; requests would have it read the authorities again for each call."""

    def get_connection_with_tls_context(self, request: Any, *_: Any, **__: Any) -> HTTPConnectionPool:
        """Verify whatever the caller asks: with `verify=True` requests leaves the context as it is."""
        pool: HTTPConnectionPool = super().get_connection_with_tls_context(request, verify=True)
        make = _tls if isinstance(pool, HTTPSConnectionPool) else _plain
        pool.ConnectionCls = partial(make, self._line)  # type: ignore[assignment]  # only ever called
        return pool
