"""The verdict of the key doctor, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.profiles.keys import Sleutelfout


class Bevinding(StrEnum):
    """What the LAS has for this school, once it took the key."""

    GEGEVENS = "gegevens"
    GEEN_GEGEVENS = "geengegevens"
    GEEN_WIJZIGINGEN = "geenwijzigingen"


Proefcode = FaultCode | Reden | Bevinding


@dataclass(frozen=True, slots=True)
class Diagnose:
    """What the doctor says: `owner` acts, `code` names the case, `gegevens` is what its sentence needs."""

    is_goed: bool
    owner: Owner
    code: Proefcode | Sleutelfout
    gegevens: dict[str, Any] = field(default_factory=dict)

    @property
    def is_geweigerd(self) -> bool:
        """Whether this key must not be kept: the LAS refuses it for this school, or opens another school with it."""
        return self.code in {FaultCode.AUTORISATIE_ONGELDIG, Reden.ANDERE_SCHOOL, Reden.ANDERE_LOCATIE}

    @property
    def is_erkend(self) -> bool:
        """Whether the LAS took the key, also when it has nothing for this school year yet."""
        return self.is_goed or self.code in {Bevinding.GEEN_GEGEVENS, Reden.ANDER_SCHOOLJAAR}
