"""Doubt about a refusal: one night of trouble at the LAS judges no school that worked. Arithmetic."""

from __future__ import annotations

from datetime import datetime, timedelta

from webapp.config import AMSTERDAM

_APART = timedelta(hours=6)
"""Trouble that begins before midnight and ends after it is one night."""


def is_believed(sinds: datetime, now: datetime) -> bool:
    """Whether a refusal has lasted a night: it came on two local dates, and not just around midnight."""
    first, last = (moment.astimezone(AMSTERDAM).date() for moment in (sinds, now))
    return first < last and now - sinds >= _APART
