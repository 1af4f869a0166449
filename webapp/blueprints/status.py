"""Signs of life: of this process, of this node, of everything. They answer any Host: a balancer asks by address."""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from webapp import metingen
from webapp.accounts import public
from webapp.context import settings
from webapp.gezondheid import Gezondheid, Lezer

bp = Blueprint("status", __name__, url_prefix="/status")


@bp.get("/leeft")
@public
def alive() -> ResponseReturnValue:
    """Say that this process answers. Public: it asks nothing of any other part."""
    return jsonify(leeft=True)


@bp.get("/klaar")
@public
def ready() -> ResponseReturnValue:
    """Say whether this node may get traffic. Public: a balancer does not log in; it tells of the database alone."""
    health = _read("klaar")
    return jsonify(klaar=health.is_gezond, **_onderdelen(health)), 200 if health.is_gezond else 503


@bp.get("/gezond")
@public
def healthy() -> ResponseReturnValue:
    """Say whether all is well; what is amiss and what was switched off only with the key. Public: so is the root."""
    health = _read("gezondheid")
    logboek = dict(zip(("dag", "wortel"), health.logboek, strict=True)) if health.logboek else None
    details = _onderdelen(health) | {"alarmen": [text for _, text in health.alarmen], "stilgezet": health.stilgezet}
    answer = jsonify(gezond=health.is_gezond, logboek=logboek, **(details if _may_know() else {}))
    return answer, 200 if health.is_gezond else 503


@bp.get("/metingen")
@public
def figures() -> ResponseReturnValue:
    """Give the figures for Prometheus. Public: it shows a key in place of a login, and without it there is no page."""
    if not _may_know():
        abort(404)
    return Response(metingen.written(_read("gezondheid")), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _read(name: str) -> Gezondheid:
    lezer: Lezer = current_app.extensions[name]
    return lezer.read()


def _onderdelen(health: Gezondheid) -> dict[str, dict[str, str]]:
    return {"onderdelen": {name: problem or "in orde" for name, problem in health.onderdelen.items()}}


def _may_know() -> bool:
    """Whether who asks shows the key of the settings; without one nobody may, except in the sandbox."""
    key = settings().status_sleutel
    if key is None:
        return settings().is_sandbox
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and compare_digest(given.strip().encode(), key.encode())
