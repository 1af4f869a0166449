"""Which database these rows are in: a copy of them, or an earlier state, is recognised by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base


class Herkomst(Base):
    """One row."""

    __tablename__ = "herkomst"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    merk: Mapped[str] = mapped_column(String(64))
    """The database in which the row was written; a restored copy of it still names the first one."""
    nagekeken_op: Mapped[datetime | None]
    """When `flask na-terugzetten` last ran: what a journal holds of before was compared then."""
