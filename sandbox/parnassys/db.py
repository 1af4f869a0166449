"""The session of ParnasSys, and the unit of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

db = SQLAlchemy()


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Give the session, commit at the end, roll back on any error."""
    session: Session = db.session()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
