"""One clock for every machine: the database's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def database_now(session: Session) -> datetime:
    """Return the moment at which this transaction began, by the clock of the database."""
    now: datetime | None = session.scalar(select(func.now()))
    assert now is not None
    return now


def database_clock(session: Session) -> datetime:
    """Return the moment itself, also when this transaction has waited for a lock; for leases and cool-downs."""
    now: datetime | None = session.scalar(select(func.clock_timestamp()))
    assert now is not None
    return now
