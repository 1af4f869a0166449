"""In whose name a sentence is said: the LAS of the koppeling, and the test centre of this installation."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.config import Settings
from webapp.models import Koppeling, LasType
from webapp.uwlr.profiles import PROFILES


@dataclass(frozen=True, slots=True)
class Namen:
    """The names that sentences are made with."""

    las: str
    testcentrum: str
    testcentrum_kort: str
    """For a badge, where the whole name is too long."""
    neemt_verbetering: bool | None = None
    """Of the LAS, as in its profile: where it does not, sentences say what to do there by hand."""

    @property
    def las_voorop(self) -> str:
        """The LAS as the first word of a sentence: `Het LAS`."""
        return self.las[:1].upper() + self.las[1:]


def namen_of(koppeling: Koppeling | None, settings: Settings) -> Namen:
    """Return the names for this koppeling; before there is one, those of the LAS that most schools have."""
    las = PROFILES[LasType.PARNASSYS if koppeling is None else koppeling.las_type]
    return Namen(las.naam, settings.testcentrum, settings.testcentrum_kort, las.neemt_verbetering)
