"""Going on where a login ended: what was typed or pressed then is sent on with one button."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import bewaren, own_school, own_schools

bp = Blueprint("verder", __name__)


@bp.get("/verder")
def show() -> ResponseReturnValue:
    """Show what waits, for whoever is logged in; at the school that it was about."""
    form = bewaren.kept()
    if form is not None and form.school_id in (None, own_school()):
        return render_template("school/verder.html", form=form)
    if form is not None and any(place.school_id == form.school_id for place in own_schools()):
        return redirect(url_for(".show", school=form.school_id), 303)  # the guard asks to switch
    return redirect(url_for("overzicht.index"), 303)
