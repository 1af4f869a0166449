"""The LAS of a load test, in a process of its own and over https: answers, and confirms whatever comes.

`python -m tests.benchmarks.nachtlas FOLDER LEERLINGEN [SECONDS] [UNSURE]`: writes its address, then serves until its
stdin ends. It takes so many seconds for each answer, and of so large a share of the results it does not say that it
took them.
"""

from __future__ import annotations

import re
import socket
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import random
from time import sleep

from sandbox.proef import nachtvulling
from tests.las import reply, running_las
from tests.uwlr.certificates import Authority
from webapp.uwlr.namespaces import LEERLINGGEGEVENS, LEERRESULTATEN, SOAP

_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="{}"><soap:Body>{}</soap:Body></soap:Envelope>'
)
_CONFIRMATION = _ENVELOPE.format(SOAP, f'<leerresultaten_bevestiging xmlns="{LEERRESULTATEN}"/>').encode()
_ANSWER = '<leerlinggegevens_antwoord xmlns="{}"><leerlinggegevens>{}</leerlinggegevens></leerlinggegevens_antwoord>'
_NOW = "AANMAAKDATUM"
"""Stands where each answer has its own moment: a LAS makes it anew every night."""


class Nachtlas:
    """The behaviour of this LAS, for schools of so many leerlingen."""

    def __init__(self, aantal: int, seconds: float = 0.0, unsure: float = 0.0) -> None:
        self._aantal, self._seconds, self._unsure = aantal, seconds, unsure

    def __call__(self, wire: socket.socket, request: bytes) -> None:
        """Answer one request."""
        sleep(self._seconds)
        if b"<leerresultaten" in request or b":leerresultaten" in request:
            is_unsure = random() < self._unsure
            (reply(b"", 202, None) if is_unsure else reply(_CONFIRMATION))(wire, request)
            return
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
        reply(self._answer(_said(b"brincode", request), _said(b"schooljaar", request)).replace(_NOW.encode(), now))(
            wire, request
        )

    @cache  # noqa: B019  (it lives as long as the process)
    def _answer(self, brin: str, schooljaar: str) -> bytes:
        kinderen = nachtvulling.leerlingen(brin, schooljaar, self._aantal)
        parts = [
            f"<school><schooljaar>{schooljaar}</schooljaar><brincode>{brin}</brincode><dependancecode>00"
            f"</dependancecode><aanmaakdatum>{_NOW}</aanmaakdatum><xsdversie>2.2</xsdversie></school><groepen>",
            *(
                f'<groep key="{brin}-g{n}"><naam>Groep {n}</naam><jaargroep>{n}</jaargroep></groep>'
                for n in range(1, 9)
            ),
            "</groepen><leerlingen>",
            *(
                f'<leerling key="{kind.key}" eckid="{kind.eckid}"><achternaam>{kind.achternaam}</achternaam>'
                f"<roepnaam>{kind.roepnaam}</roepnaam><geboortedatum>{kind.geboortedatum}</geboortedatum>"
                f"<geslacht>1</geslacht><jaargroep>{kind.jaargroep}</jaargroep>"
                f'<groep key="{brin}-g{kind.jaargroep}"/></leerling>'
                for kind in kinderen
            ),
            "</leerlingen><leerkrachten>",
            *(
                f'<leerkracht key="{key}"><achternaam>{achternaam}</achternaam><roepnaam>{roepnaam}</roepnaam>'
                f'<groepen><groep key="{brin}-g{n % 8 + 1}"/></groepen></leerkracht>'
                for n, (key, achternaam, roepnaam) in enumerate(nachtvulling.leerkrachten(brin))
            ),
            "</leerkrachten>",
        ]
        body = "".join(parts)
        return _ENVELOPE.format(SOAP, _ANSWER.format(LEERLINGGEGEVENS, body)).encode()


def _said(element: bytes, request: bytes) -> str:
    found = re.search(rb"<(?:\w+:)?" + element + rb">([^<]*)<", request)
    assert found is not None, element
    return found[1].decode()


def serve() -> None:
    """Serve until nobody holds the other end of stdin any more."""
    folder, aantal = Path(sys.argv[1]), int(sys.argv[2])
    with running_las(Nachtlas(aantal, *map(float, sys.argv[3:])), tls=Authority(folder).server("las")) as las:
        print(las.address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    serve()
