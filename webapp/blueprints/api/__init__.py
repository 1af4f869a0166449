"""The API for suppliers and for the test centre itself: JSON with a token, no cookie and no form."""

from __future__ import annotations

from flask import Blueprint

from webapp.accounts.setup import csrf

bp = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)

from webapp.blueprints.api import afnames, fouten, inlezen, openapi  # noqa: E402  (they register on bp)

__all__ = ["afnames", "bp", "fouten", "inlezen", "openapi"]
