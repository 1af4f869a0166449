"""Trying a pasted sleutel: one live call, before anything is stored."""

from __future__ import annotations

from flask import current_app
from flask_login import current_user

from webapp.accounts.setup import limiter
from webapp.config import Settings
from webapp.db import db
from webapp.las import las_of
from webapp.models import Koppeling
from webapp.uwlr.diagnose import Diagnose
from webapp.uwlr.sleuteldokter import examine
from webapp.uwlr.values import Autorisatie

not_too_often = limiter.limit("30 per hour", key_func=lambda: f"sleutel:{current_user.get_id()}")
"""A person tries a few keys; a program that guesses keys tries more."""


def try_sleutel(koppeling: Koppeling, schooljaar: str, sleutel: str) -> Diagnose:
    """Ask the LAS what it makes of this sleutel; no transaction is open meanwhile."""
    settings: Settings = current_app.extensions["settings"]
    las = las_of(koppeling.las_type, settings)
    verzoek = las.profile.verzoek(schooljaar, koppeling.brin, koppeling.vestiging)
    schoolnaam = koppeling.schoolnaam
    db.session.rollback()  # nothing was written yet; the connection goes back while the LAS thinks
    return examine(
        las.profile, las.address, verzoek, Autorisatie(sleutel, settings.klantcode, settings.klantnaam), schoolnaam
    )
