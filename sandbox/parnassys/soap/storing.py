"""Misbehaving on purpose: what happens instead of, or to, an answer."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

from flask import Request, Response
from lxml import etree

from sandbox.parnassys.soap.faults import SoapFault
from sandbox.parnassys.soap.http import XML
from sandbox.parnassys.storing import Gekozen, Storing
from webapp.uwlr.namespaces import LEERLINGGEGEVENS

SLOW_SECONDS = 10.0
DRIP_SECONDS = 60.0
DRIPS = 120
OTHER_BRIN = "99VV"
_NS = f"{{{LEERLINGGEGEVENS}}}"
_LOGIN_PAGE = """<!doctype html>
<html lang="nl"><head><title>ParnasSys - Inloggen</title></head>
<body><h1>Inloggen</h1><p>Uw sessie is verlopen.</p></body></html>
"""


def instead(gekozen: Gekozen) -> Response | None:
    """The answer to a message that is not looked at; None when it is handled after all."""
    if gekozen.storing is Storing.WEG:
        return Response("<h1>503 Service Unavailable</h1>\n", status=503, content_type="text/html")
    if gekozen.storing is Storing.HTML:
        return Response(_LOGIN_PAGE, content_type="text/html; charset=utf-8")
    if gekozen.fault is not None:
        return Response(SoapFault(gekozen.fault).envelope(), status=500, content_type=XML)
    if gekozen.storing is Storing.TRAAG:
        time.sleep(SLOW_SECONDS)  # before any row is locked
    return None


def distort(gekozen: Gekozen, response: Response, request: Request) -> Response:
    """Spoil an answer after the message was handled and committed."""
    content = response.get_data()
    match gekozen.storing:
        case Storing.AFGEKAPT:
            response.set_data(content[: len(content) // 2])
        case Storing.DRUPPELT:
            response.response = _drops(content)
            response.content_length = len(content)
        case Storing.ANTWOORD_KWIJT:
            return _hang_up(request)
        case Storing.ANDERE_SCHOOL | Storing.ANDER_SCHOOLJAAR | Storing.HALVE_SCHOOL:
            response.set_data(_other_school(gekozen.storing, content))
    return response


def _drops(content: bytes) -> Iterator[bytes]:
    size = -(-len(content) // DRIPS)
    for begin in range(0, len(content), size):
        time.sleep(DRIP_SECONDS / DRIPS)
        yield content[begin : begin + size]


def _hang_up(request: Request) -> Response:
    """Break the connection under the server, so that the caller gets not one byte."""
    wire: socket.socket | None = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    if wire is not None:
        wire.shutdown(socket.SHUT_RDWR)
    return Response(status=504)


def _other_school(storing: Storing, content: bytes) -> bytes:
    """The same answer about another school, another year, or with half of the pupils."""
    root = etree.fromstring(content)
    if storing is Storing.ANDERE_SCHOOL:
        for brin in root.iter(f"{_NS}brincode"):
            brin.text = OTHER_BRIN
    elif storing is Storing.ANDER_SCHOOLJAAR:
        for schooljaar in root.iter(f"{_NS}schooljaar"):
            start = int((schooljaar.text or "0000")[:4]) - 1
            schooljaar.text = f"{start}-{start + 1}"
    else:
        for lijst in root.iter(f"{_NS}leerlingen"):
            for leerling in list(lijst)[1::2]:
                lijst.remove(leerling)
    return etree.tostring(root, encoding="UTF-8")
