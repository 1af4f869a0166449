"""The verdict of the key doctor, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.uwlr.codes import FaultCode, Owner
from webapp.uwlr.values import Leerlinggegevens


@dataclass(frozen=True, slots=True)
class Diagnose:
    """What the doctor says. `gevonden` is only there when the key opens the school."""

    is_goed: bool
    tekst: str
    owner: Owner
    code: str
    klantenservice: str = ""
    gevonden: Leerlinggegevens | None = None

    @property
    def is_geweigerd(self) -> bool:
        """Whether the LAS does not take this key for this school: another one is needed."""
        return self.code == FaultCode.AUTORISATIE_ONGELDIG
