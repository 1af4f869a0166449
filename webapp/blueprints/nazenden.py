"""Results of last school year that go to the LAS because a beheerder says so: choose, look, agree, stop."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.blueprints.own import koppeling_for
from webapp.blueprints.told import told
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.forms.nazending import Gekozen
from webapp.models import Koppeling
from webapp.models.ids import NazendingId
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen
from webapp.services.versturen import aanbod as aanbiedingen
from webapp.services.versturen import nazending, nazendverslag
from webapp.services.versturen.nazending import ChangedMeanwhile, NothingChosen
from webapp.woorden import nazending as woorden
from webapp.woorden import zeg

bp = Blueprint("nazenden", __name__, url_prefix="/resultaten/vorig-schooljaar")


@bp.get("/")
@beheerder_required
@shows_names
def index() -> ResponseReturnValue:
    """Show what there is of last year, what was approved before, and let choose."""
    return _choose()


@bp.get("/controleren")
@beheerder_required
@shows_names
def check() -> ResponseReturnValue:
    """Show exactly what would go of what was chosen, and ask."""
    gekozen = Gekozen.of_request()
    return _ask(gekozen) if gekozen.part_of(_offer()).gaat else _choose(woorden.GEEN_TOETS)


@bp.post("/")
@beheerder_required
@shows_names
def approve() -> ResponseReturnValue:
    """Plan what was shown, and nothing else."""
    gekozen = Gekozen.of_request()
    if request.form.get("akkoord") != "ja":
        return _again(gekozen, woorden.GEEN_AKKOORD), 422
    try:
        with unit_of_work() as session:
            number = nazending.approve(
                session,
                _koppeling(),
                toetsen=gekozen.toetsen,
                groepen=gekozen.groepen,
                afdruk=request.form.get("afdruk", ""),
                door=me(),
            )
    except (ChangedMeanwhile, NothingChosen) as error:
        return _again(gekozen, zeg(error, namen())), 422
    return told(woorden.approved(number, namen(), settings().nacht_begin_uur), url_for(".index"))


@bp.post("/<int:nazending_id>/stoppen")
@beheerder_required
def stop(nazending_id: NazendingId) -> ResponseReturnValue:
    """Keep here what has not gone."""
    with unit_of_work() as session:
        number = nazending.stop(session, own_school(), nazending_id, door=me())
    return told(woorden.stopped(number), url_for(".index"))


def _koppeling() -> Koppeling:
    """Also while it rests: what was approved can be seen, and stopped."""
    return koppeling_for(KoppelingAct.EINDE_VRAGEN)


def _offer() -> aanbiedingen.Aanbod:
    return aanbiedingen.offer(db.session(), own_school(), nazending.last_year(_koppeling()))


def _again(gekozen: Gekozen, fout: str) -> str:
    """The question once more with the numbers of now; the choice anew when nothing of it can go any more."""
    return _ask(gekozen, fout) if gekozen.part_of(_offer()).gaat else _choose(fout)


def _choose(fout: str = "") -> str:
    koppeling, aanbod = _koppeling(), _offer()
    weg = aanbiedingen.called(db.session(), own_school(), aanbod.niet_in_las)
    saw("vorig schooljaar", len(weg), wie="resultaten")
    verslagen = nazendverslag.reports(db.session(), own_school())
    return render_template(
        "nazenden/kiezen.html",
        aanbod=aanbod,
        tellingen=woorden.counts(aanbod, namen()),
        weg=weg,
        in_de_weg=woorden.in_the_way(koppeling, namen()),
        onbeproefd=woorden.untried(koppeling, namen()),
        verslagen=woorden.told(verslagen, namen()),
        standen=woorden.STANDEN,
        fout=fout,
    )


def _ask(gekozen: Gekozen, fout: str = "") -> str:
    part = gekozen.part_of(_offer())
    return render_template(
        "nazenden/controleren.html",
        aanbod=part,
        gevolgen=list(woorden.consequences(part, namen(), settings().nacht_begin_uur)),
        gekozen=gekozen,
        fout=fout,
    )
