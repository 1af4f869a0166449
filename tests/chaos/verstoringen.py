"""What goes wrong, and when: a seed gives the same course, of moments and kinds, every time."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

import psutil
import psycopg

from sandbox.lokaal.postgres import OWNER
from tests.chaos.bedrijf import Bedrijf
from tests.chaos.las import STORINGEN
from webapp.rollen import WEB, WERKER

_PAUSE = 1.2
"""Seconds between two of them, on average."""
_FROZEN = (0.5, 2.0, 6.0, 11.0)
"""Seconds: also longer than lease and cool-down together."""
_WHILE = 2.0
"""Seconds that a server stays full."""
_OURS = f"SELECT pg_terminate_backend(pid)::int FROM pg_stat_activity WHERE usename IN ('{WEB}', '{WERKER}')"
_ONE = f"SELECT pid FROM pg_stat_activity WHERE usename IN ('{WEB}', '{WERKER}') ORDER BY pid LIMIT 1"


class AnyProcess(Protocol):
    """Of psutil or of the standard library."""

    def kill(self) -> None:
        """End it at once."""

    def send_signal(self, sig: int, /) -> None:
        """Send it this."""


@dataclass
class Verstoorder:
    """Disturbs, and counts what it did."""

    bedrijf: Bedrijf
    chance: Random
    geteld: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    def do(self, kind: str) -> None:
        """Let this go wrong now."""
        self.geteld[kind] += 1
        KINDS[kind](self)

    def kill_worker(self) -> None:
        self._kill(self._a_worker())

    def kill_parent(self) -> None:
        """Its workers are left without it."""
        self._kill(self.chance.choice(self.bedrijf.ouders))

    def kill_sweep(self) -> None:
        self._kill(self.bedrijf.sweep)

    def freeze_worker(self) -> None:
        self._freeze(self._a_worker())

    def freeze_sweep(self) -> None:
        self._freeze(self.bedrijf.sweep)

    def cut_connections(self) -> None:
        """Every connection with the database is cut, whatever was under way."""
        self.bedrijf.ask_postgres(_OURS)

    def restart_postgres(self) -> None:
        self.bedrijf.restart_postgres(signal.SIGINT)

    def kill_postgres(self) -> None:
        """The server as a whole; after it another reads the log of what was committed."""
        self.kills += 1
        self.bedrijf.restart_postgres(signal.SIGKILL)

    def kill_backend(self) -> None:
        """One process of PostgreSQL, for which it ends all others and recovers by itself."""
        for (pid,) in self.bedrijf.ask_postgres(_ONE):
            self.kills += 1
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def fill_pool(self) -> None:
        """Nobody of ours gets a connection for a while, and those that there were are gone."""
        stack = ExitStack()
        self.bedrijf.ask_postgres(_OURS)
        with suppress(psycopg.OperationalError):
            while True:
                stack.enter_context(psycopg.connect(self.bedrijf.postgres.url(OWNER, WERKER)))
        self.bedrijf.after(_WHILE, stack.close)

    def flush_redis(self) -> None:
        with self.bedrijf.redis() as client:
            client.flushall()

    def fill_redis(self) -> None:
        """It takes nothing any more for a while."""
        self._limit_redis("1")
        self.bedrijf.after(_WHILE, lambda: self._limit_redis("0"))

    def trouble_at_las(self) -> None:
        """Every message gets the same trouble for a while."""
        self._las_is(self.chance.choice(STORINGEN))

    def late_las(self) -> None:
        """Half of the messages are processed when nobody waits for the answer any more, for a while."""
        self._las_is("laat")

    def _las_is(self, stand: str) -> None:
        self.bedrijf.tell_las(stand)
        self.bedrijf.after(_WHILE, lambda: self.bedrijf.tell_las("wild"))

    def _limit_redis(self, size: str) -> None:
        with self.bedrijf.redis() as client:
            client.config_set("maxmemory", size)

    def _a_worker(self) -> psutil.Process | None:
        werkers = self.bedrijf.werkers()
        return self.chance.choice(werkers) if werkers else None

    def _kill(self, process: AnyProcess | None) -> None:
        if process is not None:
            with suppress(psutil.Error, ProcessLookupError):
                process.kill()
                self.kills += 1

    def _freeze(self, process: AnyProcess | None) -> None:
        if process is not None:
            _signal(process, signal.SIGSTOP)
            self.bedrijf.after(self.chance.choice(_FROZEN), lambda: _signal(process, signal.SIGCONT))


def _signal(process: AnyProcess, number: signal.Signals) -> None:
    with suppress(psutil.Error, ProcessLookupError):
        process.send_signal(number)


KINDS: dict[str, Callable[[Verstoorder], None]] = {
    "werker_gedood": Verstoorder.kill_worker,
    "ouder_gedood": Verstoorder.kill_parent,
    "sweep_gedood": Verstoorder.kill_sweep,
    "werker_bevroren": Verstoorder.freeze_worker,
    "sweep_bevroren": Verstoorder.freeze_sweep,
    "verbindingen_verbroken": Verstoorder.cut_connections,
    "postgres_herstart": Verstoorder.restart_postgres,
    "postgres_gedood": Verstoorder.kill_postgres,
    "backend_gedood": Verstoorder.kill_backend,
    "geen_verbinding_vrij": Verstoorder.fill_pool,
    "redis_geleegd": Verstoorder.flush_redis,
    "redis_vol": Verstoorder.fill_redis,
    "las_storing": Verstoorder.trouble_at_las,
    "las_te_laat": Verstoorder.late_las,
}
_HOW_OFTEN = {"werker_gedood": 10, "werker_bevroren": 4, "sweep_gedood": 2, "verbindingen_verbroken": 3}
"""Of the others one."""


def course(seed: int, seconds: float) -> list[tuple[float, str]]:
    """At which second what goes wrong; where there is time for it, each of them at least once."""
    chance, moment = Random(seed), 0.0
    once = chance.sample(list(KINDS), len(KINDS))
    found: list[tuple[float, str]] = []
    while (moment := moment + chance.uniform(0.3, 2 * _PAUSE - 0.3)) < seconds:
        often = chance.choices(list(KINDS), [_HOW_OFTEN.get(kind, 1) for kind in KINDS])[0]
        found.append((moment, once.pop() if once and len(found) % 2 else often))
    return found
