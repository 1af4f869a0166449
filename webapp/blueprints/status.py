"""Signs of life for whoever watches over the installation."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from webapp import gezondheid
from webapp.accounts import public

bp = Blueprint("status", __name__, url_prefix="/status")


@bp.get("/gezond")
@public
def healthy() -> ResponseReturnValue:
    """Say which parts answer. Public: a load balancer does not log in, and it tells no secret."""
    health = gezondheid.check(current_app.extensions["redis"], current_app.extensions["settings"])
    onderdelen = {name: problem or "in orde" for name, problem in health.onderdelen.items()}
    return jsonify(gezond=health.is_gezond, onderdelen=onderdelen), 200 if health.is_gezond else 503


@bp.get("/leeft")
@public
def alive() -> ResponseReturnValue:
    """Say that this process answers. Public: it asks nothing of any other part."""
    return jsonify(leeft=True)
