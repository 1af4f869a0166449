"""Workers of one parent: it has loaded everything, forks them, and starts another when one ends or overruns."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from ctypes import Array, c_double
from dataclasses import dataclass
from multiprocessing.sharedctypes import RawArray
from time import monotonic, sleep

log = logging.getLogger(__name__)

_LOOK = 0.2
"""Seconds between two looks at the workers and at what the parent was told."""
_SHORTEST_LIFE = 2.0
"""Seconds: one that ended sooner has a trouble that another would have too, so the next waits for as long."""


@dataclass(frozen=True)
class Klok:
    """Until when the job of one worker may last; the parent reads it, also when that worker hangs or is frozen."""

    _seconds: Array[c_double]
    _place: int

    def begin(self, seconds: float) -> None:
        """A job began, which is over within so many seconds."""
        self._seconds[self._place] = monotonic() + seconds

    def end(self) -> None:
        """No job runs."""
        self._seconds[self._place] = 0.0


class Ploeg:
    """So many workers, each in a process of its own that runs `work`."""

    def __init__(self, aantal: int, work: Callable[[Klok], None]) -> None:
        self._work = work
        self._until: Array[c_double] = RawArray("d", aantal)
        self._pids: dict[int, int] = {}
        """Of each place the process."""
        self._begun = [-_SHORTEST_LIFE] * aantal
        self._told: list[int] = []

    def run(self) -> None:
        """Keep them working until told to stop; the first signal lets them end at a safe line, the next does not."""
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda number, _: self._told.append(number))
        told = 0
        while not self._told or self._pids:
            if not self._told:
                self._start()
            elif told < len(self._told):
                self._tell(signal.SIGKILL if told else signal.SIGTERM)
                told = len(self._told)
            sleep(_LOOK)
            self._end_who_overrun()
            self._bury()

    def _start(self) -> None:
        for place, begun in enumerate(self._begun):
            if place not in self._pids and monotonic() - begun >= _SHORTEST_LIFE:
                self._begun[place] = monotonic()
                self._until[place] = 0.0
                if (pid := os.fork()) == 0:
                    self._be_worker(place)
                self._pids[place] = pid

    def _be_worker(self, place: int) -> None:
        """In the child, which never comes back from here."""
        code = 1
        try:
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, signal.SIG_DFL)
            self._work(Klok(self._until, place))
            code = 0
        except BaseException as error:  # whatever it is: this process must not go on as a second parent
            log.error("worker ended", exc_info=error)
        finally:
            logging.shutdown()
            os._exit(code)

    def _tell(self, number: signal.Signals) -> None:
        for pid in self._pids.values():
            os.kill(pid, number)  # a child that is not buried yet keeps its number

    def _end_who_overrun(self) -> None:
        for place, pid in self._pids.items():
            if 0.0 < self._until[place] < monotonic():
                log.error("worker %s overran its job and is ended", pid)
                self._until[place] = 0.0
                os.kill(pid, signal.SIGKILL)

    def _bury(self) -> None:
        for place, pid in list(self._pids.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._pids[place]
                if os.waitstatus_to_exitcode(status):
                    log.warning("worker %s ended with %s", pid, os.waitstatus_to_exitcode(status))
