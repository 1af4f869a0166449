"""Taking a record from the one of the LAS that it is linked with, and undoing that."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.blueprints.overzicht import bp
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.presentation import namen
from webapp.services.controle import ontkoppelen
from webapp.woorden import besluiten as woorden


@bp.get("/school/<soort>/<int:doel_id>/ontkoppelen")
@beheerder_required
@shows_names
def ask_unlink(soort: str, doel_id: int) -> ResponseReturnValue:
    """Say what it does before it is done."""
    kind, doel, there = ontkoppelen.find(db.session(), own_school(), soort, doel_id)
    saw(kind.soort, int(kind.has_results), over=f"{soort} {doel_id}")
    return render_template(
        "overzicht/ontkoppelen.html",
        doel=doel,
        soort=kind.soort,
        gevolgen=woorden.unlinking(kind, doel, there, namen()),
        terug=url_for("overzicht.record", soort=soort, doel_id=doel_id),
    )


@bp.post("/school/<soort>/<int:doel_id>/ontkoppelen")
@beheerder_required
def unlink(soort: str, doel_id: int) -> ResponseReturnValue:
    """Part them."""
    with unit_of_work() as session:
        *_, there = ontkoppelen.find(session, own_school(), soort, doel_id)
        gezien = request.form.get("nummer")
        doel = ontkoppelen.unlink(session, own_school(), soort, doel_id, door=me(), gezien=gezien)
        message = woorden.unlinked(doel, there)
    return told(message, url_for("overzicht.record", soort=soort, doel_id=doel_id), "info")


@bp.post("/school/<soort>/<int:doel_id>/weer-koppelen")
@beheerder_required
def link_again(soort: str, doel_id: int) -> ResponseReturnValue:
    """Undo that."""
    with unit_of_work() as session:
        message = woorden.linked_again(ontkoppelen.link_again(session, own_school(), soort, doel_id, door=me()))
    return told(message, url_for("overzicht.record", soort=soort, doel_id=doel_id))
