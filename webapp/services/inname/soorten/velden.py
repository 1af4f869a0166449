"""What the review shows of a record: which fields, with which values. How they are written is not decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Veld(StrEnum):
    """A field or column of the review."""

    NAAM = "naam"
    ECKID = "eckid"
    NUMMER = "nummer"
    GEBOREN = "geboren"
    GESLACHT = "geslacht"
    GROEP = "groep"
    GROEPEN = "groepen"
    JAARGROEP = "jaargroep"
    SCHOOLJAAR = "schooljaar"
    EMAIL = "email"
    LEERLINGEN = "leerlingen"
    NU = "nu"
    """Where it stands: in the LAS, gone from it, linked with somebody."""
    RESULTATEN = "resultaten"


class Oordeel(StrEnum):
    """How the two sides of a field compare."""

    GELIJK = "gelijk"
    ANDERS = "anders"
    TEGEN = "tegen"
    """Different, and that speaks against its being the same one."""
    PAST = "past"
    """Not the same, but as it should be: one jaargroep further than last year."""


@dataclass(frozen=True, slots=True)
class Jaargroep:
    """A jaargroep as the LAS codes it: a number, or a letter for a kind of groep."""

    code: str | None


@dataclass(frozen=True, slots=True)
class Geslacht:
    """A sex as the LAS codes it."""

    code: str


@dataclass(frozen=True, slots=True)
class Nummer:
    """An identifier of which only the end is shown: as much as tells it from the other."""

    einde: str
    is_whole: bool


Waarde = str | int | date | Jaargroep | Geslacht | Nummer | None


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
    return Vergelijking(veld, links, rechts, Oordeel.GELIJK if links == rechts else Oordeel.TEGEN)


_SHOWN = 4


def compared_numbers(veld: Veld, links: str, rechts: str) -> Vergelijking:
    """Compare two identifiers by their ends, long enough to see that they differ."""
    length = _SHOWN
    while links != rechts and links[-length:] == rechts[-length:]:
        length += 1
    return compared(veld, *(Nummer(one[-length:], length >= len(one)) for one in (links, rechts)))
