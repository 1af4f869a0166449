"""The breaker of one LAS: how it answered lately, and whether it is left alone until a probe succeeds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, choice
from webapp.models.fout import Foutcode, foutcode
from webapp.models.ids import ZekeringId
from webapp.models.koppeling import LasType

Uitkomsten = list[tuple[int, str | None]]
"""Koppeling and code of its trouble, none for a good answer; the last one last."""


class Zekering(Base):
    """One row per LAS. It carries its own work, the probe, while it is open."""

    __tablename__ = "zekering"

    id: Mapped[ZekeringId] = mapped_column(primary_key=True)
    las_type: Mapped[LasType] = mapped_column(choice(LasType, "las_type"), unique=True)
    uitkomsten: Mapped[Uitkomsten] = mapped_column(JSONB, default=list)
    verzoeken: Mapped[int] = mapped_column(default=0)
    """Requests that were begun since the last good answer."""
    verzoeken_sinds: Mapped[datetime | None]
    open_sinds: Mapped[datetime | None]
    """Since when nothing is fetched from this LAS or sent to it; empty while all is well."""
    fout_code: Mapped[Foutcode | None] = mapped_column(foutcode("fout_code"))
    """The trouble for which it opened."""

    peiling_op: Mapped[datetime | None]
    peiling_claim: Mapped[str | None] = mapped_column(UUID(as_uuid=False))
    peiling_claim_tot: Mapped[datetime | None]
    peiling_pogingen: Mapped[int] = mapped_column(default=0)
