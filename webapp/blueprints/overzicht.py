"""The first page: what the koppeling is for a visitor, how it stands for a school, the queue for klantenservice."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import public
from webapp.config import Settings
from webapp.db import db
from webapp.presentation import timeline
from webapp.services.overzicht import tijdlijn

bp = Blueprint("overzicht", __name__)

_EVENTS = 8


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Lead everybody to their own beginning. Public: a visitor reads here what the koppeling is."""
    if not current_user.is_authenticated:
        return render_template("overzicht/welkom.html")
    if current_user.school_id is None:
        return redirect(url_for("admin.index"), 303)
    settings: Settings = current_app.extensions["settings"]
    events = tijdlijn.of_school(db.session(), current_user.school_id, huis=settings.testcentrum, limit=_EVENTS)
    return render_template("overzicht/overzicht.html", gebeurtenissen=timeline(events))
