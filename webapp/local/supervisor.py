"""Keeps programs running: passes on what they say, starts them again when they die, and stops them all in the end."""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from webapp.local.console import Console, seconds
from webapp.local.program import Program, ask, kill, start

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_AFTER = 60.0
"""A program that ran this long was well; its next pause is short again."""
PROGRAM_SECONDS = 5.0
SERVER_SECONDS = 3.0
"""Together within the ten seconds in which everything has to be gone."""
BURIAL_INTERVAL = 10.0
PR_SET_CHILD_SUBREAPER = 36


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    pause: float = FIRST_PAUSE
    restart_at: float | None = None
    rest: bytes = field(default=b"", repr=False)


class Supervisor:
    """Owns every process that is started through it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._children: list[_Child] = []
        self._selector = selectors.DefaultSelector()
        self._next_burial = 0.0
        _adopt_orphans()

    def add(self, program: Program) -> subprocess.Popen[bytes]:
        """Start a program and keep it running from now on."""
        child = _Child(program, start(program), time.monotonic())
        self._children.append(child)
        self._listen_to(child)
        return child.process

    def tick(self, timeout: float = 0.2) -> None:
        """Pass on output and look after the children; to be called all the time."""
        if self._selector.get_map():
            for key, _ in self._selector.select(timeout):
                self._pass_on(key.data)
        else:
            time.sleep(timeout)
        for child in self._children:
            self._look_after(child)
        if time.monotonic() > self._next_burial:
            self._next_burial = time.monotonic() + BURIAL_INTERVAL
            _bury_orphans({child.process.pid for child in self._children})

    def stop(self, *, in_a_hurry: Callable[[], bool]) -> None:
        """Stop everything, last started first: the programs together, then each server they stood on."""
        servers = [child for child in self._children if child.program.is_server]
        programs = [child for child in self._children if not child.program.is_server]
        self._stop(programs, PROGRAM_SECONDS, in_a_hurry)
        for server in reversed(servers):
            self._stop([server], SERVER_SECONDS / len(servers), in_a_hurry)
        for stray in psutil.Process().children(recursive=True):
            stray.kill()
        self._selector.close()

    def _stop(self, children: list[_Child], within: float, in_a_hurry: Callable[[], bool]) -> None:
        for child in children:
            ask(child.process, child.program.stop_signal)
        deadline = time.monotonic() + within
        while any(child.process.poll() is None for child in children) and time.monotonic() < deadline:
            if in_a_hurry():
                break
            for key, _ in self._selector.select(0.05) if self._selector.get_map() else []:
                self._pass_on(key.data)
            time.sleep(0.01)
        for child in children:
            self._close(child)

    def _look_after(self, child: _Child) -> None:
        now = time.monotonic()
        if child.restart_at is None and child.process.poll() is not None:
            self._close(child)
            child.pause = FIRST_PAUSE if now - child.started > STEADY_AFTER else child.pause
            child.restart_at = now + child.pause
            self._console.error(
                f"{child.program.naam} is gestopt ({_reason(child.process.returncode)}); "
                f"start opnieuw over {seconds(child.pause)}."
            )
        elif child.restart_at is not None and now >= child.restart_at:
            child.process = start(child.program)
            child.started, child.restart_at = now, None
            child.pause = min(child.pause * 2, LONGEST_PAUSE)
            self._listen_to(child)

    def _listen_to(self, child: _Child) -> None:
        if child.process.stdout is not None:
            os.set_blocking(child.process.stdout.fileno(), False)
            self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _close(self, child: _Child) -> None:
        """End what is left of a stopped program, and read its last words."""
        kill(child.process)
        self._pass_on(child)
        # A grandchild in another process group may still hold the other end.
        self._hang_up(child)

    def _hang_up(self, child: _Child) -> None:
        pipe = child.process.stdout
        if pipe is not None and not pipe.closed:
            self._selector.unregister(pipe)
            pipe.close()

    def _pass_on(self, child: _Child) -> None:
        pipe = child.process.stdout
        if pipe is None or pipe.closed:
            return
        while (chunk := _read(pipe.fileno())) is not None:
            if not chunk:
                self._hang_up(child)
                break
            *lines, child.rest = (child.rest + chunk).split(b"\n")
            for line in lines:
                self._console.forward(child.program.naam, line.decode(errors="replace").rstrip())


def _read(descriptor: int) -> bytes | None:
    try:
        return os.read(descriptor, 65_536)
    except BlockingIOError:
        return None


def _reason(code: int) -> str:
    return f"signaal {signal.Signals(-code).name}" if code < 0 else f"code {code}"


def _adopt_orphans() -> None:
    """What a child leaves behind becomes ours, so that it can be found and ended too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _bury_orphans(own: set[int]) -> None:
    for process in psutil.Process().children():
        if process.pid not in own and process.status() == psutil.STATUS_ZOMBIE:
            os.waitpid(process.pid, os.WNOHANG)
