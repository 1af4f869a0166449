"""Overgaan: what a new school year will change, begun now or from a day on; and what the last one came to."""

from __future__ import annotations

from datetime import date

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.blueprints.koppeling import bp
from webapp.blueprints.own import existing_koppeling
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.presentation import namen
from webapp.services import afspraken
from webapp.services.controle import uitwerken
from webapp.services.inname import uitstel
from webapp.services.inname.uitstel import ChosenMeanwhile, NoSuchDay, NothingWaits
from webapp.services.ophalen import nieuwjaar
from webapp.woorden import overgaan as woorden
from webapp.woorden import zeg


@bp.get("/overgaan")
@beheerder_required
@shows_names
def turn_of_year() -> ResponseReturnValue:
    """Who goes to which groep, as far as the LAS has the new year and it waits; the page of the mail about it too."""
    session, school_id, koppeling = db.session(), own_school(), existing_koppeling()
    if koppeling.schooljaar is None:  # it has no key yet
        abort(404)
    row, turned, las = uitstel.of_school(session, school_id), uitstel.last_turn(session, school_id), namen().las
    vanaf = afspraken.of_school(session, school_id).overgaan_vanaf
    vandaag = uitstel.today(session)
    vanaf = vanaf if vanaf is not None and vanaf > vandaag else None
    groepen = uitstel.who(session, school_id, row.vooruitblik) if row is not None else {}
    saw("overgaan", sum(map(len, groepen.values())))
    eerste, laatste = uitstel.days(session, koppeling)
    is_asked = nieuwjaar.to_ask(koppeling, vandaag) is not None
    act = turned[0] if turned is not None and turned[0].teruggedraaid_id is None else None
    return render_template(
        "koppeling/overgaan.html",
        koppeling=koppeling,
        row=row,
        zin=woorden.stand(koppeling, row, vanaf, las, is_asked=is_asked),
        wat=woorden.wat(row.vooruitblik) if row is not None and row.gezien_op else "",
        groepen=[(woorden.groep(naam, wie, row.vooruitblik), wie) for naam, wie in groepen.items()] if row else [],
        eerste=eerste,
        laatste=laatste,
        gezien={"gezien": uitstel.chosen(session, school_id)},
        vanaf=vanaf,
        laatst=woorden.laatst(*turned) if turned is not None else "",
        handeling=act,
        tot=uitwerken.until_of_act(session, act) if act is not None else None,
    )


@bp.post("/overgaan/nu")
@beheerder_required
def go_over() -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            uitstel.go_over(session, own_school(), gezien=request.form.get("gezien", ""), door=me())
    except (ChosenMeanwhile, NothingWaits) as error:
        return told(zeg(error, namen()), url_for(".turn_of_year"), "info")
    return redirect(url_for(".progress"), 303)


@bp.post("/overgaan/vanaf")
@beheerder_required
def put_off_turn() -> ResponseReturnValue:
    """From a day on; without a day as soon as the LAS has it."""
    try:
        text = request.form.get("vanaf", "")
        vanaf = date.fromisoformat(text) if text else None
    except ValueError:
        return told(woorden.GEEN_DAG, url_for(".turn_of_year"), "fout")
    try:
        with unit_of_work() as session:
            uitstel.put_off(session, own_school(), vanaf, gezien=request.form.get("gezien", ""), door=me())
    except (ChosenMeanwhile, NoSuchDay, NothingWaits) as error:
        return told(zeg(error, namen()), url_for(".turn_of_year"), "fout")
    return told(woorden.uitgesteld(vanaf, namen().las), url_for(".turn_of_year"))
