"""Where this installation reaches each LAS: its profile and its address."""

from __future__ import annotations

from dataclasses import dataclass, replace

from webapp.config import Settings
from webapp.uwlr.profiles import PROFILES, LasProfile


@dataclass(frozen=True)
class Las:
    """One LAS as this installation speaks with it."""

    profile: LasProfile
    address: str
    portaal: str
    """Where its supplier has a koppeling opened; empty where that is not set."""


def las_of(las_type: str, settings: Settings) -> Las:
    """Return the LAS of this kind."""
    profile = replace(
        PROFILES[las_type],
        client_certificaat=settings.clientcertificaat,
        ca_bundle=settings.las_ca_bestand or PROFILES[las_type].ca_bundle,
    )
    return Las(profile, settings.parnassys_url, settings.parnassys_portaal)
