"""The names of a leerling that are remembered: shown on their page only, and forgotten there."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school
from webapp.blueprints.overzicht import bp
from webapp.blueprints.told import told
from webapp.db import unit_of_work
from webapp.models import Leerling
from webapp.models.ids import LeerlingId
from webapp.services import bekende_namen
from webapp.services.inname.soorten import Doel
from webapp.services.inname.soorten.soort import proven
from webapp.woorden.opzoeken import NAME_FORGOTTEN


def remembered(doel: Doel) -> list[tuple[str, dict[str, str]]]:
    """The names that count for a leerling besides their own, each with the fields that say which one it is."""
    rows = bekende_namen.known(proven(doel, Leerling))
    return [(doel.called(row), dict(zip(bekende_namen.NAMEN, bekende_namen.said(row), strict=True))) for row in rows]


@bp.post("/school/leerling/<int:doel_id>/naam-vergeten")
@beheerder_required
def forget_name(doel_id: int) -> ResponseReturnValue:
    """Remember one earlier name of a leerling no longer: when it comes back, it is asked about."""
    naam = tuple(request.form.get(veld, "") for veld in bekende_namen.NAMEN)
    with unit_of_work() as session:
        bekende_namen.forget(session, own_school(), LeerlingId(doel_id), naam, door=me())
    return told(NAME_FORGOTTEN, url_for("overzicht.record", soort="leerling", doel_id=doel_id), "info")
