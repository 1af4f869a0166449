"""What must not stay silent: alarms that were raised, and the signs of life of the parts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, TypedDict

from sqlalchemy import Index, String, func, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, choice
from webapp.models.ids import AlarmId


class Alarmsoort(StrEnum):
    """What can be amiss without anybody noticing."""

    NACHT = "nacht"
    ZEKERING = "zekering"
    CERTIFICAAT = "certificaat"
    WORKER = "worker"
    SWEEP = "sweep"
    INTERN = "intern"
    UITGELOPEN = "nacht_uitgelopen"
    NIET_OPGEHAALD = "niet_opgehaald"
    UITGEBLEVEN = "uitgebleven"
    """A school that is fetched every night, and was not in the last one."""
    LEVERINGEN = "leveringen"
    VASTGEHOUDEN = "vastgehouden"
    SPOOR = "spoor"
    """The audit trail gives another root than it did: somebody changed it."""
    RESERVEKOPIE = "reservekopie"
    """There is no backup of the last day, or none was tried for long."""


ERGST = frozenset(
    {
        Alarmsoort.NACHT,
        Alarmsoort.ZEKERING,
        Alarmsoort.CERTIFICAAT,
        Alarmsoort.WORKER,
        Alarmsoort.SWEEP,
        Alarmsoort.INTERN,
        Alarmsoort.SPOOR,
        Alarmsoort.RESERVEKOPIE,
    }
)
"""These also go by mail and webhook; the others stand in the queue of klantenservice and on the health page."""


class Alarm(Base):
    """One cause of the worst kind, from the moment it was told until it is over. It carries its webhook as work."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index("uq_alarm_oorzaak", "oorzaak", unique=True, postgresql_where=text("voorbij_op IS NULL")),
        Index("ix_alarm_webhook_op", "webhook_op", postgresql_where=text("webhook_op IS NOT NULL")),
    )

    id: Mapped[AlarmId] = mapped_column(primary_key=True)
    soort: Mapped[Alarmsoort] = mapped_column(choice(Alarmsoort, "soort"))
    oorzaak: Mapped[str] = mapped_column(String(160))
    gegevens: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Counts, a date, the name of a LAS or of a class: never a name of a person."""
    sinds: Mapped[datetime]
    gemeld_op: Mapped[datetime] = mapped_column(server_default=func.now())
    voorbij_op: Mapped[datetime | None]
    webhook_op: Mapped[datetime | None]
    webhook_claim: Mapped[str | None] = mapped_column(UUID(as_uuid=False))
    webhook_claim_tot: Mapped[datetime | None]
    webhook_pogingen: Mapped[int] = mapped_column(default=0)


class Onderdeelstand(TypedDict):
    """How one part is: what is wrong, or nothing, and since when that is so."""

    probleem: str | None
    sinds: str


class Levensteken(Base):
    """The one row from which the health page is answered."""

    __tablename__ = "levensteken"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    op: Mapped[datetime | None]
    """When the parts were last looked at."""
    ronde_op: Mapped[datetime | None]
    """When the sweep last finished a round."""
    onderdelen: Mapped[dict[str, Onderdeelstand]] = mapped_column(JSONB, default=dict)
    alarmen: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    """Pairs: whether it is one of the worst, and the sentence."""
    metingen: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    """The figures of a minute ago at most: name, labels, value."""
