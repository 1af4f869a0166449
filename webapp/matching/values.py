"""What goes into the matching and what comes out: plain values, no names in any `repr`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from webapp.matching.matchreden import Matchreden


class Zekerheid(StrEnum):
    """The three classes a record can end in."""

    ZEKER = "zeker"
    TWIJFEL = "twijfel"
    NIEUW = "nieuw"


@dataclass(frozen=True, slots=True)
class BekendeNaam:
    """A name that one of ours had while it was linked under this key; without a name only that it had the key."""

    las_key: str = field(repr=False)
    achternaam: str | None = field(default=None, repr=False)
    voorvoegsel: str | None = field(default=None, repr=False)
    roepnaam: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Persoon:
    """A leerling or leerkracht as one of the two sides knows it; only `id` shows in a traceback or log."""

    id: str
    las_key: str | None = field(default=None, repr=False)
    eckid: str | None = field(default=None, repr=False)
    achternaam: str | None = field(default=None, repr=False)
    voorvoegsel: str | None = field(default=None, repr=False)
    roepnaam: str | None = field(default=None, repr=False)
    voornamen: str | None = field(default=None, repr=False)
    voorletters: str | None = field(default=None, repr=False)
    geboortedatum: date | None = field(default=None, repr=False)
    geslacht: str | None = field(default=None, repr=False)
    jaargroep: str | None = field(default=None, repr=False)
    groep: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    bekend: tuple[BekendeNaam, ...] = field(default=(), repr=False)
    """Of ours: what it was called before."""


@dataclass(frozen=True, slots=True)
class Groepsgegeven:
    """A groep as one of the two sides knows it."""

    id: str
    las_key: str | None = None
    naam: str | None = None
    jaargroep: str | None = None
    schooljaar: str | None = None


@dataclass(frozen=True, slots=True)
class Kandidaat:
    """An existing record that may be meant, with what speaks for and against it."""

    id: str
    redenen: tuple[Matchreden, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the matching proposes for one incoming record.

    ZEKER has `existing_id`; TWIJFEL has ranked `kandidaten` and no `existing_id`; NIEUW has neither. `rule` is the
    rule that linked or the veto that stopped a link, `redenen` say how the one linked or the best candidate compares.
    """

    incoming_id: str
    zekerheid: Zekerheid
    existing_id: str | None
    rule: str
    redenen: tuple[Matchreden, ...]
    kandidaten: tuple[Kandidaat, ...]
