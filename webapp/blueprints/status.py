"""Signs of life for whoever watches over the installation."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from webapp.accounts import public
from webapp.gezondheid import Lezer

bp = Blueprint("status", __name__, url_prefix="/status")


@bp.get("/gezond")
@public
def healthy() -> ResponseReturnValue:
    """Say which parts answer, what is amiss, what was switched off. Public: a watchman does not log in; no secrets."""
    lezer: Lezer = current_app.extensions["gezondheid"]
    health = lezer.read()
    onderdelen = {name: problem or "in orde" for name, problem in health.onderdelen.items()}
    alarmen = [text for _, text in health.alarmen]
    logboek = dict(zip(("dag", "wortel"), health.logboek, strict=True)) if health.logboek else None
    answer = jsonify(
        gezond=health.is_gezond, onderdelen=onderdelen, alarmen=alarmen, stilgezet=health.stilgezet, logboek=logboek
    )
    return answer, 200 if health.is_gezond else 503


@bp.get("/leeft")
@public
def alive() -> ResponseReturnValue:
    """Say that this process answers. Public: it asks nothing of any other part."""
    return jsonify(leeft=True)
