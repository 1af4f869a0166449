"""The vaste afspraken of a school: five questions on one page, asked once after the first import."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school
from webapp.blueprints.controle.messages import Melding, say
from webapp.blueprints.koppeling import bp
from webapp.blueprints.own import own_koppeling
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.forms import afspraken as form
from webapp.models import Afspraken
from webapp.presentation import namen
from webapp.services import afspraken
from webapp.services.afspraken import UIT, OverschrevenAfspraken
from webapp.services.clock import database_now
from webapp.services.overzicht import scheelt
from webapp.woorden import afspraken as woorden
from webapp.woorden import zeg


@bp.get("/afspraken")
@beheerder_required
def agreements() -> str:
    """Show the questions with their answers, and what they save."""
    return _page(afspraken.of_school(db.session(), own_school()))


@bp.post("/afspraken")
@beheerder_required
def save_agreements() -> ResponseReturnValue:
    """Keep the answers; what they were stands in the message, to go back to."""
    try:
        values = form.read(request.form)
    except form.GeenJaargroep as error:
        row = afspraken.of_school(db.session(), own_school())
        typed = Afspraken(gevraagd_op=row.gevraagd_op, gewijzigd_op=row.gewijzigd_op, **error.values)
        return _page(typed, fout=woorden.TOCH_JAARGROEP if typed.jaargroepen_niet else woorden.GEEN_JAARGROEP), 422
    try:
        with unit_of_work() as session:
            before = afspraken.values(afspraken.of_school(session, own_school()))
            is_other = afspraken.change(session, own_school(), values, seen=form.seen(request.form), door=me())
            back = form.fields(before, afspraken.of_school(session, own_school()).gewijzigd_op)
    except OverschrevenAfspraken as meanwhile:
        return told(zeg(meanwhile, namen()), url_for(".agreements"), "fout")
    if is_other:
        say(Melding(woorden.BEWAARD, "gelukt", url_for(".save_agreements"), back, "Terugdraaien"))
    else:
        flash(woorden.NIETS_ANDERS, "info")
    return redirect(url_for(".agreements"), 303)


@bp.post("/afspraken/later")
@beheerder_required
def agreements_later() -> ResponseReturnValue:
    """Do not ask again; the page stays under Koppelen met LAS."""
    with unit_of_work() as session:
        afspraken.later(session, own_school(), door=me())
    return told(woorden.LATER, url_for("overzicht.index"), "info")


def _stayed_out() -> int:
    """How many leerlingen the last aanlevering had of jaargroepen that do not take part."""
    koppeling = own_koppeling()
    return koppeling.vorm.get("jaargroep_niet", 0) if koppeling is not None else 0


def _page(stand: Afspraken, fout: str = "") -> str:
    session, school_id = db.session(), own_school()
    cijfers = scheelt.of_school(session, school_id, database_now(session))
    per_jaargroep = scheelt.per_jaargroep(session, school_id)
    return render_template(
        "koppeling/afspraken.html",
        stand=stand,
        is_te_vragen=afspraken.is_to_ask(session, school_id),
        lead=woorden.LEAD,
        teksten=woorden.teksten(namen().las),
        fout=fout,
        cijfers=cijfers,
        met=cijfers.met(stand),
        grafiek=woorden.maanden(cijfers, stand) if cijfers.vragen and cijfers.maanden else None,
        jaargroepen=woorden.jaargroepen(per_jaargroep, stand.jaargroepen_niet),
        zinnen=woorden.zinnen(cijfers, per_jaargroep, stand.jaargroepen_niet, _stayed_out()),
        wijzigingen=[woorden.wijziging(each) for each in afspraken.changes(session, school_id)],
        uit=form.fields(UIT, stand.gewijzigd_op),
        is_uit=afspraken.values(stand) == UIT,
        weekdagen=list(enumerate(woorden.WEEKDAGEN, 1)),
        dagen=form.DAGEN,
        gezien=form.fields(UIT, stand.gewijzigd_op)["gezien"],
    )
