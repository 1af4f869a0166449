"""What goes to the LAS after all, because somebody approved exactly these results."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, SchoolOwned
from webapp.models.ids import AccountId, KoppelingId, NazendingId, ResultaatId
from webapp.models.school import Account


class Nazending(SchoolOwned, Base):
    """Results of an earlier school year that a person approved. How far it is, its lines and their leveringen say."""

    __tablename__ = "nazending"

    id: Mapped[NazendingId] = mapped_column(primary_key=True)
    koppeling_id: Mapped[KoppelingId] = mapped_column(ForeignKey("koppeling.id"), index=True)
    """It was approved for this one: a later koppeling of the school asks again."""
    schooljaar: Mapped[str] = mapped_column(String(9))
    akkoord_op: Mapped[datetime]
    akkoord_door: Mapped[AccountId] = mapped_column(ForeignKey("account.id"))
    bereikt: Mapped[str | None] = mapped_column(String(200))
    """How klantenservice knows that the school wants it; empty when a beheerder did it."""
    gestopt_op: Mapped[datetime | None]
    gestopt_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))

    wie: Mapped[Account] = relationship(foreign_keys=[akkoord_door])
    gestopt_wie: Mapped[Account | None] = relationship(foreign_keys=[gestopt_door])


class Nazendregel(SchoolOwned, Base):
    """One result as it was approved: this version, for the leerling of the LAS with this number. Nothing else goes."""

    __tablename__ = "nazendregel"
    __table_args__ = (
        Index("ix_nazendregel_open", "school_id", postgresql_where=text("in_rij_op IS NULL AND gestopt_op IS NULL")),
    )

    nazending_id: Mapped[NazendingId] = mapped_column(ForeignKey("nazending.id", ondelete="CASCADE"), primary_key=True)
    resultaat_id: Mapped[ResultaatId] = mapped_column(
        ForeignKey("resultaat.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    versie: Mapped[int]
    leerlingid: Mapped[str] = mapped_column(String(256))
    in_rij_op: Mapped[datetime | None]
    """When its levering was made."""
    gestopt_op: Mapped[datetime | None]
    """When somebody stopped it before it had gone: it has no levering any more, or never had."""


WACHT = and_(Nazendregel.in_rij_op.is_(None), Nazendregel.gestopt_op.is_(None))
"""What was approved, was not put in line yet, and was not stopped."""
