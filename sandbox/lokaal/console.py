"""What a person sees of `make run`: steps with their seconds, lines of each process, and what went wrong."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

COLOURS = {"web": 36, "worker": 35, "sweep": 34, "mail": 33, "parnassys": 32}
RED, GREEN, GREY, BOLD = 31, 32, 90, 1


def seconds(value: float) -> str:
    """Seconds as they are written in Dutch: `1,4 s`."""
    return f"{value:.1f} s".replace(".", ",")


class Console:
    """Writes whole lines; colours only for a terminal that wants them."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._colours = out.isatty() and "NO_COLOR" not in os.environ
        self._step: str | None = None

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Name what is being done now, and afterwards how long it took."""
        begin = time.monotonic()
        self._step = f"  {text:<44}"
        self._write(self._step)
        try:
            yield
        except BaseException:
            self._end_line()
            raise
        if self._step is None:
            self._write(f"  {text:<44}")
        self._step = None
        self._write(self._paint(seconds(time.monotonic() - begin), GREEN) + "\n")

    def line(self, text: str = "", *, colour: int = 0) -> None:
        """Write one line of our own."""
        self._end_line()
        self._write(self._paint(text, colour) + "\n")

    def error(self, text: str) -> None:
        """Say what went wrong."""
        self.line(text, colour=RED)

    def forward(self, naam: str, text: str) -> None:
        """Pass on a line that a process wrote, with its name before it."""
        self._end_line()
        self._write(f"{self._paint(f'{naam:>9} |', COLOURS.get(naam, GREY))} {text}\n")

    def _end_line(self) -> None:
        if self._step is not None:
            self._step = None
            self._write("\n")

    def _paint(self, text: str, colour: int) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colours and colour and text else text

    def _write(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except (BrokenPipeError, OSError):
            # Whoever read along is gone (`make run | head`); that is no reason to leave processes behind.
            self._out = open(os.devnull, "w")  # noqa: SIM115  (open until the end, like stdout)
