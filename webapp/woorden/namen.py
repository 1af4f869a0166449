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

    @property
    def las_voorop(self) -> str:
        """The LAS as the first word of a sentence: `Het LAS`."""
        return self.las[:1].upper() + self.las[1:]


def namen_of(koppeling: Koppeling | None, settings: Settings) -> Namen:
    """Return the names for this koppeling; before there is one, those of the LAS that most schools have."""
    las_type = LasType.PARNASSYS if koppeling is None else koppeling.las_type
    return Namen(PROFILES[las_type].naam, settings.testcentrum, settings.testcentrum_kort)
