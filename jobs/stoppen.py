"""Whether this process was asked to stop: what lasts looks here between two steps, leaves the rest to a next job."""

from __future__ import annotations

from threading import Event

_asked = Event()


class Stopped(Exception):
    """The next step has not begun."""


def ask() -> None:
    """End at the next safe line."""
    _asked.set()


def is_asked() -> bool:
    """Whether this process has to end."""
    return _asked.is_set()


def look() -> None:
    """Raise Stopped when this process has to end."""
    if is_asked():
        raise Stopped
