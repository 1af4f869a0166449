"""Who is here and not in the LAS: parked, and brought back."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.koppeling import bp
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.models import Soort
from webapp.models.ids import LeerlingId
from webapp.presentation import namen
from webapp.services.inname import parkeren
from webapp.verzoek import number, row_id
from webapp.woorden.koppeling import brought_back, left, parked
from webapp.woorden.toetsen import groepsnaam
from webapp.woorden.vastgehouden import how_absent


@bp.get("/niet-in-las")
@beheerder_required
@shows_names
def absent() -> ResponseReturnValue:
    """Show who is here and not in the LAS with what hangs on them, and whom a beheerder parked before."""
    afwezigen, geparkeerd = (each(db.session(), own_school()) for each in (parkeren.absent, parkeren.parked))
    saw("niet in LAS", len(afwezigen) + len(geparkeerd))
    return render_template("koppeling/niet_in_las.html", afwezigen=afwezigen, geparkeerd=geparkeerd)


@bp.get("/niet-in-las.csv")
@beheerder_required
@shows_names
def absent_csv() -> Response:
    """The same, all in one file."""
    session, school_id = db.session(), own_school()
    afwezigen, geparkeerd = parkeren.absent(session, school_id), parkeren.parked(session, school_id)
    saw("niet in LAS", len(afwezigen) + len(geparkeerd))
    rows = [*((row.leerling, row.resultaten) for row in afwezigen), *((each, None) for each in geparkeerd)]
    stays = {row.leerling.id for row in afwezigen if row.is_beslist}
    return as_csv(
        "niet-in-las",
        ("Naam", "Groep", "Resultaten", "Stand"),
        (
            (each.naam, groepsnaam(each.groep) if each.groep else "", number,
             how_absent(each, namen().las, stays=each.id in stays))
            for each, number in rows
        ),
    )  # fmt: skip


@bp.post("/niet-in-las/parkeren")
@beheerder_required
def park() -> ResponseReturnValue:
    """Park the chosen leerlingen, all in one act."""
    with unit_of_work() as session:
        aantal = parkeren.park(session, own_school(), _chosen(), shown=_shown(), door=me())
    return told(parked(aantal), _back())


@bp.post("/niet-in-las/laten-staan")
@beheerder_required
def leave() -> ResponseReturnValue:
    """Park nobody."""
    with unit_of_work() as session:
        aantal = parkeren.leave(session, own_school(), shown=_shown(), door=me())
    return told(left(aantal, namen()), url_for(".absent"))


@bp.post("/niet-in-las/terugzetten")
@beheerder_required
def bring_back() -> ResponseReturnValue:
    """Undo parking for the chosen leerlingen."""
    with unit_of_work() as session:
        aantal = parkeren.bring_back(session, own_school(), _chosen(), door=me())
    return told(brought_back(aantal), _back())


def _back() -> str:
    """To the page of the leerling, when that is where somebody pressed."""
    of_page = row_id(request.form.get("pagina"))
    return url_for("overzicht.record", soort=Soort.LEERLING, doel_id=of_page) if of_page else url_for(".absent")


def _shown() -> int:
    return number(request.form.get("getoond")) or 0


def _chosen() -> list[LeerlingId]:
    return [LeerlingId(id_) for text in request.form.getlist("id") if (id_ := row_id(text)) is not None]
