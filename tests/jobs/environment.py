"""The settings of a test, for a process of its own."""

from __future__ import annotations

from webapp.config import Settings
from webapp.rollen import WEB, WERKER


def environ_of(settings: Settings) -> dict[str, str]:
    """What a child process reads in its environment."""
    return {
        "OMGEVING": settings.omgeving,
        "PUBLIC_URL": settings.public_url,
        "DATABASE_URL": settings.database_url.replace(f"{WEB}@", f"{WERKER}@"),
        "REDIS_URL": settings.redis_url,
        "SECRET_KEYS": ",".join(settings.secret_keys),
        "PASSWORD_SALT": settings.password_salt,
        "ENCRYPTION_KEYS": ",".join(settings.encryption_keys),
        "PARNASSYS_URL": settings.parnassys_url,
        "UWLR_KLANTCODE": settings.klantcode,
        "MAIL_HOST": settings.mail_host,
        "MAIL_PORT": str(settings.mail_port),
    }
