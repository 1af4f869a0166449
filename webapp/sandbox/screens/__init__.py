"""The screens of the sandbox: the simulated ParnasSys, the portal of the supplier, the mailbox and the start page."""

from __future__ import annotations

from webapp.sandbox.screens import (
    aanbieder,
    groepen,
    koppeling,
    leerkrachten,
    leerlingen,
    login,
    postvak,
    resultaten,
    schooljaar,
    start,
    storingen,
)
from webapp.sandbox.screens.access import parnassys
from webapp.sandbox.screens.pages import sandbox

__all__ = ["BLUEPRINTS"]

# Importing a module of views registers them on its blueprint.
_VIEWS = (
    aanbieder,
    groepen,
    koppeling,
    leerkrachten,
    leerlingen,
    login,
    postvak,
    resultaten,
    schooljaar,
    start,
    storingen,
)
BLUEPRINTS = (sandbox, parnassys)
