"""Tests, their norms, and what pupils scored."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from webapp.models.base import Base, SchoolOwned
from webapp.models.ids import GroepId, LeerlingId, ResultaatId, ToetsId
from webapp.models.leerlinggegevens import Leerling


def vreemde_tekens(text: str) -> str:
    """Return the signs of a text that break at a receiver that reads Latin-1: all above U+00FF, and control signs."""
    return "".join(sorted({sign for sign in text if not (" " <= sign <= "~" or "\xa0" <= sign <= "\xff")}))


class Toets(Base):
    """A test. The code is stable and never used again for another test (UWLR, Leerresultaten)."""

    __tablename__ = "toets"

    id: Mapped[ToetsId] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    versie: Mapped[str | None] = mapped_column(String(64))
    naam: Mapped[str] = mapped_column(String(128))
    vakgebied: Mapped[str] = mapped_column(String(256))
    leerjaar: Mapped[str] = mapped_column(String(2))
    aantal_opgaven: Mapped[int]
    vaardigheidsscores: Mapped[list[Decimal]] = mapped_column(ARRAY(Numeric(6, 1)))
    """Vaardigheidsscore for a raw score of 0, 1, ... aantal_opgaven."""

    normen: Mapped[list[Norm]] = relationship(back_populates="toets", order_by="Norm.schooldag")

    @validates("code", "versie", "naam", "vakgebied")
    def _goes_out(self, _: str, text: str | None) -> str | None:
        """What is sent to a LAS must arrive there; whoever reads tests in says so first, in words."""
        if strange := vreemde_tekens(text or ""):
            raise ValueError(f"a test with signs that not every LAS can read: {strange!r}")
        return text


class Norm(Base):
    """What pupils score on average on one day of the school year; between two days it is interpolated."""

    __tablename__ = "norm"
    __table_args__ = (UniqueConstraint("toets_id", "schooldag"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    toets_id: Mapped[ToetsId] = mapped_column(ForeignKey("toets.id", ondelete="CASCADE"), index=True)
    schooldag: Mapped[int]
    """Days since 1 August."""
    gemiddelde: Mapped[Decimal] = mapped_column(Numeric(6, 1))
    standaardafwijking: Mapped[Decimal] = mapped_column(Numeric(6, 1))

    toets: Mapped[Toets] = relationship(back_populates="normen")


class Resultaat(SchoolOwned, Base):
    """One taking of one test by one pupil. `sleutel` goes out as resultaat/@key; it changes only with the pupil."""

    __tablename__ = "resultaat"
    __table_args__ = (
        UniqueConstraint("leerling_id", "toets_id", "afnamedatum"),
        UniqueConstraint("school_id", "eigen_nummer", name="uq_resultaat_eigen_nummer"),
        ForeignKeyConstraint(
            ["school_id", "leerling_id"],
            ["leerling.school_id", "leerling.id"],
            name="fk_resultaat_leerling_same_school",
        ),
        ForeignKeyConstraint(
            ["school_id", "groep_id"],
            ["groep.school_id", "groep.id"],
            name="fk_resultaat_groep_same_school",
            ondelete="SET NULL (groep_id)",
        ),
        Index("ix_resultaat_klaarzetten", "school_id", "genormeerd_op", postgresql_where=text("klaargezet < versie")),
    )

    id: Mapped[ResultaatId] = mapped_column(primary_key=True)
    leerling_id: Mapped[LeerlingId] = mapped_column(index=True)
    groep_id: Mapped[GroepId | None] = mapped_column(index=True)
    """The groep in which it was taken, whichever the leerling sits in now; empty when that is not known."""
    toets_id: Mapped[ToetsId] = mapped_column(ForeignKey("toets.id"))
    sleutel: Mapped[str] = mapped_column(UUID(as_uuid=False), unique=True, server_default=text("gen_random_uuid()"))
    eigen_nummer: Mapped[str | None] = mapped_column(String(64))
    """The number that the test centre itself gave, of a result that was read in."""
    afnamedatum: Mapped[date]
    afgenomen_om: Mapped[time | None]
    """The time of day, where somebody told it. UWLR takes a day only, so that it is not sent."""
    ruwe_score: Mapped[int]
    vaardigheidsscore: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    niveau: Mapped[str | None] = mapped_column(String(3))
    percentiel: Mapped[int | None]
    genormeerd_op: Mapped[datetime | None]
    normversie: Mapped[str | None] = mapped_column(String(64))
    """The norms with which it was normed elsewhere, as the supplier calls them."""
    versie: Mapped[int] = mapped_column(default=0)
    """Rises with every norming that changes something; zero is not normed yet."""
    klaargezet: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """The version that preparing is done with: it has its levering, or was normed before the koppeling started.

    So no night looks at years of results again. Zero is always safe: then it is looked at once more. The database puts
    it back to zero when a levering goes or falls back, and when a koppeling starts (migration 0071).
    """

    leerling: Mapped[Leerling] = relationship(
        primaryjoin="Resultaat.leerling_id == Leerling.id", foreign_keys="Resultaat.leerling_id"
    )
    toets: Mapped[Toets] = relationship()
