"""What goes to the LAS: all or nothing, which toetsen, from when, and whether within a minute of norming."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webapp.accounts import beheerder_required, me, own_school
from webapp.blueprints.controle.messages import Melding, say
from webapp.blueprints.koppeling import bp
from webapp.blueprints.own import koppeling_for
from webapp.blueprints.told import told
from webapp.config import AMSTERDAM
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.forms import verzenden as form
from webapp.forms.afspraken import seen
from webapp.models import Koppeling, Toets
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen, today
from webapp.services import zendkeuze
from webapp.services.versturen import keuze as service
from webapp.services.versturen import minuut
from webapp.services.versturen.keuze import Keuze, OverschrevenKeuze
from webapp.woorden import verzenden as woorden
from webapp.woorden import zeg
from webapp.woorden.versturen import by_choice


@dataclass(frozen=True)
class Toetsregel:
    """One toets with its box."""

    toets: Toets
    mee: bool
    waarom: str
    """Why it stays here, where that was chosen before."""


@bp.get("/verzenden")
@beheerder_required
def sending() -> str:
    """Show what goes, and what was chosen."""
    koppeling = koppeling_for(KoppelingAct.VERSTUREN)
    return _page(koppeling, service.chosen(zendkeuze.of_school(db.session(), own_school())))


@bp.post("/verzenden")
@beheerder_required
def save_sending() -> ResponseReturnValue:
    """Keep what was chosen; what it was stands in the message, to go back to."""
    koppeling = koppeling_for(KoppelingAct.VERSTUREN)
    start, toetsen = _start(koppeling), [toets.id for toets in _toetsen()]
    stood = service.chosen(zendkeuze.of_school(db.session(), own_school()))
    mag_minuut = minuut.allowed_since(db.session(), koppeling.las_type) is not None
    try:
        wanted = form.read(request.form, toetsen, start=start, mag_minuut=mag_minuut, was=stood)
    except form.VanafWrong as error:
        return _page(koppeling, error.keuze, error), 422
    try:
        with unit_of_work() as session:
            is_other = service.change(session, own_school(), wanted, seen=seen(request.form), door=me())
            changed_op = zendkeuze.of_school(session, own_school()).gewijzigd_op
    except OverschrevenKeuze as meanwhile:
        return told(zeg(meanwhile, namen()), url_for(".sending"), "fout")
    if is_other:
        back = form.fields(stood, toetsen, start=start, seen=changed_op)
        say(Melding(woorden.saved(stood, wanted, namen()), "gelukt", url_for(".save_sending"), back, "Terugdraaien"))
    else:
        flash(woorden.NIETS_ANDERS, "info")
    return redirect(url_for(".sending"), 303)


def _toetsen() -> list[Toets]:
    return list(db.session().scalars(select(Toets).order_by(Toets.vakgebied, Toets.leerjaar, Toets.naam, Toets.id)))


def _start(koppeling: Koppeling) -> date:
    """The day on which the koppeling began: of before it nothing goes."""
    return koppeling.gestart_op.astimezone(AMSTERDAM).date() if koppeling.gestart_op is not None else today()


def _page(koppeling: Koppeling, stand: Keuze, fout: form.VanafWrong | None = None) -> str:
    keuzes, start = zendkeuze.of_school(db.session(), own_school()), _start(koppeling)
    off = {toets_id: by_choice(uit) for toets_id, uit in keuzes.toetsen_uit.items()}
    regels = [Toetsregel(each, each.id not in stand.toetsen_uit, off.get(each.id, "")) for each in _toetsen()]
    return render_template(
        "koppeling/verzenden.html",
        stand=stand,
        regels=regels,
        start=start,
        vanaf=fout.typed if fout else form.day_of(stand, start).isoformat(),
        fout=woorden.vanaf_wrong(start, is_too_early=fout.is_too_early) if fout else "",
        vooruit=woorden.ahead(stand.vanaf, today()),
        uit=by_choice(keuzes.alles_uit) if keuzes.alles_uit else "",
        mag_minuut=minuut.allowed_since(db.session(), koppeling.las_type) is not None,
        nacht_uur=settings().nacht_begin_uur,
        gezien=keuzes.gewijzigd_op.isoformat() if keuzes.gewijzigd_op else "",
        gewijzigd=woorden.changed(keuzes),
    )
