"""A night of work, its course, and what came of each school in it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
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


class Schoolstand(StrEnum):
    """Where a school is in a night, or how it ended; what asks for a look first."""

    NIET_GELUKT = "niet gelukt"
    """It was not fetched, and nothing of it is due any more."""
    VASTGEHOUDEN = "vastgehouden"
    """What it brought is held."""
    OPNIEUW = "opnieuw"
    """It was tried, and waits for its next try."""
    MET_VRAAG = "met vraag"
    """It was fetched; something was asked, or a result refused."""
    WACHT_OP_IEMAND = "wacht op iemand"
    """The night passed over it: a person has to act first."""
    NIET_AAN_DE_BEURT = "niet aan de beurt"
    """The night takes so many schools of its LAS and no more, and others waited longer."""
    TE_GAAN = "te gaan"
    GOED = "goed"


DONE = (Schoolstand.GOED, Schoolstand.MET_VRAAG, Schoolstand.VASTGEHOUDEN, Schoolstand.NIET_GELUKT)
"""There the night has nothing more to do."""


class Nachtstand(Base):
    """One point of the course of a night: how far it was. The last one is written anew until its minutes are over."""

    __tablename__ = "nachtstand"

    datum: Mapped[date] = mapped_column(ForeignKey("nacht.datum", ondelete="CASCADE"), primary_key=True)
    punt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counted from the beginning of the night."""
    op: Mapped[datetime]
    scholen: Mapped[dict[str, int]] = mapped_column(JSONB)
    """How many there are of each `Schoolstand`; text, so that every version can read it."""
    ophalen: Mapped[int]
    versturen: Mapped[int]
    """For how many schools nothing was tried yet, as the alarm counts them."""
    bevestigd: Mapped[int]
    geweigerd: Mapped[int]
    onzeker: Mapped[int]

    @property
    def klaar(self) -> int:
        """How many schools the night is done with."""
        return sum(self.scholen.get(stand, 0) for stand in DONE)

    @property
    def te_gaan(self) -> int:
        return self.scholen.get(Schoolstand.TE_GAAN, 0) + self.scholen.get(Schoolstand.OPNIEUW, 0)


class Schoolnacht(Base):
    """What came of one school in one night, written when the night ends."""

    __tablename__ = "schoolnacht"

    datum: Mapped[date] = mapped_column(ForeignKey("nacht.datum", ondelete="CASCADE"), primary_key=True)
    koppeling_id: Mapped[KoppelingId] = mapped_column(ForeignKey("koppeling.id"), primary_key=True, index=True)
    opgehaald_op: Mapped[datetime | None]
    fout_code: Mapped[str | None] = mapped_column(String(64))
    """Why it was not fetched. Text, so that every version can read it."""
    stand: Mapped[str | None] = mapped_column(String(32))
    """A `Schoolstand`, as text too; empty in nights before there was one."""
    ophaal_ms: Mapped[int | None]
    """How long its fetch took, from the question to the last row."""
    bevestigd: Mapped[int] = mapped_column(default=0)
    geweigerd: Mapped[int] = mapped_column(default=0)
    onzeker: Mapped[int] = mapped_column(default=0)
    """Sent, and neither confirmed nor refused when the night ended."""
