"""The roles in PostgreSQL: an owner that migrates, and two that use the tables and own nothing.

So the wall between schools holds for them, and neither can take away what protects the audit trail.
"""

from __future__ import annotations

from collections.abc import Mapping

from webapp.config import SettingsError, read_omgeving
from webapp.instellingen.lezen import one
from webapp.instellingen.soorten import Onjuist

WEB, WERKER = ROLES = ("koppelpunt_web", "koppelpunt_werker")
"""Whom the web and the workers log in as, or are members of."""


def owner_url(environ: Mapping[str, str]) -> str:
    """Return the address of the database for its owner, who migrates; the processes that serve do not have it."""
    raw = environ.get("MIGRATIE_URL", "")
    if not raw.strip():
        raise SettingsError(["MIGRATIE_URL ontbreekt: het adres van de database in de rol van de eigenaar."])
    try:
        url: str = one("MIGRATIE_URL", raw, read_omgeving(environ))
    except Onjuist as error:
        raise SettingsError([str(error).replace("{naam}", "MIGRATIE_URL")]) from None
    return url
