"""Erasing what was kept long enough, of one school or of none."""

from __future__ import annotations

from time import monotonic

from jobs import stoppen
from jobs.net import under_net
from webapp.context import settings
from webapp.db import in_transaction
from webapp.models.ids import OpruimingId
from webapp.muur import of_school
from webapp.queue import JOB_TIMEOUT_SECONDS
from webapp.services.bewaring import opruimen
from webapp.services.bewaring.opruimen import Opdracht

_LONGEST = JOB_TIMEOUT_SECONDS / 2


@under_net(opruimen.crashed)
def tidy(opruiming_id: OpruimingId) -> None:
    """Announce, then erase portion by portion. Safe to run twice, and to be killed between any two."""
    opdracht = in_transaction(opruimen.claim, opruiming_id)
    if opdracht is None:
        return
    if opdracht.school_id is None:
        _erase(opdracht)
    else:
        with of_school(opdracht.school_id):
            _erase(opdracht)


def _erase(opdracht: Opdracht) -> None:
    in_transaction(opruimen.announce, opdracht, settings())
    until = monotonic() + _LONGEST
    while in_transaction(opruimen.erase_portion, opdracht, settings()):
        if monotonic() > until or stoppen.is_asked():
            in_transaction(opruimen.stop_for_now, opdracht)
            return
