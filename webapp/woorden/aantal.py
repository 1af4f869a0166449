"""A number with its noun: `1 leerling`, `1.204 leerlingen`."""

from __future__ import annotations

from webapp.filters import getal


def aantal(number: int, one: str, many: str) -> str:
    """Return the number in Dutch digits with the word for one or for many."""
    noun = one if number == 1 else many
    return f"{getal(number)} {noun}"
