"""Tests and results: what was scored, what it means, and what of it is in the LAS."""

from __future__ import annotations

from flask import Blueprint

from webapp.blueprints.resultaten.woorden import groepsnaam
from webapp.services import toetsen

bp = Blueprint("resultaten", __name__, url_prefix="/resultaten")
bp.add_app_template_filter(toetsen.short_name, "toetsnaam")
bp.add_app_template_filter(groepsnaam)
bp.add_app_template_filter(toetsen.is_invented, "is_verzonnen")

from webapp.blueprints.resultaten import leveringen, overzicht, rooster  # noqa: E402  (they register on bp)

__all__ = ["bp", "leveringen", "overzicht", "rooster"]
