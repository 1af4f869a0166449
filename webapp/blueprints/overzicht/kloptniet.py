"""Saying that the link of a leerling is wrong, and the answer of a beheerder."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import (
    beheerder_required,
    is_beheerder,
    me,
    own_groepen,
    own_school,
    saw,
    school_required,
    shows_names,
)
from webapp.blueprints.overzicht import bp
from webapp.blueprints.overzicht.zoeken import row
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.models import KloptNiet, Leerling
from webapp.presentation import namen
from webapp.services.controle import kloptniet
from webapp.services.controle.batch import names_of_accounts
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.woorden import kloptniet as woorden


@bp.get("/school/klopt-niet")
@beheerder_required
@shows_names
def reported() -> ResponseReturnValue:
    """Everybody whose link somebody said is wrong, to answer one by one."""
    session, school_id = db.session(), own_school()
    found = kloptniet.reported(session, school_id)
    saw("klopt niet", len(found))
    namen_van = names_of_accounts(session, school_id)
    rijen = [(row(LEERLING, each), woorden.report(each, namen_van)) for each in found]
    return render_template("overzicht/gemeld.html", rijen=rijen)


@bp.get("/school/leerling/<int:doel_id>/klopt-niet")
@school_required
@shows_names
def ask_wrong(doel_id: int) -> ResponseReturnValue:
    """Say what it does before it is said, and ask why."""
    leerling = kloptniet.find(db.session(), own_school(), doel_id, groepen=own_groepen())
    saw("leerling", 1, over=f"leerling {doel_id}")
    return render_template(
        "overzicht/klopt_niet.html",
        leerling=leerling,
        gevolgen=woorden.consequences(leerling, namen(), for_beheerder=is_beheerder()),
        redenen=woorden.WAAROM.items(),
        gekozen=KloptNiet.ANDER_KIND,
        terug=_page(leerling),
    )


@bp.post("/school/leerling/<int:doel_id>/klopt-niet")
@school_required
def say_wrong(doel_id: int) -> ResponseReturnValue:
    """Stop the results of this leerling until a beheerder answers."""
    given = request.form.get("waarom", "")
    why = KloptNiet(given) if given in set(KloptNiet) else KloptNiet.ANDERS
    with unit_of_work() as session:
        leerling = kloptniet.report(
            session, own_school(), doel_id, why, door=me(), groepen=own_groepen(), hears_of_it=not is_beheerder()
        )
        message, url = woorden.said(leerling, namen()), _page(leerling)
    return told(message, url, "info")


@bp.post("/school/leerling/<int:doel_id>/klopt-wel")
@beheerder_required
def say_right(doel_id: int) -> ResponseReturnValue:
    """Answer that the link is right: results go again."""
    with unit_of_work() as session:
        gezien = request.form.get("sinds")
        leerling = kloptniet.is_right(session, own_school(), doel_id, door=me(), gezien=gezien)
        message, url = woorden.lifted(leerling, namen()), _page(leerling)
    return told(message, url, "info")


def _page(leerling: Leerling) -> str:
    return url_for("overzicht.record", soort="leerling", doel_id=leerling.id)
