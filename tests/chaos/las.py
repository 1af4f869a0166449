"""The LAS of the chaos, in a process of its own that nothing disturbs: `python -m tests.chaos.las BOEK SEED`.

It takes a message as a whole, the last one that it processes wins, and it writes every message that it processed in a
file that only grows: what it holds is read from there. How it behaves is told on its stdin, a line of JSON at a time.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic

from tests.chaos.tempo import LAATST, ZEND_DEADLINE
from tests.las import Administratie, Antwoord, Fault, Late, Lost, Ontvangen, Slow, Status, reply, running_las
from webapp.config import PROJECT

UNCHANGED = (PROJECT / "tests/uwlr/samples/geenwijzigingen-leeg.xml").read_bytes()
_TOO_LATE = (ZEND_DEADLINE.total_seconds() + 0.1, LAATST - 0.1)
"""Between so many seconds a late message is processed: its sender has given up by then."""
_HTML = "<html><body>Even geduld</body></html>"


@dataclass
class Chaoslas(Administratie):
    """`stand` says how it behaves: rustig, wild, laat, or one of `STORINGEN`."""

    boekfile: Path = Path()
    chance: Random = field(default_factory=Random)
    stand: str = "rustig"
    duur: float = 0.05
    """Seconds that a good answer takes."""
    _got: dict[int, float] = field(default_factory=dict)
    _writing: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.answer = self._behave

    def __call__(self, wire: socket.socket, request: bytes) -> None:
        """Answer results by the stand; whoever asks for leerlingen hears that nothing changed."""
        if b"<leerresultaten" in request or b":leerresultaten" in request:
            super().__call__(wire, request)
        elif self.stand in STORINGEN:
            reply(b"", 503)(wire, request)
        else:
            reply(UNCHANGED)(wire, request)

    def read(self, body: bytes) -> Ontvangen:
        """Remember when it came in."""
        began = monotonic()
        bericht = super().read(body)
        self._got[bericht.nummer] = began
        return bericht

    def take(self, bericht: Ontvangen) -> None:
        """Process it and write that down, unless this comes later than it ever does."""
        with self._writing:
            if monotonic() - self._got[bericht.nummer] > LAATST:
                return
            resultaten = {key: (leerlingid, goed) for key, (leerlingid, _, goed) in bericht.resultaten.items()}
            self._write(nummer=bericht.nummer, resultaten=resultaten)

    def _behave(self, bericht: Ontvangen) -> Antwoord:
        kind = self._kind()
        with self._writing:
            self._write(nummer=bericht.nummer, fout=kind)
        if kind == "dubbel":
            self.take(bericht)
        return _KINDS[kind](self) if kind else Slow(self.duur)

    def _kind(self) -> str:
        if self.stand in STORINGEN:
            return self.stand
        if self.stand == "laat":
            return "op_het_laatst" if self.chance.random() < 0.5 else ""
        return (
            self.chance.choices([*_WILD, ""], [*_WILD.values(), 1 - sum(_WILD.values())])[0]
            if self.stand == "wild"
            else ""
        )

    def _late(self) -> float:
        return self.chance.uniform(*_TOO_LATE)

    def _write(self, **line: object) -> None:
        with self.boekfile.open("a") as boek:
            boek.write(json.dumps({"op": monotonic(), **line}) + "\n")


_KINDS: dict[str, Callable[[Chaoslas], Antwoord]] = {
    "hangt": lambda las: Late(LAATST, process=False),
    "laat": lambda las: Late(las._late()),
    "op_het_laatst": lambda _: Late(_TOO_LATE[1]),
    "dubbel": lambda las: Late(las._late()),
    "verbroken_na": lambda _: Lost(),
    "verbroken_voor": lambda _: Late(0, process=False),
    "503": lambda _: Status(503),
    "503_straks": lambda _: Status(503, (("Retry-After", "1"),)),
    "html": lambda _: Status(200, (("Content-Type", "text/html"),), _HTML),
    "ongeldig_bericht": lambda _: Fault("Client.OngeldigBericht", "databasefout"),
    "client": lambda _: Fault("Client"),
    "server": lambda _: Fault("Server"),
}
"""`dubbel` processes it at once, gives no answer, and processes it once more."""
_WILD = {
    "hangt": 0.03, "laat": 0.06, "dubbel": 0.04, "verbroken_na": 0.05, "verbroken_voor": 0.03, "503": 0.02,
    "503_straks": 0.02, "html": 0.02,
}  # fmt: skip
STORINGEN = ("ongeldig_bericht", "client", "server", "503")
"""Trouble of the LAS as a whole, which every message gets while it lasts."""


def serve() -> None:
    """Serve until nobody holds the other end of stdin any more."""
    las = Chaoslas(boekfile=Path(sys.argv[1]), chance=Random(int(sys.argv[2])))
    with running_las(las) as listening:
        print(listening.address, flush=True)
        for line in sys.stdin:
            told = json.loads(line)
            las.stand, las.duur = told["stand"], told["duur"]


if __name__ == "__main__":
    serve()
