"""Beheer > Leerkrachten: who logs in, who is invited, and whose access was suspended."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import beheerder_required, me, own_school
from webapp.accounts.setup import limiter
from webapp.db import db, unit_of_work
from webapp.models.ids import AccountId
from webapp.services.toegang import leerkrachten
from webapp.services.toegang.leerkrachten import Inlog
from webapp.verzoek import row_id
from webapp.woorden import toegang as woorden

bp = Blueprint("leerkrachten", __name__, url_prefix="/beheer/beheerders/leerkrachten")


@bp.get("/")
@beheerder_required
def index() -> ResponseReturnValue:
    """Show the leerkrachten, and what a beheerder can do for each."""
    rijen = leerkrachten.overview(db.session(), own_school())
    return render_template(
        "beheerders/leerkrachten.html",
        rijen=rijen,
        uit_te_nodigen=[rij for rij in rijen if rij.inlog is Inlog.ADRES],
        los=leerkrachten.without_record(db.session(), own_school()),
        inlog=woorden.INLOG,
    )


@bp.post("/uitnodigen")
@beheerder_required
@limiter.limit("30 per hour", key_func=lambda: f"leerkrachten:{current_user.get_id()}")
def invite() -> ResponseReturnValue:
    """Mail the chosen leerkrachten a link."""
    ids = [id_ for text in request.form.getlist("id") if (id_ := row_id(text)) is not None]
    with unit_of_work() as session:
        number = leerkrachten.invite(session, own_school(), ids, door=me())
    flash(woorden.leerkrachten_invited(number), "gelukt")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:account_id>/teruggeven")
@beheerder_required
def let_in_again(account_id: AccountId) -> ResponseReturnValue:
    """Give access back that was suspended."""
    with unit_of_work() as session:
        naam = leerkrachten.let_in_again(session, own_school(), account_id, door=me())
    flash(woorden.let_in_again(naam), "gelukt")
    return redirect(url_for(".index"), 303)
