"""The verdict of the key doctor, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.uwlr.codes import FaultCode, Owner, Reden

GEEN_GEGEVENS = "geengegevens"


@dataclass(frozen=True, slots=True)
class Diagnose:
    """What the doctor says: `tekst` for the school, `owner` acts, `code` names the case for the supplier of the LAS."""

    is_goed: bool
    tekst: str
    owner: Owner
    code: str

    @property
    def is_geweigerd(self) -> bool:
        """Whether this key must not be kept: the LAS refuses it for this school, or opens another school with it."""
        return self.code in {FaultCode.AUTORISATIE_ONGELDIG, Reden.ANDERE_SCHOOL, Reden.ANDERE_LOCATIE}

    @property
    def is_erkend(self) -> bool:
        """Whether the LAS took the key, also when it has nothing for this school year yet."""
        return self.is_goed or self.code in {GEEN_GEGEVENS, Reden.ANDER_SCHOOLJAAR}
