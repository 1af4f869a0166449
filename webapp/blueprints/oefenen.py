"""Practising at the oefenschool: in, out, and all of it anew."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import is_beheerder, is_oefenend, me, sessions
from webapp.accounts.setup import limiter
from webapp.blueprints.told import told
from webapp.db import unit_of_work, was_aside
from webapp.muur import OEFENSCHOOL, of_school
from webapp.services.oefenen import las, oefenschool
from webapp.woorden import oefenen as woorden

bp = Blueprint("oefenen", __name__, url_prefix="/oefenen")


@bp.before_request
def _only_who_may() -> None:
    """A beheerder, whose school it is about, and klantenservice; a leerkracht has nothing to import.

    And whoever is in, out of which they must come also when the oefenschool is gone: no backup has it.
    """
    if not (is_oefenend() or is_beheerder() or current_user.is_klantenservice):
        abort(403)


@bp.get("/")
def index() -> ResponseReturnValue:
    """Say what can be practised and what not."""
    return render_template("oefenen/index.html")


@bp.post("/")
def begin() -> ResponseReturnValue:
    """Go to the oefenschool; whoever comes first on a day waits until it is made."""
    with of_school(OEFENSCHOOL), unit_of_work() as session:
        oefenschool.ensure(session)
    was_aside(session)
    with unit_of_work() as session:
        sessions.practise(session, on=True)
    return told(woorden.BEGONNEN, url_for("overzicht.index"), "info")


@bp.post("/stoppen")
def stop() -> ResponseReturnValue:
    """Go back to what is real."""
    with unit_of_work() as session:
        sessions.practise(session, on=False)
    return told(woorden.GESTOPT, url_for("overzicht.index"), "info")


@bp.post("/opnieuw")
@limiter.limit("30 per hour", key_func=lambda: "oefenschool")
def begin_anew() -> ResponseReturnValue:
    """Clear what was practised, of everybody, and begin before the first import."""
    if not is_oefenend():
        abort(404)
    with of_school(OEFENSCHOOL), unit_of_work() as session:
        oefenschool.begin_anew(session, door=me())
    return told(woorden.OPNIEUW, url_for("overzicht.index"))


@bp.after_app_request
def _answer_as_a_las(response: Response) -> Response:
    """What was asked of the LAS is answered at once, because no job comes for the oefenschool."""
    if request.method == "POST" and response.status_code < 400 and is_oefenend():
        with unit_of_work() as session:
            las.answer(session)
    return response
