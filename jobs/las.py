"""The one place where a job gets its client."""

from __future__ import annotations

from webapp.config import Settings
from webapp.uwlr.client import UwlrClient
from webapp.uwlr.profiles import PROFILES


def client_for(las_type: str, settings: Settings) -> UwlrClient:
    """Return the client for this kind of LAS, at the address of this installation."""
    return UwlrClient(PROFILES[las_type], settings.parnassys_url, settings.zend_deadline)
