"""Trying a pasted sleutel: one live call, before anything is stored."""

from __future__ import annotations

from flask_login import current_user

from webapp.accounts import me
from webapp.accounts.setup import limiter
from webapp.db import unit_of_work
from webapp.models import Daad, Koppeling
from webapp.services import audit
from webapp.sleutelproef import ask_las
from webapp.uwlr.diagnose import Diagnose

not_too_often = limiter.limit("30 per hour", key_func=lambda: f"sleutel:{current_user.get_id()}")
"""A person tries a few keys; a program that guesses keys tries more."""


def try_sleutel(koppeling: Koppeling, schooljaar: str, sleutel: str) -> Diagnose:
    """Ask the LAS what it makes of this sleutel; a refusal is in the trail."""
    koppeling_id, school_id, account_id = koppeling.id, koppeling.school_id, me()
    diagnose = ask_las(koppeling, schooljaar, sleutel)
    if diagnose.is_geweigerd:  # klantenservice sees it when the school asks
        with unit_of_work() as session:
            audit.record(
                session,
                Daad.SLEUTEL_GEWEIGERD,
                f"koppeling {koppeling_id}",
                door=account_id,
                school_id=school_id,
                proef=diagnose.code,
            )
    return diagnose
