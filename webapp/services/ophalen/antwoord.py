"""What is remembered of an answer that was taken in: when the LAS made it, and who in it is not of this location.

An older answer (of a standby database, of a cache) would undo what came after it. It is known by its aanmaakdatum. That
is not judged when there is none, when it is of another school year, or when it never changes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from webapp.models import Koppeling
from webapp.uwlr.values import Leerlinggegevens

_MARGIN = timedelta(hours=1)
"""The clocks of two servers of one LAS, and an hour of summer time."""
_STANDS_STILL = timedelta(hours=20)
"""From one night to the next a LAS makes a new answer; one that still has the same moment has no moment at all."""


def is_old(koppeling: Koppeling, gegevens: Leerlinggegevens) -> bool:
    """Whether this answer was made surely before the last one that was taken in."""
    made, last = gegevens.school.aanmaakdatum, koppeling.antwoord_gemaakt_op
    if made is None or last is None or koppeling.antwoord_gezien_op is None:
        return False
    return koppeling.antwoord_schooljaar == gegevens.school.schooljaar and made < last - _MARGIN


def remember(koppeling: Koppeling, gegevens: Leerlinggegevens, now: datetime) -> None:
    """Remember an answer that was taken in. A LAS whose clock is ahead may not make later answers look old."""
    made = gegevens.school.aanmaakdatum
    if made is not None:
        _remember_moment(koppeling, min(made, now), gegevens.school.schooljaar, now)
    koppeling.elders_leerlingen = gegevens.elders or None
    koppeling.elders_sinds = (koppeling.elders_sinds or now) if gegevens.elders else None


def _remember_moment(koppeling: Koppeling, made: datetime, schooljaar: str, now: datetime) -> None:
    if (koppeling.antwoord_gemaakt_op, koppeling.antwoord_schooljaar) != (made, schooljaar):
        koppeling.antwoord_gemaakt_op, koppeling.antwoord_schooljaar = made, schooljaar
        koppeling.antwoord_gezien_op = now
    elif koppeling.antwoord_gezien_op is not None and now - koppeling.antwoord_gezien_op >= _STANDS_STILL:
        koppeling.antwoord_gezien_op = None
