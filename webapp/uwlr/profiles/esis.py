"""ESIS (Rovict): one address per customer, a client certificate, and a key that the school makes up itself."""

from __future__ import annotations

from webapp.uwlr.namespaces import Operation
from webapp.uwlr.profiles.base import LasProfile
from webapp.uwlr.profiles.keys import Sleutelvorm

PROFILE = LasProfile(
    name="esis",
    naam="ESIS",
    sleutelvorm=Sleutelvorm(min_length=20, max_length=50, begins_with_location=True, alphanumeric=True),
    hosts=r"[0-9]+\.rovictonline\.nl",
    paths=dict.fromkeys(Operation, "uwlr2.2.svc"),
)
