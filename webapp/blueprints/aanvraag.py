"""Step 1 of the manual: a school asks for the koppeling, and confirms it from its mailbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from webapp.accounts import own_place, public
from webapp.accounts.setup import limiter
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.forms.aanvraag import AanvraagForm, BevestigenForm
from webapp.links import AANVRAAG_LINK, LinkInvalid
from webapp.muur import alle_scholen
from webapp.presentation import namen
from webapp.services.koppeling import aanvraag as aanvragen
from webapp.services.koppeling.errors import NoAanvraag, OtherBrin, TooManyAanvragen
from webapp.verzoek import sender
from webapp.woorden import zeg
from webapp.woorden.koppeling import WITHDRAWN_BY_SCHOOL

bp = Blueprint("aanvraag", __name__)

_RECEIVED = "aanvraag"
"""Cookie entry: the address that this visitor typed, to show on the next page."""
_GUESSES = limiter.shared_limit("10 per 15 minutes", scope="aanvraag")


@bp.get("/aanvraag/")
@public
def index() -> ResponseReturnValue:
    """Show the form. Public: most schools that ask have no account yet."""
    return _form(AanvraagForm(data=_known()))


@bp.post("/aanvraag/")
@public
@limiter.limit("20 per hour")
def send() -> ResponseReturnValue:
    """Take the aanvraag. Public: most schools that ask have no account yet. The answer is the same, whatever exists."""
    form = AanvraagForm()
    if not form.validate_on_submit():
        return _form(form), 422
    try:
        with alle_scholen(), unit_of_work() as work:
            aanvragen.request(work, form.aanvraag(), afzender=sender())
    except TooManyAanvragen as error:
        form.form_errors.append(zeg(error, namen()))
        return _form(form), 429
    session[_RECEIVED] = form.contact_email.data
    return redirect(url_for("aanvraag.received"), 303)


@bp.get("/aanvraag/ontvangen")
@public
def received() -> ResponseReturnValue:
    """Say where the mail went. Public: it shows only what this visitor sent."""
    if _RECEIVED not in session:
        return redirect(url_for("aanvraag.index"), 303)
    return render_template("aanvraag/ontvangen.html", adres=session[_RECEIVED], dagen=aanvragen.TERMIJN.days)


@bp.get("/m/aanvraag/<token>")
@public
def of_mail(token: str) -> ResponseReturnValue:
    """Ask for the BRIN, and show nothing that was typed. Public: who asks has no account yet."""
    _mail_of(token)
    return render_template("aanvraag/bevestigen.html", form=BevestigenForm(), token=token)


@bp.post("/m/aanvraag/<token>")
@public
@_GUESSES
def confirm(token: str) -> ResponseReturnValue:
    """Take the aanvraag from its mailbox. Public: who asks has no account yet, and knows the BRIN."""
    act = partial(aanvragen.confirm, klantenservice_mail=settings().klantenservice_mail)
    return _of_who_knows_the_brin(token, act, then="aanvraag.confirmed")


@bp.post("/m/aanvraag/<token>/intrekken")
@public
@_GUESSES
def withdraw(token: str) -> ResponseReturnValue:
    """Take the aanvraag back. Public: who asks has no account yet, and knows the BRIN."""
    return _of_who_knows_the_brin(token, aanvragen.take_back, then="aanvraag.index", said=WITHDRAWN_BY_SCHOOL)


@bp.get("/aanvraag/bevestigd")
@public
def confirmed() -> ResponseReturnValue:
    """Say what happens next. Public: it names no school."""
    return render_template("aanvraag/bevestigd.html")


def _form(form: AanvraagForm) -> str:
    """The form, with what the manual says beside it; by mail only where that mailbox is read."""
    return render_template(
        "aanvraag/formulier.html",
        form=form,
        onderwerp=settings().aanvraag_onderwerp if settings().aanvraag_imap_url else "",
        las_inloggen=settings().las_inloggen,
        film=settings().film,
    )


def _of_who_knows_the_brin(
    token: str, act: Callable[[Session, int, str], object], *, then: str, said: str = ""
) -> ResponseReturnValue:
    """Do this with the aanvraag of a mail; another BRIN than that of the aanvraag is an error in the form."""
    mail_id, form = _mail_of(token), BevestigenForm()
    if form.validate_on_submit():
        try:
            with alle_scholen(), unit_of_work() as work:
                act(work, mail_id, form.brin.data)
        except OtherBrin as error:
            form.brin.errors = [*form.brin.errors, zeg(error, namen())]
        else:
            if said:
                flash(said, "gelukt")
            return redirect(url_for(then), 303)
    return render_template("aanvraag/bevestigen.html", form=form, token=token), 422


def _mail_of(token: str) -> int:
    mail_id = AANVRAAG_LINK.loads(token)
    try:
        with alle_scholen():
            aanvragen.of_mail(db.session(), mail_id)
    except NoAanvraag as error:
        raise LinkInvalid from error
    return mail_id


def _known() -> dict[str, str]:
    """What an account already tells about the school."""
    school = own_place()
    if school is None:
        return {}
    return {
        "schoolnaam": school.naam,
        "brin": school.brin,
        "vestiging": school.vestiging,
        "contact_naam": current_user.naam,
        "contact_email": current_user.email,
    }
