"""The lists of a review, and of what is held, as a file for a spreadsheet."""

from __future__ import annotations

from flask import Response, request

from webapp.accounts import beheerder_required, own_school, saw, shows_names
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.controle.lijst import Lijst
from webapp.blueprints.controle.views import bp
from webapp.blueprints.controle.vragen import Vragen
from webapp.db import db
from webapp.errors import NotAllowed
from webapp.models import Soort
from webapp.models.ids import BatchId
from webapp.presentation import namen
from webapp.services.controle import batch as batches
from webapp.services.controle import vastgehouden
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.woorden import vastgehouden as hold
from webapp.woorden.controle import SOORTEN


@bp.get("/controle/<int:batch_id>/lijst.csv")
@beheerder_required
@shows_names
def list_csv(batch_id: BatchId) -> Response:
    """All that are found in one of the nine lists."""
    batch = batches.get(db.session(), own_school(), batch_id)
    lijst = Lijst(Vragen(db.session(), batch, request.args, namen()), request.args, is_whole=True)
    saw("controle", LEERLING.number_of(lijst.bladzijde.regels))
    return as_csv(f"{lijst.soort}-{lijst.categorie}", *lijst.as_table())


@bp.get("/controle/<int:batch_id>/vastgehouden.csv")
@beheerder_required
@shows_names
def held_csv(batch_id: BatchId) -> Response:
    """Who seems to have left, and is held."""
    batch = vastgehouden.of_school(db.session(), own_school())
    if batch is None or batch.id != batch_id:
        raise NotAllowed
    stand = vastgehouden.of_batch(db.session(), batch)
    saw("vastgehouden", stand.aantallen.get(Soort.LEERLING, 0))
    rows = ((SOORTEN[wie.soort].een, wie.naam, hold.plaats(wie), wie.resultaten) for wie in stand.namen)
    return as_csv("vastgehouden", ("Soort", "Naam", "Groep", "Resultaten"), rows)
