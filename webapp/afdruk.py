"""A keyed hash: what is remembered of somebody who must not be remembered."""

from __future__ import annotations

import hmac

from flask import current_app

from webapp.config import Settings


def afdruk(*parts: str) -> str:
    """Return the hash of these words. Its key is PASSWORD_SALT, which is never renewed and is in no database."""
    settings: Settings = current_app.extensions["settings"]
    return hmac.digest(settings.password_salt.encode(), "\n".join(parts).encode(), "sha256").hex()
