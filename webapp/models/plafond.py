"""How many schools of one LAS a night takes along: a new LAS begins with one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, choice
from webapp.models.ids import AccountId
from webapp.models.koppeling import LasType

STAPPEN: tuple[int | None, ...] = (1, 10, 100, None)
"""How high it can stand; none is all schools."""


class Plafond(Base):
    """One row per LAS of which somebody raised it; without a row it is the first step."""

    __tablename__ = "plafond"
    __table_args__ = (CheckConstraint("scholen > 0", "scholen"),)

    las_type: Mapped[LasType] = mapped_column(choice(LasType, "las_type"), primary_key=True)
    scholen: Mapped[int | None]
    """Empty: a night takes all of them."""
    sinds: Mapped[datetime] = mapped_column(server_default=func.now())
    door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    """Empty for the LAS that was there before there was a ceiling."""
