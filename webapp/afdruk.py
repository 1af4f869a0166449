"""A keyed hash: what is remembered of somebody who must not be remembered."""

from __future__ import annotations

import hmac

from webapp.context import settings


def afdruk(*parts: str) -> str:
    """Return the hash of these words. Its key is PASSWORD_SALT, which is never renewed and is in no database."""
    return hmac.digest(settings().password_salt.encode(), "\n".join(parts).encode(), "sha256").hex()
