"""What people look at first, and where they look somebody up."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("overzicht", __name__)

from webapp.blueprints.overzicht import eerste, gegeven, samenvoegen, zoeken  # noqa: E402  (they register on bp)

__all__ = ["bp", "eerste", "gegeven", "samenvoegen", "zoeken"]
