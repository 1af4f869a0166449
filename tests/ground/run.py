"""A whole Koppelpunt in processes of its own, as `make run` starts it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from webapp.config import AMSTERDAM, PROJECT

COMMAND = (sys.executable, "-m", "sandbox.lokaal", "run")
READY_WITHIN = 180
_MARK = "KOPPELPUNT_RUN_MARK"


def _hear_ctrl_c() -> None:
    """Tests that a shell started in the background ignore it, and hand that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class LocalRun:
    """One run. Its output goes to a file, so that it never waits for us to read."""

    def __init__(
        self, folder: Path, command: tuple[str, ...] = COMMAND, *, environ: Mapping[str, str] | None = None
    ) -> None:
        self.var = folder / "var"
        self._log = folder / f"uitvoer-{uuid4().hex[:8]}.txt"
        self._mark = uuid4().hex
        # Nothing of the person or the CI that runs the tests: every run is alike.
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
        env = {**kept, "VAR_DIR": str(self.var), "PORT": "0", _MARK: self._mark, **_no_night(), **(environ or {})}
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                preexec_fn=_hear_ctrl_c,
            )  # fmt: skip

    @property
    def output(self) -> str:
        """All that was said so far."""
        return self._log.read_text()

    @property
    def url(self) -> str:
        """The address of the site, as a person reads it on the screen."""
        found = re.search(r"Koppelpunt\s+(http://\S+?)/\n", self.output)
        assert found, self.output
        return found[1]

    @property
    def logins(self) -> list[dict[str, Any]]:
        """The logins of the sandbox."""
        content: list[dict[str, Any]] = json.loads((self.var / "logins.json").read_text())
        return content

    def wait_until_ready(self) -> float:
        """Wait for the sentence that says so; return the seconds it took."""
        return self.wait_for("Stoppen: Ctrl-C")

    def wait_for(self, text: str) -> float:
        """Wait until this has been said."""
        begin = time.monotonic()
        while text not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() - begin < READY_WITHIN, self.output
            time.sleep(0.05)
        return time.monotonic() - begin

    def health(self) -> tuple[int, dict[str, Any]]:
        """Status and content of /status/gezond."""
        try:
            with urllib.request.urlopen(f"{self.url}/status/gezond", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, float]:
        """Ask it to stop; return its exit code and the seconds it took."""
        begin = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(30), time.monotonic() - begin

    def processes(self) -> list[psutil.Process]:
        """Everything that runs because of this run, also what left its parents."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            return bool(process.environ().get(_MARK) == self._mark or process.cwd().startswith(str(self.var)))
        except psutil.Error:
            return False


def _no_night() -> dict[str, str]:
    """The window of one hour at the other side of the clock: no test begins a night because of when it runs."""
    begin = (datetime.now(AMSTERDAM).hour + 12) % 23
    return {"NACHT_BEGIN_UUR": str(begin), "NACHT_EIND_UUR": str(begin + 1)}
