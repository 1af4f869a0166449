"""What the running app was started with."""

from __future__ import annotations

from flask import current_app
from redis import Redis

from webapp.config import Settings
from webapp.crypto import Keyring


def settings() -> Settings:
    """The settings of the running app."""
    value: Settings = current_app.extensions["settings"]
    return value


def keyring() -> Keyring:
    """The keyring that opens what is encrypted."""
    value: Keyring = current_app.extensions["keyring"]
    return value


def redis() -> Redis:
    """The connection to Redis of this process."""
    value: Redis = current_app.extensions["redis"]
    return value
