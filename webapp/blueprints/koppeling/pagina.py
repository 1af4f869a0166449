"""The page itself: it shows the step that the koppeling is at."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, own_school, saw, shows_names
from webapp.blueprints.koppeling import bp
from webapp.blueprints.own import own_koppeling
from webapp.context import settings
from webapp.db import db
from webapp.forms.sleutel import IndienenForm, schooljaren
from webapp.models import Koppeling, School
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen, own_feiten, today
from webapp.services.inname import parkeren, uitzonderingen
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.koppeling import externe_nummers
from webapp.services.ophalen import stand as ophaalstand
from webapp.services.overzicht.einde import Einde
from webapp.vakanties import Regio
from webapp.woorden.controle import SOORTEN
from webapp.woorden.fouten import uitleg_van
from webapp.woorden.koppeling import afwijzing


@bp.get("/")
@beheerder_required
@shows_names
def index() -> ResponseReturnValue:
    """Show what is to be done now: ask, wait, fill in the key, or nothing."""
    koppeling = own_koppeling()
    if koppeling is not None and koppeling.mag(KoppelingAct.INDIENEN):
        return submit_page(koppeling, IndienenForm(koppeling, today()))
    if koppeling is not None and koppeling.is_running:
        return _running_page(koppeling)
    return render_template("koppeling/wachten.html", koppeling=koppeling)


def submit_page(koppeling: Koppeling, form: IndienenForm) -> str:
    """The three steps up to submitting, with what was wrong in the form."""
    nummers = externe_nummers.count(db.session(), own_school())
    reden = afwijzing(koppeling.afwijsreden, koppeling.reden_afwijzing, namen().las)
    return render_template("koppeling/indienen.html", koppeling=koppeling, form=form, nummers=nummers, reden=reden)


def _running_page(koppeling: Koppeling) -> str:
    session = db.session()
    options = schooljaren(today())
    niet_geimporteerd = uitzonderingen.of_school(session, own_school())
    afwezig = parkeren.count_absent(session, own_school())
    einden = {each.einde: each.aantal for each in own_feiten().einden}
    gevraagd = einden.get(Einde.NIET_IN_LAS, 0)
    saw("koppelen", LEERLING.number_of(niet_geimporteerd))
    return render_template(
        "koppeling/actief.html",
        koppeling=koppeling,
        stand=ophaalstand.of_koppeling(session, koppeling),
        afwezig=afwezig,
        blijven=afwezig - gevraagd,
        geparkeerd=len(parkeren.parked(session, own_school())),
        niet_geimporteerd=niet_geimporteerd,
        soorten=SOORTEN,
        schooljaren=[(jaar, tekst) for jaar, tekst in options if jaar != koppeling.schooljaar],
        is_vorig_schooljaar=koppeling.schooljaar not in dict(options),
        houdt_zelf=bool({Einde.JAAR_UITGESTELD, Einde.JAAR_TERUGGENOMEN} & einden.keys()),
        nacht_uur=settings().nacht_begin_uur,
        regio=session.get_one(School, own_school()).vakantieregio,
        regios=list(Regio),
        fout=uitleg_van(koppeling, koppeling.fout, namen().las) if koppeling.fout is not None else None,
    )
