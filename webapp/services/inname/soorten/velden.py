"""What the review shows of a record: which fields, with which values. How they are written is not decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Veld(StrEnum):
    """A field or column of the review."""

    NAAM = "naam"
    GEBOREN = "geboren"
    GROEP = "groep"
    GROEPEN = "groepen"
    JAARGROEP = "jaargroep"
    SCHOOLJAAR = "schooljaar"
    EMAIL = "email"
    LEERLINGEN = "leerlingen"
    RESULTATEN = "resultaten"


class Oordeel(StrEnum):
    """How the two sides of a field compare."""

    GELIJK = "gelijk"
    ANDERS = "anders"
    PAST = "past"
    """Not the same, but as it should be: one jaargroep further than last year."""


@dataclass(frozen=True, slots=True)
class Jaargroep:
    """A jaargroep as the LAS codes it: a number, or a letter for a kind of groep."""

    code: str | None


Waarde = str | int | date | Jaargroep | None


@dataclass(frozen=True, slots=True)
class Vergelijking:
    """One field of a question: what came in, what we have, and how they compare."""

    veld: Veld
    links: Waarde
    rechts: Waarde
    oordeel: Oordeel | None = None


def compared(veld: Veld, links: Waarde, rechts: Waarde) -> Vergelijking:
    """Compare two values; where either is unknown there is nothing to say."""
    if not links or not rechts:
        return Vergelijking(veld, links, rechts)
    return Vergelijking(veld, links, rechts, Oordeel.GELIJK if links == rechts else Oordeel.ANDERS)
