"""What people look at first, and where they look somebody up."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("overzicht", __name__)

from webapp.blueprints.overzicht import (  # noqa: E402  (they register on bp)
    eerste,
    gegeven,
    kloptniet,
    ontkoppelen,
    samenvoegen,
    zoeken,
)

__all__ = ["bp", "eerste", "gegeven", "kloptniet", "ontkoppelen", "samenvoegen", "zoeken"]
