"""What must reach the LAS, what did, and every request that tried."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from webapp.models.base import Base, MetVerloop, SchoolOwned, choice
from webapp.models.fout import Fout, Foutcode, foutcode
from webapp.models.ids import KoppelingId, ResultaatId, VerzendingId
from webapp.models.toets import Resultaat
from webapp.uwlr.codes import Owner


class LeveringStatus(StrEnum):
    """How far one result is on its way."""

    KLAAR = "klaar"
    ONDERWEG = "onderweg"
    ONBEKEND = "onbekend"
    BEVESTIGD = "bevestigd"
    GEWEIGERD = "geweigerd"


IN_DOUBT = frozenset({LeveringStatus.ONDERWEG, LeveringStatus.ONBEKEND})
"""The LAS may have it already."""


OVERGANGEN: dict[LeveringStatus | None, frozenset[LeveringStatus]] = {
    None: frozenset({LeveringStatus.KLAAR}),
    LeveringStatus.KLAAR: frozenset({LeveringStatus.ONDERWEG, LeveringStatus.ONBEKEND, LeveringStatus.GEWEIGERD}),
    LeveringStatus.ONDERWEG: frozenset({LeveringStatus.KLAAR, LeveringStatus.ONBEKEND, LeveringStatus.BEVESTIGD}),
    LeveringStatus.ONBEKEND: frozenset({LeveringStatus.ONDERWEG, LeveringStatus.GEWEIGERD}),
    LeveringStatus.BEVESTIGD: frozenset({LeveringStatus.KLAAR, LeveringStatus.ONBEKEND}),
    LeveringStatus.GEWEIGERD: frozenset({LeveringStatus.KLAAR}),
}


class Levering(MetVerloop, SchoolOwned, Base):
    """One result that has to reach the LAS: done when the confirmed version has caught up with the wanted one."""

    __tablename__ = "levering"
    OVERGANGEN = OVERGANGEN
    __table_args__ = (
        Index("ix_levering_due", "school_id", postgresql_where=text("bevestigd < versie AND status <> 'geweigerd'")),
    )

    resultaat_id: Mapped[ResultaatId] = mapped_column(ForeignKey("resultaat.id", ondelete="CASCADE"), primary_key=True)
    versie: Mapped[int]
    bevestigd: Mapped[int] = mapped_column(default=0)
    status: Mapped[LeveringStatus] = mapped_column(choice(LeveringStatus, "status"), default=LeveringStatus.KLAAR)
    pogingen: Mapped[int] = mapped_column(default=0)
    bevestigd_op: Mapped[datetime | None]
    fout_code: Mapped[Foutcode | None] = mapped_column(foutcode("fout_code"))
    fout_eigenaar: Mapped[Owner | None] = mapped_column(choice(Owner, "fout_eigenaar"))
    fout_gegevens: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    fout: Mapped[Fout | None] = composite("fout_code", "fout_eigenaar", "fout_gegevens")
    """Why the LAS has not got it, while it is refused."""
    gewijzigd_op: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    resultaat: Mapped[Resultaat] = relationship()


class Uitkomst(StrEnum):
    """How one request ended."""

    BEGONNEN = "begonnen"
    BEVESTIGD = "bevestigd"
    GEWEIGERD = "geweigerd"
    NIET_VERZONDEN = "niet_verzonden"
    ONBEKEND = "onbekend"


class Verzending(SchoolOwned, Base):
    """One BrengLeerresultaten request, written down before it was sent."""

    __tablename__ = "verzending"

    id: Mapped[VerzendingId] = mapped_column(primary_key=True)
    koppeling_id: Mapped[KoppelingId] = mapped_column(ForeignKey("koppeling.id"), index=True)
    claim: Mapped[str] = mapped_column(UUID(as_uuid=False))
    aantal: Mapped[int]
    aanmaakdatum: Mapped[datetime]
    begonnen_op: Mapped[datetime] = mapped_column(server_default=func.now())
    klaar_op: Mapped[datetime | None]
    uitkomst: Mapped[Uitkomst] = mapped_column(choice(Uitkomst, "uitkomst"), default=Uitkomst.BEGONNEN)
    fout_code: Mapped[Foutcode | None] = mapped_column(foutcode("fout_code"))


class Nacht(Base):
    """One night of work. Its local date is unique, so that two sweeps cannot begin it twice."""

    __tablename__ = "nacht"

    datum: Mapped[date] = mapped_column(primary_key=True)
    begonnen_op: Mapped[datetime] = mapped_column(server_default=func.now())
    tellingen: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
