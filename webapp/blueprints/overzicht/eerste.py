"""The first page: what the koppeling is for a visitor, how it stands for a school, the queue for klantenservice."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import is_beheerder, me, own_place, own_school, public
from webapp.blueprints.overzicht import bp
from webapp.db import db
from webapp.presentation import namen
from webapp.services import audit
from webapp.services.controle import adviseren
from webapp.services.overzicht import tijdlijn
from webapp.woorden.tijdlijn import VOOR_BEHEERDERS, VOOR_KLANTENSERVICE, timeline

_EVENTS = 8


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Lead everybody to their own beginning. Public: a visitor reads here what the koppeling is."""
    if not current_user.is_authenticated:
        return render_template("overzicht/welkom.html")
    if current_user.is_klantenservice:
        return redirect(url_for("admin.index"), 303)
    if own_place() is None:
        return render_template("overzicht/zonder_school.html")
    events = tijdlijn.of_school(db.session(), own_school(), limit=_EVENTS)
    zonder = VOOR_KLANTENSERVICE if is_beheerder() else VOOR_BEHEERDERS
    gebeurtenissen = timeline(events, namen(), huis=namen().testcentrum, zonder=zonder)
    vragen = 0 if is_beheerder() else adviseren.count_for_reader(db.session(), own_school(), me())
    afgesloten = audit.newest_root(db.session()) if is_beheerder() else None
    return render_template(
        "overzicht/overzicht.html", gebeurtenissen=gebeurtenissen, vragen=vragen, afgesloten=afgesloten
    )
