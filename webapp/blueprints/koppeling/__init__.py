"""Beheer > Koppelen met LAS: everything a beheerder does to the koppeling, one step at a time."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("koppeling", __name__, url_prefix="/beheer/koppelen")

from webapp.blueprints.koppeling import (  # noqa: E402  (they register on bp)
    afspraken,
    afwezig,
    indienen,
    lopend,
    opruimlijst,
    overgaan,
    pagina,
    verzenden,
)

__all__ = ["afspraken", "afwezig", "bp", "indienen", "lopend", "opruimlijst", "overgaan", "pagina", "verzenden"]
