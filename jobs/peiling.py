"""Asking a LAS that is left alone whether it answers again."""

from __future__ import annotations

from jobs.las import client_for
from jobs.lease import renewing
from jobs.net import under_net
from webapp.context import keyring, settings
from webapp.db import in_transaction
from webapp.models.fout import EigenCode
from webapp.models.ids import ZekeringId
from webapp.services.beurten import PEILEN
from webapp.services.ophalen import peiling
from webapp.services.ophalen.peiling import Peiling
from webapp.uwlr.faults import UwlrError
from webapp.uwlr.values import GeenGegevens


@under_net(peiling.crashed)
def probe_las(zekering_id: ZekeringId) -> None:
    """Ask once; close the breaker when the answer is good. Safe to run twice, and to be killed anywhere."""
    found = in_transaction(peiling.claim, zekering_id, settings=settings(), keyring=keyring())
    if found is None:
        return
    if not _answers(found):
        in_transaction(peiling.failed, found)
        return
    in_transaction(peiling.wake_up, found)
    in_transaction(peiling.succeeded, found)


def _answers(found: Peiling) -> bool:
    try:
        client = client_for(found.las_type)
        with renewing(PEILEN, found.zekering_id, found.claim):
            answer = client.fetch(found.verzoek, found.autorisatie)
    except UwlrError:
        return False
    return not (isinstance(answer, GeenGegevens) and found.fout_code is EigenCode.GEEN_GEGEVENS)
