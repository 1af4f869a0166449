"""How an act ends: another page, with what came of it above it."""

from __future__ import annotations

from flask import flash, redirect
from werkzeug import Response


def told(text: str, url: str, kind: str = "gelukt") -> Response:
    """Go to a page, and say this there."""
    flash(text, kind)
    return redirect(url, 303)
