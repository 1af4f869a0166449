"""What this database is: of practice or with real schools, and which code may use it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base


class Installatie(Base):
    """One row, which only `python -m webapp.migrate` writes."""

    __tablename__ = "installatie"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    omgeving: Mapped[str | None] = mapped_column(String(16))
    """The first OMGEVING with which it was migrated; no program of another one starts on it."""
    minstens: Mapped[str | None] = mapped_column(String(32))
    """The migration that code must know: older code cannot use these tables."""
