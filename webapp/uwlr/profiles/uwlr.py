"""Any LAS that speaks UWLR 2.2 by the letter, staged pull included."""

from __future__ import annotations

from webapp.uwlr.profiles.base import LasProfile

PROFILE = LasProfile(name="uwlr", naam="het LAS", staged=True)
