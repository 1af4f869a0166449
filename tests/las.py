"""A LAS for tests: a real HTTP server that takes results all or nothing, and misbehaves on request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lxml import etree

from webapp.uwlr.namespaces import LEERRESULTATEN, OSO, SOAP

_LR, _OSO = f"{{{LEERRESULTATEN}}}", f"{{{OSO}}}"
_CONFIRMATION = f'<leerresultaten_bevestiging xmlns="{LEERRESULTATEN}"/>'


@dataclass(frozen=True)
class Ontvangen:
    """One message as it came in: per result key the leerlingid, the test and the number right."""

    nummer: int
    aanmaakdatum: str
    sleutel: str
    schooljaar: str
    resultaten: dict[str, tuple[str, str, int]]

    @property
    def keys(self) -> set[str]:
        return set(self.resultaten)


@dataclass(frozen=True)
class Fault:
    """Refuse the whole message."""

    code: str
    melding: str = ""


@dataclass(frozen=True)
class Status:
    """Answer with a bare HTTP status."""

    code: int
    headers: tuple[tuple[str, str], ...] = ()
    content: str = ""


@dataclass(frozen=True)
class Late:
    """Give no answer in time, and process the message only after so many seconds; or never."""

    seconds: float
    process: bool = True


@dataclass(frozen=True)
class Held:
    """Give no answer; the message lies in a queue of the LAS until `Las.catch_up`."""


@dataclass(frozen=True)
class Lost:
    """Process the message, then close the connection without an answer."""


Antwoord = Fault | Status | Late | Held | Lost | None


@dataclass
class Las:
    """What the school administration holds, and how it answers. `answer` decides per message; None confirms."""

    port: int
    answer: Callable[[Ontvangen], Antwoord] = lambda _: None
    berichten: list[Ontvangen] = field(default_factory=list)
    boek: dict[str, int] = field(default_factory=dict)
    """Per result key the number right that was written last."""
    geschreven: list[tuple[str, int]] = field(default_factory=list)
    blijft_liggen: list[Ontvangen] = field(default_factory=list)
    bezig: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released for every message that came in."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, bericht: Ontvangen) -> None:
        """Write all results of a message; the last writer wins."""
        with self._lock:
            for key, (_, _, goed) in bericht.resultaten.items():
                self.boek[key] = goed
                self.geschreven.append((key, goed))

    def catch_up(self) -> None:
        """Process what was left lying."""
        while self.blijft_liggen:
            self.take(self.blijft_liggen.pop(0))

    def read(self, body: bytes) -> Ontvangen:
        """Keep the message, before anything is decided about it."""
        root = etree.fromstring(body)
        with self._lock:
            bericht = _read(root, len(self.berichten))
            self.berichten.append(bericht)
        self.bezig.release()
        return bericht


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        las = self.server.las
        bericht = las.read(self.rfile.read(int(self.headers["Content-Length"])))
        antwoord = las.answer(bericht)
        if isinstance(antwoord, Late):
            time.sleep(antwoord.seconds)
        if isinstance(antwoord, Held):
            las.blijft_liggen.append(bericht)
        if antwoord is None or isinstance(antwoord, Lost) or (isinstance(antwoord, Late) and antwoord.process):
            las.take(bericht)
        if isinstance(antwoord, (Late, Held, Lost)):
            self.close_connection = True
        elif isinstance(antwoord, Fault):
            detail = f"<detail><melding>{antwoord.melding}</melding></detail>" if antwoord.melding else ""
            fault = f"<s:Fault><faultcode>s:{antwoord.code}</faultcode><faultstring>nee</faultstring>{detail}</s:Fault>"
            self._say(500, fault)
        elif isinstance(antwoord, Status):
            self._raw(antwoord.code, antwoord.content, dict(antwoord.headers))
        else:
            self._say(200, _CONFIRMATION)

    def _say(self, status: int, body: str) -> None:
        envelope = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'
        self._raw(status, envelope, {"Content-Type": "text/xml; charset=utf-8"})

    def _raw(self, status: int, content: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content.encode())))
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    las: Las


@contextmanager
def running_las() -> Iterator[Las]:
    """Serve on a free port until done."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.las = Las(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.las
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _read(root: etree._Element, nummer: int) -> Ontvangen:
    resultaten = {}
    for afname in root.iter(f"{_LR}toetsafname"):
        leerlingid = afname.findtext(f"{_LR}leerlingid") or ""
        for resultaat in afname.iter(f"{_LR}resultaat"):
            goed = resultaat.findtext(f".//{_OSO}aantalgoed") or "-1"
            resultaten[resultaat.get("key") or ""] = (
                leerlingid,
                resultaat.findtext(f"{_LR}toetscode") or "",
                int(goed),
            )
    return Ontvangen(
        nummer,
        root.findtext(f".//{_LR}aanmaakdatum") or "",
        root.findtext(".//{*}autorisatiesleutel") or "",
        root.findtext(f".//{_LR}schooljaar") or "",
        resultaten,
    )
