"""The LASes we know, by name: every file in this folder that has a `PROFILE`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from webapp.uwlr.profiles.base import AANLEVERING_BYTES, CONFIRMATION_BYTES, LasProfile, Resultaatvorm
from webapp.uwlr.profiles.keys import Sleutelfout, Sleuteloordeel, Sleutelvorm, clean_sleutel

__all__ = [
    "AANLEVERING_BYTES",
    "CONFIRMATION_BYTES",
    "PROFILES",
    "LasProfile",
    "Resultaatvorm",
    "Sleutelfout",
    "Sleuteloordeel",
    "Sleutelvorm",
    "clean_sleutel",
]


def _profiles() -> Iterator[LasProfile]:
    for module in iter_modules(__path__, f"{__name__}."):
        if profile := getattr(import_module(module.name), "PROFILE", None):
            yield profile


PROFILES: dict[str, LasProfile] = {profile.name: profile for profile in _profiles()}
