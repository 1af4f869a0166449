"""What every job needs from the app, in one place."""

from __future__ import annotations

from flask import current_app

from webapp.config import Settings
from webapp.crypto import Keyring


def settings() -> Settings:
    """The settings of the running app."""
    value: Settings = current_app.extensions["settings"]
    return value


def keyring() -> Keyring:
    """The keyring that opens autorisatiesleutels."""
    value: Keyring = current_app.extensions["keyring"]
    return value
