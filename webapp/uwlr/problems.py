"""What keeps a result from being sent: found by our own checks, before the LAS sees it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Probleem:
    """One reason not to send. Names a result, a test, or (neither) the message as a whole; never a person."""

    soort: str
    tekst: str
    resultaat_key: str | None = None
    toetscode: str | None = None
