"""What happened to groepen, leerkrachten and leerlingen: each act, and per record what it was before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Exists, ForeignKey, Index, Integer, String, exists, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, SchoolOwned, choice
from webapp.models.ids import AccountId, BatchId, HandelingId, TeruggenomenId
from webapp.models.leerlinggegevens import Soort


class Wat(StrEnum):
    """What was done. A word more needs no migration."""

    AANLEVERING = "aanlevering"
    """What came from the LAS was written without a question."""
    OVERGANG = "overgang"
    """The same of the answer with which the school year turned."""
    AFSPRAAK = "afspraak"
    """Who was new was added without a question, because the school agreed so."""
    OP_HET_SPEL = "op_het_spel"
    """The same of who might be one of ours, because nothing was at stake."""
    IMPORT = "import"
    VERTREK = "vertrek"
    """Whose departure was held was parked."""
    PARKEREN = "parkeren"
    TERUGHALEN = "terughalen"
    """Parking was undone."""
    ONGEWOON = "ongewoon"
    """Something else that was held was believed, or no longer."""
    ADRESSEN = "adressen"
    NUMMERS_WISSEN = "nummers_wissen"
    TERUGDRAAIEN = "terugdraaien"
    SAMENVOEGEN = "samenvoegen"
    """Two records of one leerling became one."""
    SPLITSEN = "splitsen"
    """Merging was undone."""
    TERUGNEMEN = "terugnemen"
    """A part of an act was undone, or what a night did by itself."""
    ONTKOPPELEN = "ontkoppelen"
    """A person took a record from the one of the LAS that it was linked with."""
    INGELEZEN = "ingelezen"
    """What the test centre had of its own was read in; nobody of the school did it."""
    ANDERS = "anders"
    """Not the koppeling: whoever wrote did not say what."""


VANZELF = frozenset({Wat.AANLEVERING, Wat.OVERGANG, Wat.AFSPRAAK, Wat.OP_HET_SPEL})
"""What came from the LAS and was written without a question."""


class Handeling(SchoolOwned, Base):
    """One act that changed records of a school, of a person or of the night."""

    __tablename__ = "handeling"

    id: Mapped[HandelingId] = mapped_column(primary_key=True)
    wat: Mapped[Wat] = mapped_column(choice(Wat, "wat", is_closed=False))
    batch_id: Mapped[BatchId | None] = mapped_column(ForeignKey("importbatch.id"), index=True)
    door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    """Empty where nobody did: it came in by itself."""
    op: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    teruggedraaid_id: Mapped[HandelingId | None] = mapped_column(
        ForeignKey("handeling.id", ondelete="SET NULL"), index=True
    )
    """The act that took this one back."""
    resultaten: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    """Which results this act moved to the record that stayed, when it merged two."""


class Mutatie(SchoolOwned, Base):
    """What an act did to one record: only the fields that differ (`webapp/services/geschiedenis.py` says which)."""

    __tablename__ = "mutatie"
    __table_args__ = (Index("ix_mutatie_record", "soort", "record_id"),)

    handeling_id: Mapped[HandelingId] = mapped_column(ForeignKey("handeling.id", ondelete="CASCADE"), primary_key=True)
    soort: Mapped[Soort] = mapped_column(choice(Soort, "soort"), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Our number; the record itself may be gone."""
    voor: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Empty when this act made the record."""
    na: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Empty when this act deleted it."""

    handeling: Mapped[Handeling] = relationship(viewonly=True)

    @property
    def velden(self) -> tuple[str, ...]:
        """The fields that this act left other than it found them."""
        return fields_left(self.voor, self.na)


def fields_left(voor: Mapping[str, Any] | None, na: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The fields that differ between these two."""
    voor, na = voor or {}, na or {}
    return tuple(name for name in {**voor, **na} if voor.get(name) != na.get(name))


class Teruggenomen(SchoolOwned, Base):
    """A record of the LAS of which a person took something back (`webapp/services/inname/teruggenomen.py`)."""

    __tablename__ = "teruggenomen"

    id: Mapped[TeruggenomenId] = mapped_column(primary_key=True)
    soort: Mapped[Soort] = mapped_column(choice(Soort, "soort"))
    las_key: Mapped[str | None] = mapped_column(String(256))
    eckid: Mapped[str | None] = mapped_column(String(256))
    record_id: Mapped[int | None]
    """Our record with which it is not linked by itself; empty when it is only not added. Without a number and an ECK
    iD: our record that is not parked by itself."""
    door: Mapped[AccountId] = mapped_column(ForeignKey("account.id"))
    op: Mapped[datetime] = mapped_column(server_default=func.now())
    handeling_id: Mapped[HandelingId | None] = mapped_column(
        ForeignKey("handeling.id", ondelete="SET NULL"), index=True
    )

    @property
    def is_vertrek(self) -> bool:
        """Whether it is that somebody was parked, and no link."""
        return self.las_key is None and self.eckid is None


def taken_back() -> Exists:
    """The condition that something about a leerling was taken back; the caller says which one."""
    return exists().where(Teruggenomen.soort == Soort.LEERLING)
