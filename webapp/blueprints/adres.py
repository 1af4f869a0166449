"""Another address to log in with: asked for with the password, confirmed by the link in the mail to it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import me, public, school_required
from webapp.accounts.setup import limiter
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.forms.toegang import AdresWijzigenForm
from webapp.links import ADRES_LINK
from webapp.models.ids import MailId
from webapp.muur import alle_scholen
from webapp.services.toegang import adres
from webapp.woorden import toegang as woorden

bp = Blueprint("adres", __name__)


@bp.get("/account/adres")
@school_required
def index() -> ResponseReturnValue:
    """Ask for the new address."""
    return render_template("toegang/adres.html", form=AdresWijzigenForm())


@bp.post("/account/adres")
@school_required
@limiter.limit("10 per hour", key_func=lambda: f"adres:{current_user.get_id()}")
def change() -> ResponseReturnValue:
    """Mail a link to it; nothing changes yet."""
    form = AdresWijzigenForm()
    if not form.validate_on_submit():
        return render_template("toegang/adres.html", form=form), 422
    with alle_scholen(), unit_of_work() as session:
        adres.ask(session, me(), form.email.data)
    return told(woorden.address_asked(form.email.data), url_for("overzicht.index"), "info")


@bp.get("/m/adres/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """Lead from the mail to the question. Public because the login behind it decides whose address it becomes."""
    return redirect(url_for(".show", mail_id=ADRES_LINK.loads(token)), 303)


@bp.get("/account/adres/<int:mail_id>")
@school_required
def show(mail_id: MailId) -> ResponseReturnValue:
    """Ask whether it is to change, of whoever asked for it."""
    with alle_scholen():
        nieuw = adres.asked_by(db.session(), mail_id, me())
    return render_template("toegang/adres_bevestigen.html", nieuw=nieuw, mail_id=mail_id)


@bp.post("/account/adres/<int:mail_id>")
@school_required
def confirm(mail_id: MailId) -> ResponseReturnValue:
    """Log in with it from now on."""
    with alle_scholen(), unit_of_work() as session:
        nieuw = adres.confirm(session, mail_id, door=me())
    return told(woorden.address_changed(nieuw), url_for("overzicht.index"))
