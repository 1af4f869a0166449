"""When to stop: at a signal, or when the `make` that started us has been told to or is gone."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import FrameType
from typing import Any

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Raised at the first signal, wherever we are; not an Exception, so nothing takes it for an error."""


class StopSignals:
    """The first signal raises Stop; the next only say that there is a hurry, so cleaning up is never interrupted."""

    def __init__(self) -> None:
        self.stopping = False
        self.hurry = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> StopSignals:
        for number in STOP_SIGNALS:
            # `nohup` has set SIGHUP to be ignored, and means it.
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._received)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def begin(self) -> None:
        """From here on signals no longer interrupt: we are stopping already."""
        self.stopping = True

    def _received(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:
            self.hurry = True
            return
        self.stopping = True
        raise Stop


class Make:
    """The `make` above us. A SIGINT sent to it alone makes it wait for us, and nobody tells us.

    GNU make puts a signal back to its default once it has caught it, so the set of signals that it catches shrinks.
    """

    def __init__(self) -> None:
        self._pid = os.getppid() if _proc(os.getppid(), "comm") in {"make", "gmake"} else None
        self._caught = self._catches()

    def wants_to_stop(self) -> bool:
        """Whether make is gone or was asked to stop."""
        if self._pid is None:
            return False
        return os.getppid() != self._pid or bool(self._caught & ~self._catches())

    def _catches(self) -> int:
        status = _proc(self._pid, "status") if self._pid else ""
        mask = next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt:")), 0)
        return mask & sum(1 << number - 1 for number in (signal.SIGINT, signal.SIGTERM))


def _proc(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text().strip()
    except OSError:
        return ""
