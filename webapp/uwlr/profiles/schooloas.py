"""SchoolOAS (Dotcomschool): UWLR 2.2; nothing special is known of it."""

from __future__ import annotations

from webapp.uwlr.profiles.base import LasProfile

PROFILE = LasProfile(name="schooloas", naam="SchoolOAS")
