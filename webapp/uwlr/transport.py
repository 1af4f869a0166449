"""One HTTP exchange with a LAS: our own session, one fresh connection, a deadline over all of it, and byte caps.

The exchange runs in a thread of its own. When the deadline passes it is cut off, wherever it is: in the name lookup,
the handshake, our own sending, or an answer that drips in byte by byte. What is known by then decides what the caller
hears.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import requests
import urllib3

from webapp.uwlr.certificates import ClientCertificaat
from webapp.uwlr.codes import Reden
from webapp.uwlr.connection import Line, LineAdapter
from webapp.uwlr.tls import TlsUnusable, is_refusal_of_ours, reden_of, tls_context
from webapp.uwlr.unpack import UnpackFailed, unpack

CONNECT_SECONDS = 10.0
_CHUNK = 65_536


class ExchangeFailed(Exception):
    """No usable answer came. `sent` tells whether the LAS may have got (part of) the request."""

    def __init__(self, reden: Reden, *, sent: bool) -> None:
        super().__init__(str(reden))
        self.reden = reden
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; the body holds personal data, so it stays out of `repr`. Empty when a refusal could not be read."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may take."""

    deadline: timedelta
    max_bytes: int
    certificaat: ClientCertificaat | None = None
    ca_bundle: Path | None = None


def header(headers: Mapping[str, str], name: str) -> str:
    """Return this header, however its name is written; empty when it is not there."""
    return next((value.strip() for each, value in headers.items() if each.lower() == name), "")


def exchange(url: str, body: bytes, headers: Mapping[str, str], limits: Limits, method: str = "POST") -> Answer:
    """Send the body and return the answer, whatever its status; raise ExchangeFailed when there is none to use."""
    line = Line(limits.deadline.total_seconds())
    outcome: list[Answer | ExchangeFailed] = []
    thread = threading.Thread(
        target=lambda: outcome.append(_send(line, method, url, body, headers, limits)),
        name="uwlr-exchange",
        daemon=True,
    )
    thread.start()
    thread.join(limits.deadline.total_seconds())
    if not outcome and thread.is_alive():
        line.cut_off()
        return _answer_so_far(line, Reden.TIJD_VERSTREKEN if line.sent else Reden.GEEN_VERBINDING)
    if not outcome:
        raise RuntimeError("De uitwisseling is gestopt door een fout in ons eigen programma.")
    if isinstance(outcome[0], ExchangeFailed):
        raise outcome[0]
    return outcome[0]


def _answer_so_far(line: Line, reden: Reden) -> Answer:
    """A status that is no success says enough without its body; a success without its body says nothing."""
    if line.status is None or line.status < 300:
        raise ExchangeFailed(reden, sent=line.sent and reden is not Reden.CERTIFICAAT_GEWEIGERD)
    return Answer(line.status, line.headers, b"")


def _send(
    line: Line, method: str, url: str, body: bytes, headers: Mapping[str, str], limits: Limits
) -> Answer | ExchangeFailed:
    seconds = limits.deadline.total_seconds()
    until = time.monotonic() + seconds
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy, .netrc or CA bundle from the surroundings
            session.headers.clear()
            is_tls = url.lower().startswith("https:")
            adapter = LineAdapter(line, tls_context(limits.certificaat, limits.ca_bundle) if is_tls else None)
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            response = session.request(
                method,
                url,
                data=body,
                headers={**headers, "Accept-Encoding": "gzip", "Connection": "close"},
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
                stream=True,
            )
            line.headers, line.status = dict(response.headers), response.status_code
            raw = _read(response.raw, limits.max_bytes, until)
            return Answer(
                response.status_code,
                line.headers,
                unpack(raw, response.headers.get("Content-Encoding"), limits.max_bytes),
            )
    except (UnpackFailed, TlsUnusable) as error:
        reden = error.reden
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        reden = _reden(error, line)
    finally:
        line.close()
    try:
        return _answer_so_far(line, reden)
    except ExchangeFailed as failed:
        return failed


def _read(stream: urllib3.BaseHTTPResponse, max_bytes: int, until: float) -> bytes:
    """Read the body as it travels, up to the cap and the deadline."""
    parts: list[bytes] = []
    size = 0
    while part := stream.read(_CHUNK, decode_content=False):
        size += len(part)
        if size > max_bytes:
            raise UnpackFailed(Reden.TE_GROOT)
        if time.monotonic() > until:
            raise UnpackFailed(Reden.TIJD_VERSTREKEN)
        parts.append(part)
    return b"".join(parts)


def _reden(error: Exception, line: Line) -> Reden:
    """Name what happened. The texts of these errors hold addresses and sometimes bytes, so they go no further."""
    behind = list(_chain(error))
    tls = next((each for each in behind if isinstance(each, ssl.SSLError)), None)
    if line.sent and tls is not None and is_refusal_of_ours(tls):
        return Reden.CERTIFICAAT_GEWEIGERD
    if line.sent:
        is_late = any(isinstance(each, TimeoutError | urllib3.exceptions.TimeoutError) for each in behind)
        return Reden.TIJD_VERSTREKEN if is_late else Reden.VERBINDING_VERBROKEN
    if tls is not None:
        return reden_of(tls)
    if any(isinstance(each, urllib3.exceptions.NameResolutionError) for each in behind):
        return Reden.NAAM_ONBEKEND
    return Reden.GEEN_VERBINDING


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it; urllib3 wraps an error of TLS without naming it as the cause."""
    behind: BaseException | None = error
    while behind is not None:
        yield behind
        yield from (each for each in behind.args[:1] if isinstance(each, ssl.SSLError))
        behind = behind.__cause__ or behind.__context__
