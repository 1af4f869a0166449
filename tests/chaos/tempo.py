"""How long everything waits here: as in production, only shorter, and each still longer than what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from jobs import lease, versturen
from webapp.config import Settings
from webapp.services import beurten, zekering
from webapp.services.ophalen import beurt as ophalen
from webapp.services.versturen import besluit

ZEND_DEADLINE = timedelta(seconds=2)
"""A message leaves within this and `SEND_WITHIN` after its doubt was written; then this worker gives up."""
SEND_WITHIN = timedelta(seconds=1)
LAATST = 4.5
"""Seconds after which this LAS processes nothing any more that it got."""
AFKOELING = timedelta(seconds=8)
"""Longer than the three together, as it has to be."""
LEASE = timedelta(seconds=4)
_MINUTE = 240
"""So much shorter are pauses."""


def hasten(afkoeling: timedelta) -> None:
    """Let this process, and what it forks, wait as short as this; even without the cool-down that the settings demand.

    Without it the breaker stays closed too: it would leave the LAS alone, and then late answers come in time.
    """
    if not afkoeling:
        zekering.SCHOOLS = 1_000
    beurten.LEASE = LEASE
    lease.EVERY, lease.SOON = LEASE / 4, LEASE / 20
    versturen.SEND_WITHIN_SECONDS = SEND_WITHIN.total_seconds()
    besluit._PAUSES = tuple(pause / _MINUTE for pause in besluit._PAUSES)
    ophalen._PAUSES = tuple(pause / _MINUTE for pause in ophalen._PAUSES)
    zekering.PROBE_EVERY = zekering.PROBE_EVERY / _MINUTE
    read = Settings.from_env

    def from_env(environ: Mapping[str, str]) -> Settings:
        return replace(read(environ), afkoeling=afkoeling)

    setattr(Settings, "from_env", from_env)  # noqa: B010  # mypy refuses the plain form
