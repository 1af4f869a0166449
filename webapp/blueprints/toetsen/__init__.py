"""Tests: what was scored, what it means, and how far each groep is."""

from __future__ import annotations

from flask import Blueprint

from webapp.woorden.toetsen import groepsnaam

bp = Blueprint("toetsen", __name__, url_prefix="/resultaten")
bp.add_app_template_filter(groepsnaam)

from webapp.blueprints.toetsen import normeren, overzicht, rooster, scorebestand  # noqa: E402  (they register on bp)

__all__ = ["bp", "normeren", "overzicht", "rooster", "scorebestand"]
