"""The unit files, and what systemd does with one when it is asked to stop it."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[2]
SYSTEMD = PROJECT / "deploy" / "systemd"
UNITS = sorted(SYSTEMD.glob("*.service"))


def setting(unit: str, name: str) -> str:
    """The last value that this unit gives it."""
    lines = (SYSTEMD / unit).read_text().splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")][-1]


class Stopping:
    """Signals whom the unit says, or all of the group; then waits as long as the unit says, and kills what is left."""

    def __init__(self, unit: str, main: psutil.Process, kill_mode: str | None = None) -> None:
        self._unit, self._all = unit, [main, *main.children(recursive=True)]
        whom = {"mixed": self._all[:1], "control-group": self._all}[kill_mode or setting(unit, "KillMode")]
        for process in whom:
            process.send_signal(signal.SIGTERM)

    def wait(self) -> bool:
        """Tell whether nothing had to be killed."""
        _, left = psutil.wait_procs(self._all, timeout=float(setting(self._unit, "TimeoutStopSec")))
        for process in left:
            process.kill()
        return not left
