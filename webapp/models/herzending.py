"""What goes to a LAS once more after an incident there, step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, and_, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, SchoolOwned, choice
from webapp.models.ids import AccountId, HerzendingId, ResultaatId
from webapp.models.koppeling import LasType
from webapp.models.school import Account


class Herzending(Base):
    """What klantenservice chose: one LAS, one reason, and from when until when."""

    __tablename__ = "herzending"

    id: Mapped[HerzendingId] = mapped_column(primary_key=True)
    las_type: Mapped[LasType] = mapped_column(choice(LasType, "las_type"))
    fout_code: Mapped[str | None] = mapped_column(String(64))
    """What they were refused for, as text that every version reads; empty for what was confirmed, and is doubted."""
    van: Mapped[datetime]
    tot: Mapped[datetime]
    """Never after the moment of choosing: so what changes since can only make it less."""
    gevraagd_op: Mapped[datetime]
    gevraagd_door: Mapped[AccountId] = mapped_column(ForeignKey("account.id"))
    stap: Mapped[int] = mapped_column(default=0)
    """Which step was let go last."""
    gestopt_op: Mapped[datetime | None]
    gestopt_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))

    wie: Mapped[Account] = relationship(foreign_keys=[gevraagd_door])


class Herzendregel(SchoolOwned, Base):
    """One result of it, as it was when it was chosen."""

    __tablename__ = "herzendregel"
    __table_args__ = (
        Index("ix_herzendregel_open", "school_id", postgresql_where=text("in_rij_op IS NULL AND gestopt_op IS NULL")),
    )

    herzending_id: Mapped[HerzendingId] = mapped_column(
        ForeignKey("herzending.id", ondelete="CASCADE"), primary_key=True
    )
    resultaat_id: Mapped[ResultaatId] = mapped_column(
        ForeignKey("resultaat.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    stap: Mapped[int]
    """In which step its school goes."""
    versie: Mapped[int]
    in_rij_op: Mapped[datetime | None]
    fout: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What it was refused for before it was put in line; empty when it was confirmed."""
    gestopt_op: Mapped[datetime | None]
    """When a stop made it again what it was."""


WACHT = and_(Herzendregel.in_rij_op.is_(None), Herzendregel.gestopt_op.is_(None))
"""Was not put in line yet, and not stopped."""
