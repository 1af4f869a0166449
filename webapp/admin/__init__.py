"""The screens of klantenservice, on Flask-Admin."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the screens of klantenservice."""
