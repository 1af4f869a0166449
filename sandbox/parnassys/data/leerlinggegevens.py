"""Pupils, groups and teachers as ParnasSys keeps them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import Column, Enum, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sandbox.parnassys.data.base import SCHEMA, ParnassysBase

JAARGROEPEN = tuple(str(jaar) for jaar in range(1, 9))
COMBINATIEGROEP = "C"


class Groepsoort(StrEnum):
    """UWLR knows two kinds: a pupil sits in at most one stamgroep and in any number of samengestelde groepen."""

    STAMGROEP = "stamgroep"
    SAMENGESTELD = "samengesteld"


_leerling_samengesteld = Table(
    "leerling_samengestelde_groep",
    ParnassysBase.metadata,
    Column("leerling_id", ForeignKey(f"{SCHEMA}.leerling.id", ondelete="CASCADE"), primary_key=True),
    Column("groep_id", ForeignKey(f"{SCHEMA}.groep.id", ondelete="CASCADE"), primary_key=True),
)
_leerkracht_groep = Table(
    "leerkracht_groep",
    ParnassysBase.metadata,
    Column("leerkracht_id", ForeignKey(f"{SCHEMA}.leerkracht.id", ondelete="CASCADE"), primary_key=True),
    Column("groep_id", ForeignKey(f"{SCHEMA}.groep.id", ondelete="CASCADE"), primary_key=True),
)


class ParnassysGroep(ParnassysBase):
    """A group of either kind."""

    __tablename__ = "groep"
    __table_args__ = (UniqueConstraint("school_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.school.id", ondelete="CASCADE"), index=True)
    soort: Mapped[Groepsoort] = mapped_column(
        Enum(Groepsoort, native_enum=False, length=16, values_callable=lambda kinds: [kind.value for kind in kinds])
    )
    key: Mapped[str] = mapped_column(String(64))
    naam: Mapped[str] = mapped_column(String(64))
    jaargroep: Mapped[str | None] = mapped_column(String(2))
    omschrijving: Mapped[str | None] = mapped_column(String(256))

    @property
    def is_stamgroep(self) -> bool:
        return self.soort is Groepsoort.STAMGROEP


class ParnassysLeerling(ParnassysBase):
    """A pupil; `uitgeschreven_op` says that it left and no longer exists for UWLR."""

    __tablename__ = "leerling"
    __table_args__ = (UniqueConstraint("school_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.school.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    eckid: Mapped[str | None] = mapped_column(String(256))
    achternaam: Mapped[str] = mapped_column(String(200))
    voorvoegsel: Mapped[str | None] = mapped_column(String(10))
    voorletters: Mapped[str | None] = mapped_column(String(6))
    roepnaam: Mapped[str] = mapped_column(String(64))
    geboortedatum: Mapped[date]
    geslacht: Mapped[str] = mapped_column(String(1))
    jaargroep: Mapped[str] = mapped_column(String(2))
    groep_id: Mapped[int | None] = mapped_column(ForeignKey(f"{SCHEMA}.groep.id", ondelete="SET NULL"), index=True)
    bsn_laatste_vier: Mapped[str] = mapped_column(String(4))
    uitgeschreven_op: Mapped[date | None]

    groep: Mapped[ParnassysGroep | None] = relationship()
    samengestelde_groepen: Mapped[list[ParnassysGroep]] = relationship(
        secondary=_leerling_samengesteld, order_by=ParnassysGroep.naam
    )

    @property
    def volledige_naam(self) -> str:
        return " ".join(part for part in (self.roepnaam, self.voorvoegsel, self.achternaam) if part)


class ParnassysLeerkracht(ParnassysBase):
    """A teacher; half of them have no e-mail address in ParnasSys."""

    __tablename__ = "leerkracht"
    __table_args__ = (UniqueConstraint("school_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.school.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    eckid: Mapped[str | None] = mapped_column(String(256))
    achternaam: Mapped[str] = mapped_column(String(200))
    voorvoegsel: Mapped[str | None] = mapped_column(String(10))
    roepnaam: Mapped[str] = mapped_column(String(64))
    emailadres: Mapped[str | None] = mapped_column(String(256))

    groepen: Mapped[list[ParnassysGroep]] = relationship(secondary=_leerkracht_groep, order_by=ParnassysGroep.naam)

    @property
    def volledige_naam(self) -> str:
        return " ".join(part for part in (self.roepnaam, self.voorvoegsel, self.achternaam) if part)
