"""Step 4 of the manual: clear old numbers, paste the key, ask for approval."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school
from webapp.blueprints.koppeling import bp
from webapp.blueprints.koppeling.pagina import submit_page
from webapp.blueprints.koppeling.proef import not_too_often, try_sleutel
from webapp.blueprints.own import existing_koppeling
from webapp.blueprints.told import told
from webapp.context import keyring
from webapp.db import db, unit_of_work
from webapp.forms.sleutel import IndienenForm
from webapp.models import KoppelingStatus
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen, today
from webapp.services.koppeling import externe_nummers, levensloop
from webapp.services.koppeling.errors import AlreadyDecided
from webapp.uwlr.codes import Owner
from webapp.verzoek import number
from webapp.woorden import koppeling as woorden
from webapp.woorden import sleutel, zeg


@bp.post("/")
@beheerder_required
@not_too_often
def submit() -> ResponseReturnValue:
    """Try the key, and ask for approval unless the school can mend what is wrong; a second press changes nothing."""
    koppeling = existing_koppeling()
    if not koppeling.mag(KoppelingAct.INDIENEN):
        return told(zeg(AlreadyDecided(koppeling.schoolnaam, koppeling.status), namen()), url_for(".submitted"), "info")
    form = IndienenForm(koppeling, today())
    if not form.validate_on_submit():
        return submit_page(koppeling, form), 422
    diagnose = try_sleutel(koppeling, form.schooljaar.data, form.sleutel.data)
    if diagnose.is_geweigerd or (not diagnose.is_goed and diagnose.owner is Owner.SCHOOL):
        form.refuse(diagnose)
        return submit_page(koppeling, form), 422
    with unit_of_work() as session:
        levensloop.submit(
            session,
            koppeling.id,
            schooljaar=form.schooljaar.data,
            sleutel=form.sleutel.data,
            proef=diagnose,
            keyring=keyring(),
            door=me(),
        )
    return redirect(url_for(".submitted"), 303)


@bp.get("/ingediend")
@beheerder_required
def submitted() -> ResponseReturnValue:
    """Confirm that klantenservice has the request."""
    koppeling = existing_koppeling()
    if koppeling.status is not KoppelingStatus.INGEDIEND:
        return redirect(url_for(".index"), 303)
    proef = sleutel.proef(koppeling, namen().las)
    return render_template("koppeling/ingediend.html", koppeling=koppeling, proef=proef)


@bp.get("/externe-nummers")
@beheerder_required
def confirm_clearing() -> ResponseReturnValue:
    """Say what clearing does, and ask."""
    nummers = externe_nummers.count(db.session(), own_school())
    if not nummers.total or not existing_koppeling().mag(KoppelingAct.NUMMERS_WISSEN):
        return redirect(url_for(".index"), 303)
    resultaten = externe_nummers.count_resultaten(db.session(), own_school())
    return render_template("koppeling/externe_nummers.html", nummers=nummers, resultaten=resultaten)


@bp.post("/externe-nummers")
@beheerder_required
def clear_externe_nummers() -> ResponseReturnValue:
    """Clear as many numbers as were shown, or none."""
    confirmed = number(request.form.get("aantal"))
    if confirmed is None:
        abort(400)
    with unit_of_work() as session:
        cleared = externe_nummers.clear(session, own_school(), confirmed=confirmed, door=me())
    return told(woorden.cleared(cleared.total), url_for(".index", _anchor="stap-3"))
