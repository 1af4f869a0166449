"""A night of work, and what came of each school in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base
from webapp.models.ids import KoppelingId


class Nacht(Base):
    """One night of work. Its local date is unique, so that two sweeps cannot begin it twice."""

    __tablename__ = "nacht"

    datum: Mapped[date] = mapped_column(primary_key=True)
    begonnen_op: Mapped[datetime | None] = mapped_column(server_default=func.now())
    """Empty for a night that nobody began, not even late."""
    uitgelopen_op: Mapped[datetime | None]
    """Since when it works outside its window, results first: it began late, or was not done in time."""
    opgehaald_op: Mapped[datetime | None]
    """When no school was left to fetch."""
    verzonden_op: Mapped[datetime | None]
    """When no school was left to send for."""
    klaar_op: Mapped[datetime | None]
    """When nothing of it was due any more, or the next night began."""
    tellingen: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class Schoolnacht(Base):
    """What came of one school in one night, written when the night ends."""

    __tablename__ = "schoolnacht"

    datum: Mapped[date] = mapped_column(ForeignKey("nacht.datum", ondelete="CASCADE"), primary_key=True)
    koppeling_id: Mapped[KoppelingId] = mapped_column(ForeignKey("koppeling.id"), primary_key=True, index=True)
    opgehaald_op: Mapped[datetime | None]
    fout_code: Mapped[str | None] = mapped_column(String(64))
    """Why it was not fetched. Text, so that every version can read it."""
    bevestigd: Mapped[int] = mapped_column(default=0)
    geweigerd: Mapped[int] = mapped_column(default=0)
    onzeker: Mapped[int] = mapped_column(default=0)
    """Sent, and neither confirmed nor refused when the night ended."""
