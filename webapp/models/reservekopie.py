"""When the last backup was made, and when one was last restored to try it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base


class Reservekopie(Base):
    """One row, made with the table. What a restored database says of it is as old as the backup, and so is right."""

    __tablename__ = "reservekopie"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sinds: Mapped[datetime] = mapped_column(server_default=func.now())
    """From when on one is expected."""
    begonnen_op: Mapped[datetime | None]
    """When the newest began that was read back whole: what it holds is of then."""
    geoefend_op: Mapped[datetime | None]
    """When one was last restored elsewhere and held against itself."""
