"""The two invented schools, both sides of each: ParnasSys and the test centre."""

from __future__ import annotations

from sandbox.parnassys.schools.build import build_school
from sandbox.parnassys.schools.kompas import KOMPAS
from sandbox.parnassys.schools.regenboog import REGENBOOG
from sandbox.parnassys.schools.values import (
    GroepBijTestcentrum,
    InventedGroep,
    InventedLeerkracht,
    InventedLeerling,
    InventedSamengesteldeGroep,
    InventedSchool,
    LeerkrachtBijTestcentrum,
    LeerlingBijTestcentrum,
)

__all__ = [
    "BRINCODES",
    "GroepBijTestcentrum",
    "InventedGroep",
    "InventedLeerkracht",
    "InventedLeerling",
    "InventedSamengesteldeGroep",
    "InventedSchool",
    "LeerkrachtBijTestcentrum",
    "LeerlingBijTestcentrum",
    "invented_school",
]

_PLANS = {plan.brin: plan for plan in (REGENBOOG, KOMPAS)}
BRINCODES = tuple(_PLANS)
"""BRIN codes that start with 99 belong to no school."""


def invented_school(brin: str, schooljaar: str) -> InventedSchool:
    """Return the invented school of this BRIN; birth dates fit the schooljaar (`schooljaar_of(today)`)."""
    return build_school(_PLANS[brin], schooljaar)
