"""Writing down outside the database what a message carries: before it leaves, and once it is confirmed.

When it cannot be written, nothing leaves. When only the confirmation cannot, the confirmation counts all the same: the
LAS has the results, and the first line already says that it may have them.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from redis.exceptions import RedisError

from webapp import journaal
from webapp.context import redis, settings
from webapp.journaal import Regel, Soort
from webapp.onderdelen import JOURNAAL_KEY
from webapp.services.versturen.beurt import Opdracht

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=5)
"""How long a school waits whose message could not be written down."""


def written(opdracht: Opdracht, soort: Soort) -> bool:
    """Tell whether it is on the disk; when not, the health page says why for a while. True without a journal."""
    folder = settings().journaal
    if folder is None:
        return True
    try:
        journaal.write(folder, _lines(opdracht, soort))
    except OSError as error:
        log.error("koppeling %s: journal not written: %s", opdracht.koppeling_id, error.strerror)
        with suppress(RedisError):
            redis().set(JOURNAAL_KEY, error.strerror or "onbekend", ex=2 * PAUSE)
        return False
    return True


def _lines(opdracht: Opdracht, soort: Soort) -> list[Regel]:
    return [
        Regel(
            soort=soort,
            op=opdracht.begonnen_op,
            koppeling_id=opdracht.koppeling_id,
            verzending_id=opdracht.verzending_id,
            sleutel=stuk.sleutel,
            leerlingid=stuk.leerlingid,
            versie=stuk.versie,
            score=stuk.score,
        )
        for stuk in opdracht.stukken
    ]
