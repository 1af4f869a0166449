"""Erasing what was kept long enough, of one school or of none."""

from __future__ import annotations

from time import monotonic

from jobs.context import settings
from jobs.net import under_net
from webapp.db import in_transaction
from webapp.models.ids import OpruimingId
from webapp.queue import JOB_TIMEOUT_SECONDS
from webapp.services.bewaring import opruimen

_LONGEST = JOB_TIMEOUT_SECONDS / 2


@under_net(opruimen.crashed)
def tidy(opruiming_id: OpruimingId) -> None:
    """Announce, then erase portion by portion. Safe to run twice, and to be killed between any two."""
    opdracht = in_transaction(opruimen.claim, opruiming_id)
    if opdracht is None:
        return
    in_transaction(opruimen.announce, opdracht, settings())
    until = monotonic() + _LONGEST
    while in_transaction(opruimen.erase_portion, opdracht, settings()):
        if monotonic() > until:
            in_transaction(opruimen.stop_for_now, opdracht)
            return
