"""One clock for every machine: the database's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, SessionTransaction

_NOW = "now"
"""In `session.info`: asked once, it stays the same until the transaction ends."""


def database_now(session: Session) -> datetime:
    """Return the moment at which this transaction began, by the clock of the database."""
    now: datetime | None = session.info.get(_NOW)
    if now is None:
        now = session.info[_NOW] = session.scalars(select(func.now())).one()
    return now


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_NOW, None)


def database_clock(session: Session) -> datetime:
    """Return the moment itself, also when this transaction has waited for a lock; for leases and cool-downs."""
    now: datetime | None = session.scalar(select(func.clock_timestamp()))
    assert now is not None
    return now
