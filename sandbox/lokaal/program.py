"""One program that we start and own: how to start it, how to stop it, and that it never outlives us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

LAUNCH = Path(__file__).with_name("launch.py")
UNPRIVILEGED = "nobody"
"""The user whom a program runs as that refuses root; it has to have an account, or initdb stops."""


class LocalError(Exception):
    """Something on this machine is not as it must be; the message says what to do."""


class StartFailed(LocalError):
    """A program stopped, or was not ready in time; the message holds the end of its log."""


@dataclass(frozen=True)
class Program:
    """What to start. Without a `log` its output is ours to read from a pipe."""

    naam: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    cwd: Path
    log: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    quick_signal: signal.Signals = signal.SIGKILL
    """For when there is no time left."""
    refuses_root: bool = False
    needs: tuple[Path, ...] = ()
    """Folders that the unprivileged user has to reach."""
    pass_fds: tuple[int, ...] = ()
    prepare: Callable[[], None] = lambda: None
    """Runs before each start, so also after a crash."""

    @property
    def is_server(self) -> bool:
        """Servers write to their own log and stop last; programs speak through us."""
        return self.log is not None


def start(program: Program) -> subprocess.Popen[bytes]:
    """Start the program in its own session, so that Ctrl-C reaches us only and we stop things in our order."""
    program.prepare()
    output = program.log.open("ab") if program.log else subprocess.PIPE
    try:
        return subprocess.Popen(
            [*_launcher(program), *program.argv],
            env=dict(program.env),
            cwd=program.cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=program.pass_fds,
            start_new_session=True,
        )
    finally:
        if not isinstance(output, int):
            output.close()


def stop(process: subprocess.Popen[bytes], number: signal.Signals, *, within: float) -> None:
    """Ask the program to stop and, when it has not in time, end its whole process group."""
    ask(process, number)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        pass
    finally:
        kill(process)


def ask(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send the program itself a signal; what it started is its own to stop."""
    if process.poll() is None:
        process.send_signal(number)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the program and everything left in its process group."""
    # macOS answers EPERM for a group in which only the dead are left.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], program: Program, *, within: float) -> None:
    """Wait until the program is ready; raise StartFailed when it stops or takes too long."""
    deadline = time.monotonic() + within
    while not ready():
        if process.poll() is not None:
            raise StartFailed(f"{program.naam} is gestopt (code {process.returncode}).\n{log_tail(program.log)}")
        if time.monotonic() > deadline:
            raise StartFailed(f"{program.naam} was na {within:.0f} seconden nog niet klaar.\n{log_tail(program.log)}")
        time.sleep(0.02)


def log_tail(log: Path | None, lines: int = 15) -> str:
    """The last lines of a log, to show in an error message."""
    if log is None or not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def privileges(*, refuses_root: bool, needs: tuple[Path, ...] = ()) -> list[str]:
    """Arguments for the launcher that make a program run without root, where we are root."""
    if not refuses_root or os.geteuid() != 0:
        return []
    return ["--user", UNPRIVILEGED, *(word for path in needs for word in ("--needs", str(path)))]


def launcher(*, parent: int, number: signal.Signals, rights: list[str]) -> list[str]:
    """The command line that comes before a program's own."""
    return [
        sys.executable, "-I", "-S", str(LAUNCH), "--parent", str(parent), "--signal", str(int(number)), *rights, "--",
    ]  # fmt: skip


def _launcher(program: Program) -> list[str]:
    rights = privileges(refuses_root=program.refuses_root, needs=program.needs)
    return launcher(parent=os.getpid(), number=program.stop_signal, rights=rights)
