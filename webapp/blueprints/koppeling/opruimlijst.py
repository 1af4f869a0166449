"""What can be mended in the LAS itself, to be printed or taken along as a file."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, own_school, saw, shows_names
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.koppeling import bp
from webapp.blueprints.own import existing_koppeling
from webapp.db import db
from webapp.presentation import namen
from webapp.services.controle import opruimlijst
from webapp.services.controle.opruimlijst import Punt
from webapp.services.inname.soorten import KINDS
from webapp.woorden import opruimlijst as woorden


@bp.get("/opruimlijst")
@beheerder_required
@shows_names
def tidy_list() -> ResponseReturnValue:
    """Show what made questions and is better mended in the LAS, with how to fetch again."""
    koppeling, punten = existing_koppeling(), _punten()
    return render_template(
        "koppeling/opruimlijst.html",
        koppeling=koppeling,
        punten=woorden.points(punten, koppeling.las_type, namen()),
        vragen=sum(punt.vragen for punt in punten),
    )


@bp.get("/opruimlijst.csv")
@beheerder_required
@shows_names
def tidy_list_csv() -> Response:
    """The same, all in one file."""
    koppeling = existing_koppeling()
    rows = woorden.rows(_punten(), koppeling.las_type, namen())
    return as_csv("opruimlijst", ("Wat", "Naam", "Groep", "Vragen", "Wat u doet"), rows)


def _punten() -> list[Punt]:
    punten = opruimlijst.of_school(db.session(), own_school())
    saw("opruimlijst", sum(len(punt.wie) for punt in punten if KINDS[punt.soort].has_results))
    return punten
