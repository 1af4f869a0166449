"""One live call with an autorisatiesleutel: by a school that pastes it, or by klantenservice with what is kept."""

from __future__ import annotations

from webapp.context import settings
from webapp.db import db
from webapp.las import las_of
from webapp.models import Koppeling, Werk
from webapp.services import schakelaars
from webapp.services.koppeling.sleutel import with_sleutel
from webapp.uwlr.diagnose import Diagnose
from webapp.uwlr.sleuteldokter import examine


def ask_las(koppeling: Koppeling, schooljaar: str, sleutel: str) -> Diagnose:
    """Ask the LAS what it makes of this sleutel; no transaction is open meanwhile. Not while fetching stands still."""
    schakelaars.must_go_on(db.session(), Werk.OPHALEN, koppeling.las_type)
    las = las_of(koppeling.las_type, settings())
    verzoek = las.profile.verzoek(schooljaar, koppeling.brin, koppeling.vestiging)
    schoolnaam = koppeling.schoolnaam
    db.session.rollback()  # nothing was written yet, so the connection may go back to the pool during the call
    return examine(las.profile, las.address, verzoek, with_sleutel(sleutel, settings()), schoolnaam)
