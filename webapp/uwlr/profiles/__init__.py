"""The LASes we know, by name."""

from __future__ import annotations

from webapp.uwlr.profiles.base import CONFIRMATION_BYTES, DELIVERY_BYTES, LasProfile, Resultaatvorm
from webapp.uwlr.profiles.esis import ESIS
from webapp.uwlr.profiles.keys import Sleutelfout, Sleuteloordeel, Sleutelvorm, clean_sleutel
from webapp.uwlr.profiles.magister import MAGISTER
from webapp.uwlr.profiles.parnassys import PARNASSYS
from webapp.uwlr.profiles.schooloas import SCHOOLOAS
from webapp.uwlr.profiles.somtoday import SOMTODAY
from webapp.uwlr.profiles.uwlr import UWLR

PROFILES: dict[str, LasProfile] = {
    profile.name: profile for profile in (PARNASSYS, ESIS, SOMTODAY, MAGISTER, SCHOOLOAS, UWLR)
}

__all__ = [
    "CONFIRMATION_BYTES",
    "DELIVERY_BYTES",
    "ESIS",
    "MAGISTER",
    "PARNASSYS",
    "PROFILES",
    "SCHOOLOAS",
    "SOMTODAY",
    "UWLR",
    "LasProfile",
    "Resultaatvorm",
    "Sleutelfout",
    "Sleuteloordeel",
    "Sleutelvorm",
    "clean_sleutel",
]
