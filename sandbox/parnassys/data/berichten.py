"""What came in over UWLR: every message with its outcome, and of each result the newest version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sandbox.parnassys.data.base import SCHEMA, ParnassysBase
from sandbox.parnassys.data.leerlinggegevens import ParnassysLeerling

CONFIRMED, DELIVERED, DISTURBED = "bevestigd", "geleverd", "storing"


class Bericht(ParnassysBase):
    """One call and how it was answered. `school_id` is empty when the message did not say which school, or lied."""

    __tablename__ = "bericht"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey(f"{SCHEMA}.school.id", ondelete="CASCADE"), index=True)
    operatie: Mapped[str] = mapped_column(String(32))
    ontvangen_op: Mapped[datetime]
    aanmaakdatum: Mapped[datetime | None]
    aantal: Mapped[int | None]
    """Results in the message, or pupils in the answer."""
    uitkomst: Mapped[str] = mapped_column(String(64))
    """`bevestigd`, `geleverd`, `geengegevens`, `geenwijzigingen`, `storing`, or the code of the Fault."""
    melding: Mapped[str | None] = mapped_column(String(512))


class ToetsDefinitie(ParnassysBase):
    """A test as the sender defined it last; a new message with the same toetscode adapts it."""

    __tablename__ = "toets"
    __table_args__ = (UniqueConstraint("school_id", "toetscode"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.school.id", ondelete="CASCADE"))
    toetscode: Mapped[str] = mapped_column(String(256))
    versie: Mapped[str | None] = mapped_column(String(256))
    naam: Mapped[str | None] = mapped_column(String(128))
    leerjaar: Mapped[str | None] = mapped_column(String(256))
    vakgebied: Mapped[str | None] = mapped_column(String(256))


class OntvangenResultaat(ParnassysBase):
    """The newest version of one result. The same resultaat key again replaces it; UWLR cannot withdraw one."""

    __tablename__ = "resultaat"
    __table_args__ = (UniqueConstraint("school_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.school.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(256))
    leerling_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.leerling.id", ondelete="CASCADE"), index=True)
    toets_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.toets.id", ondelete="CASCADE"))
    bericht_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.bericht.id", ondelete="CASCADE"))
    toetsonderdeelcode: Mapped[str | None] = mapped_column(String(256))
    afnamedatum: Mapped[date]
    score: Mapped[int | None]
    term: Mapped[str | None] = mapped_column(String(64))
    """What the norm of the sender calls this score."""
    oso: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    keren_ontvangen: Mapped[int] = mapped_column(default=1)
    eerst_ontvangen_op: Mapped[datetime]
    laatst_ontvangen_op: Mapped[datetime]

    leerling: Mapped[ParnassysLeerling] = relationship()
    toets: Mapped[ToetsDefinitie] = relationship()
