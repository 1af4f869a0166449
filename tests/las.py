"""The LAS of a test, on a real socket: `with running_las(behaviour) as las`; its clients call `las.address`.

A behaviour gets the connection and the request that came over it. One is scripted (`reply`, `drip`, `hang_up`, ...), an
`Administratie` reads results and keeps a book of them, and the simulated ParnasSys, which answers by every rule of the
standard, is served by `running_app`.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from werkzeug.serving import make_server

from webapp.uwlr.namespaces import LEERRESULTATEN, OSO, SOAP

Behaviour = Callable[[socket.socket, bytes], object]
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
def running_las(behave: Behaviour, *, reads: bool = True, tls: ssl.SSLContext | None = None) -> Iterator[Las]:
    """Serve with this behaviour, a thread per connection, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    las = Las(listener.getsockname()[1], "https" if tls else "http")
    stopping = threading.Event()

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            wire = tls.wrap_socket(connection, server_side=True) if tls else connection
            request = read_request(wire) if reads else b""
            if reads:
                las.requests.append(request)
            behave(wire, request)

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


@contextmanager
def running_app(app: Any) -> Iterator[Las]:
    """Serve a WSGI application, such as the simulated ParnasSys, until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Las(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def read_request(wire: socket.socket) -> bytes:
    """Read one whole HTTP request."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (part := wire.recv(65_536)):
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(next(iter(lengths), 0)):
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

    def behave(wire: socket.socket, _: bytes) -> None:
        for part in parts:
            wire.sendall(part)
            pauser.wait(pause)

    return behave


def drip(head: bytes, content: bytes, pause: float = 0.05) -> Behaviour:
    """Write the head at once and the rest byte by byte."""
    return raw(head, *(content[i : i + 1] for i in range(len(content))), pause=pause)


def endless(head: bytes, part: bytes) -> Behaviour:
    """Write the same part for ever."""

    def behave(wire: socket.socket, _: bytes) -> None:
        wire.sendall(head)
        while True:
            wire.sendall(part)

    return behave


def silent(wire: socket.socket, _: bytes) -> None:
    """Say nothing until the other side gives up."""
    while wire.recv(65_536):
        pass


def deaf(wire: socket.socket, _: bytes) -> None:
    """Neither read nor answer."""
    threading.Event().wait(5)


def hang_up(wire: socket.socket, _: bytes) -> None:
    """Close without a word."""


def reset(wire: socket.socket, _: bytes) -> None:
    """Close with a reset in place of a goodbye."""
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


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
class Slow:
    """Process the message and confirm it, after so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Held:
    """Give no answer; the message lies in a queue of the LAS until `Administratie.catch_up`."""


@dataclass(frozen=True)
class Lost:
    """Process the message, then close the connection without an answer."""


Antwoord = Fault | Status | Late | Slow | Held | Lost | None


@dataclass
class Administratie:
    """A LAS that takes results all or nothing, and knows what it holds. `answer` decides per message; None confirms."""

    answer: Callable[[Ontvangen], Antwoord] = lambda _: None
    address: str = ""
    berichten: list[Ontvangen] = field(default_factory=list)
    boek: dict[str, int] = field(default_factory=dict)
    """Per result key the number right that was written last."""
    geschreven: list[tuple[str, int]] = field(default_factory=list)
    blijft_liggen: list[Ontvangen] = field(default_factory=list)
    bezig: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released for every message that came in."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, wire: socket.socket, request: bytes) -> None:
        """Be the behaviour of a LAS."""
        bericht = self.read(request.partition(b"\r\n\r\n")[2])
        answer = self.answer(bericht)
        if isinstance(answer, Slow):
            time.sleep(answer.seconds)
        match answer:
            case None | Slow():
                self.take(bericht)
                _say(wire, 200, f'<leerresultaten_bevestiging xmlns="{LEERRESULTATEN}"/>')
            case Fault(code, melding):
                detail = f"<detail><melding>{melding}</melding></detail>" if melding else ""
                fault = f"<s:Fault><faultcode>s:{code}</faultcode><faultstring>nee</faultstring>{detail}</s:Fault>"
                _say(wire, 500, fault)
            case Status(code, headers, content):
                reply(content.encode(), code, None, **dict(headers))(wire, request)
            case Late(seconds, process):
                time.sleep(seconds)
                if process:
                    self.take(bericht)
            case Held():
                self.blijft_liggen.append(bericht)
            case Lost():
                self.take(bericht)

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


def _say(wire: socket.socket, status: int, body: str) -> None:
    envelope = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'
    reply(envelope.encode(), status)(wire, b"")


_LR, _OSO = f"{{{LEERRESULTATEN}}}", f"{{{OSO}}}"


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
