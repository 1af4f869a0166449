"""Waar blijft mijn resultaat? Where each is, and what a person can do about it."""

from __future__ import annotations

from flask import Blueprint

from webapp.woorden.waar import counted

bp = Blueprint("versturen", __name__, url_prefix="/resultaten/leveringen")
bp.add_app_template_filter(counted, "standen")

from webapp.blueprints.versturen import bestanden, daden, pagina  # noqa: E402  (they register on bp)

__all__ = ["bestanden", "bp", "daden", "pagina"]
