"""Tests and results: what was scored, what it means, and what of it is in the LAS."""

from __future__ import annotations

from flask import Blueprint

from webapp.blueprints.resultaten.woorden import groepsnaam
from webapp.services.toetsen import verzonnen

bp = Blueprint("resultaten", __name__, url_prefix="/resultaten")
bp.add_app_template_filter(verzonnen.short_name, "toetsnaam")
bp.add_app_template_filter(groepsnaam)
bp.add_app_template_filter(verzonnen.is_invented, "is_verzonnen")

from webapp.blueprints.resultaten import leveringen, overzicht, rooster  # noqa: E402  (they register on bp)

__all__ = ["bp", "leveringen", "overzicht", "rooster"]
