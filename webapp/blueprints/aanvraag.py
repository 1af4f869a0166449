"""Step 1 of the manual: a school asks for the koppeling."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import own_place, public
from webapp.accounts.setup import limiter
from webapp.config import Settings
from webapp.db import unit_of_work
from webapp.forms.aanvraag import AanvraagForm
from webapp.presentation import namen
from webapp.services.koppeling import levensloop
from webapp.services.koppeling.errors import AanvraagExists
from webapp.woorden import zeg

bp = Blueprint("aanvraag", __name__, url_prefix="/aanvraag")

_RECEIVED = "aanvraag"
"""Cookie entry: what this visitor asked for, to show on the confirmation page and to recognise a second press."""


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Show the form. Public: most schools that ask have no account yet."""
    return render_template("aanvraag/formulier.html", form=AanvraagForm(data=_known()))


@bp.post("/")
@public
@limiter.limit("20 per hour")
def send() -> ResponseReturnValue:
    """Take the aanvraag. Public: most schools that ask have no account yet."""
    form = AanvraagForm()
    if not form.validate_on_submit():
        return render_template("aanvraag/formulier.html", form=form), 422
    settings: Settings = current_app.extensions["settings"]
    aanvraag = form.aanvraag()
    try:
        with unit_of_work() as work:
            levensloop.request(work, aanvraag, klantenservice_mail=settings.klantenservice_mail)
    except AanvraagExists as error:
        if session.get(_RECEIVED) != aanvraag.__dict__:
            form.brin.errors = [*form.brin.errors, zeg(error, namen())]
            return render_template("aanvraag/formulier.html", form=form), 409
    session[_RECEIVED] = aanvraag.__dict__
    return redirect(url_for("aanvraag.received"), 303)


@bp.get("/ontvangen")
@public
def received() -> ResponseReturnValue:
    """Confirm what was asked. Public: it shows only what this visitor sent."""
    if _RECEIVED not in session:
        return redirect(url_for("aanvraag.index"), 303)
    return render_template("aanvraag/ontvangen.html", aanvraag=session[_RECEIVED])


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
