"""From a mail to the review that it is about; and a new mail for who has no link that works."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, is_beheerder, me, own_school, own_schools, public, school_required
from webapp.blueprints.controle.views import bp
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.links import CONTROLE_LINK
from webapp.models import Rol
from webapp.models.ids import MailId, SchoolId
from webapp.muur import of_school
from webapp.presentation import namen
from webapp.services.controle import batch as batches
from webapp.services.controle import doorgegeven, maillink
from webapp.services.controle.maillink import Doel
from webapp.services.inname.batch import open_of
from webapp.woorden import controle as woorden


@bp.get("/m/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """Lead from a mail to the review it names; public because the login behind it decides who may see it."""
    return redirect(url_for("controle.from_mail", mail_id=CONTROLE_LINK.loads(token)), 303)


@bp.get("/controle/mail/<int:mail_id>")
@school_required
def from_mail(mail_id: MailId) -> ResponseReturnValue:
    """Lead to the review; of another school of the same person, the guard first asks to switch."""
    for plaats in own_schools():
        with of_school(plaats.school_id):
            is_there = batches.has_mail(db.session(), plaats.school_id, mail_id)
        if is_there and plaats.school_id != own_school():
            return redirect(url_for("controle.from_mail", mail_id=mail_id, school=plaats.school_id), 303)
    handed = doorgegeven.of_mail(db.session(), own_school(), mail_id)
    if handed is not None and handed.aan == me() and not is_beheerder():
        return redirect(url_for("doorgegeven.index"), 303)
    return _for_beheerder(mail_id)


@beheerder_required
def _for_beheerder(mail_id: MailId) -> ResponseReturnValue:
    """A link that was mailed to a colleague works too, and says so first: following it is written down."""
    found = maillink.of_mail(db.session(), own_school(), mail_id, reader=me())
    if found.van_ander is not None:
        return render_template("controle/van_collega.html", mail_id=mail_id, naam=found.van_ander)
    return _to(found)


@bp.post("/controle/mail/<int:mail_id>/verder")
@beheerder_required
def follow_for_other(mail_id: MailId) -> ResponseReturnValue:
    with unit_of_work() as session:
        return _to(maillink.follow_for_other(session, own_school(), mail_id, door=me()))


def _to(found: Doel) -> ResponseReturnValue:
    batch = found.batch
    if found.klaar is not None and not found.is_about_hold:
        door = batches.name_of_account(db.session(), batch.school_id, found.klaar.verwerkt_door)
        flash(woorden.already_done(found.klaar, door, rest=batch.is_open), "info")
    elif found.is_newer and batch.is_open:
        flash(woorden.newer(namen()), "info")
    page = "held" if found.is_about_hold else "show"
    return redirect(url_for(f"controle.{page}", batch_id=batch.id, vraag=found.regel_id), 303)


@bp.get("/controle/nieuwe-mail")
@school_required
def new_mail() -> ResponseReturnValue:
    """Where the page of a link that works no more leads, behind the login."""
    batch = open_of(db.session(), own_school()) if is_beheerder() else None
    if batch is None and (other := _waits_elsewhere()) is not None:
        return redirect(url_for("controle.new_mail", school=other), 303)
    if not is_beheerder():
        return redirect(url_for("doorgegeven.index"), 303)
    return render_template("controle/nieuwe_mail.html", batch=batch)


def _waits_elsewhere() -> SchoolId | None:
    """Another school of the same beheerder where something waits: whoever comes from its mail may not know of which."""
    for plaats in own_schools():
        if plaats.rol is Rol.BEHEERDER and plaats.school_id != own_school():
            with of_school(plaats.school_id):
                if open_of(db.session(), plaats.school_id) is not None:
                    return plaats.school_id
    return None


@bp.post("/controle/nieuwe-mail")
@beheerder_required
def send_new_mail() -> ResponseReturnValue:
    """Mail a link to who asks, and to nobody else."""
    with unit_of_work() as session:
        adres = maillink.ask_anew(session, own_school(), door=me())
    return told(woorden.new_mail(adres), url_for("overzicht.index"))
