"""What is erased when it was kept long enough, and proof that a leerling was erased when a school asked for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, SchoolOwned
from webapp.models.ids import AccountId, LeerlingId, OpruimingId, SchoolId, WissingId


class Opruiming(Base):
    """The nightly erasing, one row per school and one for what is of no school. It carries its own work."""

    __tablename__ = "opruiming"
    __table_args__ = (
        UniqueConstraint("school_id", name="uq_opruiming_school_id", postgresql_nulls_not_distinct=True),
        Index("ix_opruiming_volgende_op", "volgende_op"),
    )

    id: Mapped[OpruimingId] = mapped_column(primary_key=True)
    school_id: Mapped[SchoolId | None] = mapped_column(ForeignKey("school.id"))
    volgende_op: Mapped[datetime | None]
    claim: Mapped[str | None] = mapped_column(UUID(as_uuid=False))
    claim_tot: Mapped[datetime | None]
    pogingen: Mapped[int] = mapped_column(default=0)
    klaar_op: Mapped[datetime | None]
    """When it last ended well."""
    gewist: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    """How many rows the last round erased, by kind."""
    straks: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    """How many it announced and will erase, by kind."""
    straks_op: Mapped[datetime | None]
    """When the first of those goes."""
    fout: Mapped[str | None] = mapped_column(String(64))
    """The class of what went wrong, and nobody expected."""


class Wissing(SchoolOwned, Base):
    """One leerling who was erased: no name, so that it may stay. Nobody who is like it is taken in again."""

    __tablename__ = "wissing"

    id: Mapped[WissingId] = mapped_column(primary_key=True)
    leerling_id: Mapped[LeerlingId]
    """The number that it had here; no such row exists any more."""
    op: Mapped[datetime] = mapped_column(server_default=func.now())
    door: Mapped[AccountId] = mapped_column(ForeignKey("account.id"))
    aantallen: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    """How many rows were erased, by kind."""
    afdrukken: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Keyed hashes of what the LAS calls it by (`services/inname/gewist.py`); empty once it may come back."""
    in_las: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    """What the school has to remove in the LAS by hand: key of the result, test and date."""
