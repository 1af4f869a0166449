"""The course of one run: chaos until all is quiet, then each disturbance by itself with the rate before and after."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from statistics import median

from sqlalchemy.exc import SQLAlchemyError

from tests.chaos import tempo
from tests.chaos.auditor import Auditor, Bevinding
from tests.chaos.bedrijf import Bedrijf
from tests.chaos.normer import norming
from tests.chaos.verstoringen import Verstoorder, course

CHAOS_SHARE = 0.4
"""Of the seconds of a run; the rest is for the rates."""
_QUIET_WITHIN = 120.0
"""Seconds after which a run that is not quiet has not recovered."""
_ANSWER = 0.5
"""Seconds that the LAS takes for an answer while rates are measured: as in life, they are what a night consists of."""
_ROUND = 200
"""Seconds of a run for which every rate is measured once more."""
_KILL_EVERY = 0.5
RATES: dict[str, str] = {
    "restart_database": "postgres_herstart",
    "killed_connections": "verbindingen_verbroken",
    "pool_exhaustion": "geen_verbinding_vrij",
    "crash_recovery": "postgres_gedood",
    "repeated_kills": "werker_gedood",
}


class NotRecovered(Exception):
    """It took too long before all was confirmed."""


@dataclass
class Verloop:
    """One run, and what was seen."""

    bedrijf: Bedrijf
    auditor: Auditor
    verstoorder: Verstoorder
    say: Callable[[str], None]
    bevinding: Bevinding = field(default_factory=Bevinding)
    hersteld: float | None = None
    """Seconds from the last disturbance until everything was confirmed; None when that never came."""
    rates: dict[str, dict[str, float]] = field(default_factory=dict)
    intern: dict[str, int] = field(default_factory=dict)
    """Errors that nobody expected, as the trail has them."""

    def begin(self) -> None:
        """Wait until everybody works: each school has delivered once."""
        for school in self.auditor.scholen:
            self.auditor.norm(school, school.leerlingen)
        self.come_to_rest()

    def chaos(self, seed: int, seconds: float) -> None:
        """All that can go wrong, in the course of this seed as far as there is time; then wait for quiet, and audit."""
        began = time.monotonic()
        self.bedrijf.tell_las("wild")
        with norming(self.auditor, Random(seed), steady=False):
            for moment, kind in course(seed, seconds):
                self.bedrijf.pass_time(began + moment)
                if time.monotonic() > began + seconds:
                    break
                self.say(f"{moment:6.1f} s  {kind}")
                self.verstoorder.do(kind)
            self.bedrijf.pass_time(began + seconds)
        self.hersteld = self.come_to_rest()

    def late(self, seed: int, seconds: float) -> None:
        """Half of the answers come late while the same results are normed again; nothing else goes wrong."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.bevinding.wrong:
            self.bedrijf.tell_las("laat")
            with norming(self.auditor, Random(seed), steady=False):
                self.bedrijf.pass_time(time.monotonic() + 4)
            self.hersteld = self.come_to_rest()

    def measure(self, seconds: float) -> None:
        """The rate before and after each disturbance, in rounds; the median of the rounds counts."""
        rounds = max(1, int(seconds // _ROUND))
        window = seconds / rounds / len(RATES) / 2
        found: dict[str, list[dict[str, float]]] = {name: [] for name in RATES}
        self.bedrijf.tell_las("rustig", _ANSWER)
        with norming(self.auditor, Random(), steady=True):
            for _ in range(rounds):
                for name, kind in RATES.items():
                    found[name].append(self._around(kind, window))
                    self.say(f"{name}: {found[name][-1]}")
        self.rates = {
            name: {what: round(median(each[what] for each in rows), 3) for what in rows[0]}
            for name, rows in found.items()
        }
        self.come_to_rest()

    def come_to_rest(self) -> float:
        """Let all go well from now on, wait until everything is confirmed, and audit; return how long that took."""
        self.bedrijf.end_all()
        self.bedrijf.tell_las("rustig")
        began = time.monotonic()
        self._wait_until(self.auditor.is_quiet, began)
        took = time.monotonic() - began
        self.bedrijf.pass_time(time.monotonic() + tempo.LAATST)
        self._wait_until(self.auditor.is_quiet, began)
        self.bevinding.add(self.auditor.audit())
        self.intern = self.auditor.internal_errors()
        self.say(f"rust na {took:.1f} s")
        return took

    def _around(self, kind: str, window: float) -> dict[str, float]:
        self._all_served(time.monotonic())
        before = self._rate(window)
        end = time.monotonic() + max(1.0, window / 4)
        self.verstoorder.do(kind)
        while kind == "werker_gedood" and time.monotonic() < end:
            self.bedrijf.pass_time(time.monotonic() + _KILL_EVERY)
            self.verstoorder.do(kind)
        self.bedrijf.pass_time(end)
        back = self._all_served(end)
        after = self._rate(window)
        return {"before": before, "after": after, "share": after / before if before else 0.0, "back_s": back}

    def _all_served(self, since: float) -> float:
        """Wait until the LAS processed something of every school; return the seconds."""
        everybody = len(self.auditor.scholen)
        self._wait_until(lambda: len(self.auditor.boek.schools(since)) == everybody, since)
        return time.monotonic() - since

    def _rate(self, window: float) -> float:
        """Results a second that the LAS processes."""
        began = time.monotonic()
        self.bedrijf.pass_time(began + window)
        return self.auditor.boek.count(began, began + window) / window

    def _wait_until(self, condition: Callable[[], bool], since: float) -> None:
        while time.monotonic() - since < _QUIET_WITHIN:
            self.bedrijf.pass_time(time.monotonic() + 0.1)
            try:
                if condition():
                    return
            except SQLAlchemyError:
                continue
        raise NotRecovered
