"""Of which LAS a koppeling with nothing against it is approved without a person; off until who leads says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, choice
from webapp.models.ids import AccountId
from webapp.models.koppeling import LasType


class GoedkeurenVanzelf(Base):
    """One row per LAS where it is on; no row is the way of the manual."""

    __tablename__ = "goedkeuren_vanzelf"

    las_type: Mapped[LasType] = mapped_column(choice(LasType, "las_type"), primary_key=True)
    sinds: Mapped[datetime] = mapped_column(server_default=func.now())
    door: Mapped[AccountId] = mapped_column(ForeignKey("account.id"))
