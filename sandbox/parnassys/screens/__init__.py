"""The screens of the simulated ParnasSys, and the portal of the supplier."""

from __future__ import annotations

from sandbox.parnassys.screens import (
    aanbieder,
    groepen,
    koppeling,
    leerkrachten,
    leerlingen,
    login,
    resultaten,
    schooljaar,
    storingen,
)
from sandbox.parnassys.screens.access import parnassys as blueprint

__all__ = ["blueprint"]

# Importing a module of views registers them on its blueprint.
_VIEWS = (aanbieder, groepen, koppeling, leerkrachten, leerlingen, login, resultaten, schooljaar, storingen)
