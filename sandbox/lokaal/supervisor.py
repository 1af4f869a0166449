"""Keeps programs running: passes on what they say, starts them again when they die, and stops them all in the end."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.lokaal.console import Console, seconds
from sandbox.lokaal.orphans import bury_orphans
from sandbox.lokaal.program import Program, ask, kill, start

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_AFTER = 60.0
"""A program that ran this long was well; its next pause is short again."""
PROGRAM_SECONDS, SERVER_SECONDS, QUICK_SECONDS = 4.5, 1.5, 0.5
"""Time to stop: for all programs together, for each server, and after a kill. With two servers under ten seconds."""
BURIAL_INTERVAL = 10.0


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

    def add(self, program: Program) -> subprocess.Popen[bytes]:
        """Start a program and keep it running from now on."""
        child = _Child(program, start(program), time.monotonic())
        self._children.append(child)
        self._listen_to(child)
        return child.process

    def tick(self, timeout: float = 0.2) -> None:
        """Pass on output and look after the children; to be called all the time."""
        self._read_along(timeout)
        for child in self._children:
            self._look_after(child)
        if time.monotonic() > self._next_burial:
            self._next_burial = time.monotonic() + BURIAL_INTERVAL
            bury_orphans({child.process.pid for child in self._children})

    def stop(self, *, in_a_hurry: Callable[[], bool]) -> None:
        """Stop everything: the programs together, then each server they stood on, last started first."""
        alive = [child for child in self._children if child.restart_at is None]
        self._stop([child for child in alive if not child.program.is_server], PROGRAM_SECONDS, in_a_hurry)
        for server in reversed([child for child in alive if child.program.is_server]):
            self._stop([server], SERVER_SECONDS, in_a_hurry)
        self._children.clear()
        self._selector.close()

    def _stop(self, children: list[_Child], within: float, in_a_hurry: Callable[[], bool]) -> None:
        for child in children:
            ask(child.process, child.program.stop_signal)
        self._await_end(children, within, in_a_hurry)
        for child in children:
            ask(child.process, child.program.quick_signal)
        self._await_end(children, QUICK_SECONDS, lambda: False)
        for child in children:
            self._close(child)

    def _await_end(self, children: list[_Child], within: float, give_up: Callable[[], bool]) -> None:
        deadline = time.monotonic() + within
        while any(child.process.poll() is None for child in children):
            if give_up() or time.monotonic() > deadline:
                return
            self._read_along(0.02)

    def _read_along(self, timeout: float) -> None:
        """Pass on what was said in the meantime: a program hangs when nobody reads its output."""
        if not self._selector.get_map():
            time.sleep(timeout)
            return
        for key, _ in self._selector.select(timeout):
            self._pass_on(key.data)

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
        while self._pass_on(child):
            pass
        if child.rest:
            self._console.forward(child.program.naam, child.rest.decode(errors="replace"))
            child.rest = b""
        # A grandchild in another process group may still hold the other end.
        self._hang_up(child)

    def _hang_up(self, child: _Child) -> None:
        pipe = child.process.stdout
        if pipe is not None and not pipe.closed:
            self._selector.unregister(pipe)
            pipe.close()

    def _pass_on(self, child: _Child) -> bool:
        """Pass on one piece of output; False when there is none for now. One piece, so that none drowns the others."""
        pipe = child.process.stdout
        chunk = _read(pipe.fileno()) if pipe is not None and not pipe.closed else None
        if chunk == b"":
            self._hang_up(child)
        if not chunk:
            return False
        *lines, child.rest = (child.rest + chunk).split(b"\n")
        for line in lines:
            self._console.forward(child.program.naam, line.decode(errors="replace").rstrip())
        return True


def _read(descriptor: int) -> bytes | None:
    try:
        return os.read(descriptor, 65_536)
    except BlockingIOError:
        return None


def _reason(code: int) -> str:
    return f"signaal {-code}" if code < 0 else f"code {code}"
