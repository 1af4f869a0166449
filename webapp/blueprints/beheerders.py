"""Beheer > Beheerders: who there are, who asks, whom a beheerder invites and removes."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import beheerder_required, me, own_place, own_school
from webapp.accounts.setup import limiter
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.forms.toegang import UitnodigenForm
from webapp.models import Rol
from webapp.models.ids import AccountId, ToetredingId
from webapp.services.toegang import beheerders, toetreden
from webapp.woorden import toegang as woorden

bp = Blueprint("beheerders", __name__, url_prefix="/beheer/beheerders")


@bp.get("/")
@beheerder_required
def index() -> ResponseReturnValue:
    """Show who is of the school, and who may come."""
    return _page(UitnodigenForm())


@bp.get("/beheerders.csv")
@beheerder_required
def index_csv() -> Response:
    found = beheerders.everybody(db.session(), own_school())
    rows = ((wie.naam, wie.email, f"{wie.sinds:%d-%m-%Y}") for wie in found if wie.rol is Rol.BEHEERDER)
    return as_csv("beheerders", ("Naam", "E-mailadres", "Sinds"), rows)


@bp.post("/uitnodigen")
@beheerder_required
@limiter.limit("20 per hour", key_func=lambda: f"uitnodigen:{current_user.get_id()}")
def invite() -> ResponseReturnValue:
    """Mail a colleague a link."""
    form = UitnodigenForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with unit_of_work() as session:
        toetreden.invite(session, own_school(), email=form.email.data, rol=Rol.BEHEERDER, door=me())
    return told(woorden.invited(form.email.data), url_for(".index"))


@bp.post("/verzoek/<int:toetreding_id>")
@beheerder_required
def decide(toetreding_id: ToetredingId) -> ResponseReturnValue:
    """Say yes or no to who asks."""
    ja = {"ja": True, "nee": False}.get(request.form.get("antwoord", ""))
    if ja is None:
        abort(400)
    with unit_of_work() as session:
        wie = toetreden.decide(session, own_school(), toetreding_id, ja=ja, door=me())
    return told(woorden.decided(wie, ja=ja), url_for(".index"))


@bp.post("/uitnodiging/<int:toetreding_id>/intrekken")
@beheerder_required
def withdraw(toetreding_id: ToetredingId) -> ResponseReturnValue:
    """Take an invitation back."""
    with unit_of_work() as session:
        email = toetreden.withdraw(session, own_school(), toetreding_id, door=me())
    return told(woorden.withdrawn(email), url_for(".index"))


@bp.get("/<int:account_id>/verwijderen")
@beheerder_required
def ask_remove(account_id: AccountId) -> ResponseReturnValue:
    """Say what removing means."""
    persoon = beheerders.find(db.session(), own_school(), account_id)
    return render_template("beheerders/verwijderen.html", persoon=persoon, is_zelf=account_id == me())


@bp.post("/<int:account_id>/verwijderen")
@beheerder_required
def remove(account_id: AccountId) -> ResponseReturnValue:
    """Take the school from somebody, maybe from oneself."""
    place = own_place()
    with unit_of_work() as session:
        persoon = beheerders.remove(session, own_school(), account_id, door=me())
    if account_id == me() and place is not None:
        return told(woorden.left(place.naam), url_for("overzicht.index"))
    return told(woorden.removed(persoon), url_for(".index"))


def _page(form: UitnodigenForm) -> str:
    session, mensen = db.session(), beheerders.everybody(db.session(), own_school())
    waiting = toetreden.open_of(session, own_school())
    return render_template(
        "beheerders/index.html",
        form=form,
        zelf=me(),
        mensen=[each for each in mensen if each.rol is Rol.BEHEERDER],
        verzoeken=[row for row in waiting if row.is_verzoek],
        uitnodigingen=[row for row in waiting if not row.is_verzoek],
    )
