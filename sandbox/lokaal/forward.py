"""Part of the addresses of the site, answered by another server: request and answer pass as they are."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug.wsgi import get_input_stream

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECONDS = 30.0
"""Longest silence that we wait for; more than ParnasSys takes when it is told to be slow."""
_CHUNK = 65_536
_OF_ONE_CONNECTION = frozenset(
    "connection expect keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade".split()  # noqa: SIM905
)
_DOWN = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>{naam} (nagebootst)</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/koppelpunt.css"></head>
<body><main class="baan"><h1>{naam} antwoordt niet</h1>
<p>Dit nagebootste deel is even weg. Het start vanzelf opnieuw: ververs deze pagina over een paar tellen.</p>
<p><a href="/sandbox/">Terug naar het begin van de proefomgeving</a></p></main></body></html>
"""


class Forward:
    """WSGI: what stands under the prefix goes to the server on host and port, the rest to the application."""

    def __init__(self, application: WSGIApplication, *, prefix: str, host: str, port: int, naam: str) -> None:
        self._application = application
        self._prefix = prefix
        self._naam = naam
        self._host = host
        self._port = port

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != self._prefix and not path.startswith(f"{self._prefix}/"):
            return self._application(environ, start_response)
        connection = http.client.HTTPConnection(self._host, self._port, timeout=SECONDS)
        try:
            _send(connection, environ)
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException):
            connection.close()
            start_response("503 Service Unavailable", [("Content-Type", "text/html; charset=utf-8")])
            return [_DOWN.format(naam=self._naam).encode()]
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _OF_ONE_CONNECTION]
        start_response(f"{answer.status} {answer.reason}", headers)
        return _Body(connection, answer)


class _Body:
    """The answer as it comes in, piece by piece; an answer that breaks off, breaks off here too."""

    def __init__(self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> None:
        self._connection = connection
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._answer.read1(_CHUNK):
            yield piece

    def close(self) -> None:
        """Let go of the connection, also when the browser left before the end."""
        self._connection.close()


def _send(connection: http.client.HTTPConnection, environ: WSGIEnvironment) -> None:
    target = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~")
    if environ.get("QUERY_STRING"):
        target += f"?{environ['QUERY_STRING']}"
    has_body = environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING")
    # A body without a length is sent in chunks by http.client.
    body = get_input_stream(environ) if has_body else None
    connection.request(environ["REQUEST_METHOD"], target, body, {**_headers(environ), "Connection": "close"})


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    """What the browser sent, its Host too: the other server makes the same links and checks the same referrer."""
    named = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
    named |= {name: environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)}
    headers = {name.replace("_", "-").title(): value for name, value in named.items()}
    return {name: value for name, value in headers.items() if name.lower() not in _OF_ONE_CONNECTION}
