"""SOMtoday (Topicus): UWLR 2.2, the same klantcode and klantnaam for everyone, keys of up to 88 characters."""

from __future__ import annotations

from webapp.uwlr.profiles.base import LasProfile

PROFILE = LasProfile(
    name="somtoday",
    naam="SOMtoday",
    klantcode="OV",
    klantnaam="Overig",
    hosts=r"oop(\.test)?\.somtoday\.nl",
)
