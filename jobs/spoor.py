"""Sealing a day of the audit trail, and working sealed ones out anew."""

from __future__ import annotations

from jobs.net import under_net
from webapp.db import in_transaction
from webapp.services import spoor


@under_net(spoor.crashed)
def tend(day: int) -> None:
    """Tend one day, by its number. Safe to run twice, and to be killed anywhere."""
    in_transaction(spoor.tend, day)
