"""What undoing an import does, as values: the page shows it, and the button does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from webapp.models import (
    Handeling,
    Importbatch,
    Importregel,
    Lidmaatschap,
    Soort,
    Uitzondering,
    VervallenUitzondering,
    Wat,
)
from webapp.models.leerlinggegevens import called
from webapp.services import vragen
from webapp.services.geschiedenis import Rij

LINK = ("las_key", "eckid")
"""What ties one of our records to one of the LAS."""

Sleutel = tuple[Soort, int]
Links = Mapping[Soort, Mapping[int, Mapping[str, str | None]]]
"""The number and the ECK iD of each of our records."""


class Reden(StrEnum):
    """Why something stays as it is."""

    RESULTATEN = "resultaten"
    """Added by the import; there are scores of it since."""
    INLOG = "inlog"
    """Added by the import; they log in, or were invited."""
    LEDEN = "leden"
    """A groep that the import added, in which somebody stands."""
    GEWIJZIGD = "gewijzigd"
    """It is not what the import made of it any more."""
    BEZET = "bezet"
    """Another record of ours has that number by now."""
    ANDERS_BESLIST = "anders_beslist"
    """Left out before the import; something else was decided or asked under that number since."""


@dataclass(frozen=True, slots=True)
class Blijft:
    """Something that does not go back."""

    soort: Soort
    naam: str
    reden: Reden
    veld: str = ""
    """Which field; empty for the whole record."""
    resultaten: int = 0
    door: str | None = None
    op: datetime | None = None


@dataclass(slots=True)
class Stap:
    """What becomes of one record."""

    soort: Soort
    id: int
    nu: Rij
    """How it is, in the fields that are written down."""
    was_toegevoegd: bool
    verdwijnt: bool = False
    terug: dict[str, Any] = field(default_factory=dict)
    """Fields that go back, each with the value that it had."""
    blijft: list[Blijft] = field(default_factory=list)

    @property
    def sleutel(self) -> Sleutel:
        return self.soort, self.id

    @property
    def naam(self) -> str:
        return called(self.nu)

    @property
    def nummers(self) -> tuple[str | None, ...]:
        """Its number and its ECK iD."""
        return tuple(self.nu.get(name) for name in LINK)

    @property
    def comes_back(self) -> bool:
        """Whether somebody who was parked stands here again."""
        return self.terug.get("status") == Lidmaatschap.ACTIEF

    @property
    def lost(self) -> bool:
        """Whether the link that the import made ends."""
        return self.verdwijnt or any(name in self.terug for name in LINK)


@dataclass(frozen=True, slots=True)
class InLas:
    """A leerling of whom the LAS has results under the number that they lose."""

    naam: str
    nummer: str
    aantal: int
    welke: Sequence[tuple[str, date]] = ()
    """Each test and its day; empty where there are too many to read."""


@dataclass(frozen=True)
class Weggelaten:
    """What undoing an import does to what is left out (`weggelaten.py`)."""

    vervalt: Sequence[Uitzondering] = ()
    """What this import left out, and is left out still."""
    vergeten: Sequence[VervallenUitzondering] = ()
    """What it left out, and a later import ended: that one does not bring it back any more."""
    terug: Sequence[VervallenUitzondering] = ()
    """What this import ended."""
    weg: Sequence[VervallenUitzondering] = ()
    """What it ended too, and stays away."""

    @property
    def total(self) -> int:
        """How many exceptions the button changes."""
        return len(self.vervalt) + len(self.terug)

    @property
    def ids(self) -> list[list[int]]:
        return [[row.id for row in rows] for rows in (self.vervalt, self.vergeten, self.terug, self.weg)]


@dataclass(frozen=True)
class Terugkeer:
    """What the button does; `digest` proves that nothing changed since the page was made."""

    batch: Importbatch
    handeling: Handeling
    tot: datetime
    stappen: dict[Sleutel, Stap]
    regels: list[Importregel]
    """Lines whose answer is undone: they are a question again."""
    weggelaten: Weggelaten
    in_las: list[InLas]
    digest: str
    is_deel: bool = False
    """Whether it is not the whole act."""

    def namen(self, soort: Soort, *, verdwijnt: bool) -> list[str]:
        """Who goes, or else whose link goes back, by name."""
        found = [s for s in self.stappen.values() if s.soort is soort and s.verdwijnt == verdwijnt]
        return sorted((s.naam for s in found if verdwijnt or s.lost), key=str.casefold)

    @property
    def is_overgang(self) -> bool:
        """Whether it is the whole turn of a school year: no night does that again until somebody says so."""
        return self.handeling.wat is Wat.OVERGANG and not self.is_deel

    @property
    def terug_hier(self) -> list[str]:
        """Who stands here again, by name."""
        return sorted((s.naam for s in self.stappen.values() if s.comes_back and not s.lost), key=str.casefold)

    @property
    def andere(self) -> list[str]:
        """Of whom only other fields go back."""
        found = (s for s in self.stappen.values() if s.terug and not s.lost and not s.comes_back)
        return sorted((s.naam for s in found), key=str.casefold)

    @property
    def blijft(self) -> list[Blijft]:
        found = [each for stap in self.stappen.values() for each in stap.blijft]
        return found + [Blijft(r.soort, r.omschrijving, Reden.ANDERS_BESLIST) for r in self.weggelaten.weg]

    @property
    def vragen(self) -> int:
        """How many questions come back."""
        told: set[Importregel] = set()
        number = 0
        for regel in self.regels:
            if regel not in told:
                told.update(vragen.together(regel, self.regels))
                number += 1
        return number

    @property
    def te_verwijderen(self) -> int:
        return sum(each.aantal for each in self.in_las)

    @property
    def total(self) -> int:
        """How many records and exceptions the button changes."""
        return sum(stap.verdwijnt or bool(stap.terug) for stap in self.stappen.values()) + self.weggelaten.total
