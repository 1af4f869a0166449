"""Trying a pasted sleutel: one live call, before anything is stored."""

from __future__ import annotations

from flask_login import current_user

from webapp.accounts import me
from webapp.accounts.setup import limiter
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.las import las_of
from webapp.models import Daad, Koppeling, Werk
from webapp.services import audit, schakelaars
from webapp.services.koppeling.sleutel import with_sleutel
from webapp.uwlr.diagnose import Diagnose
from webapp.uwlr.sleuteldokter import examine

not_too_often = limiter.limit("30 per hour", key_func=lambda: f"sleutel:{current_user.get_id()}")
"""A person tries a few keys; a program that guesses keys tries more."""


def try_sleutel(koppeling: Koppeling, schooljaar: str, sleutel: str) -> Diagnose:
    """Ask the LAS what it makes of this sleutel; no transaction is open meanwhile. Not while fetching stands still."""
    schakelaars.must_go_on(db.session(), Werk.OPHALEN, koppeling.las_type)
    las = las_of(koppeling.las_type, settings())
    verzoek = las.profile.verzoek(schooljaar, koppeling.brin, koppeling.vestiging)
    schoolnaam = koppeling.schoolnaam
    koppeling_id, school_id, account_id = koppeling.id, koppeling.school_id, me()
    db.session.rollback()  # nothing was written yet, so the connection may go back to the pool during the call
    diagnose = examine(las.profile, las.address, verzoek, with_sleutel(sleutel, settings()), schoolnaam)
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
