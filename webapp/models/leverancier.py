"""Suppliers that hand in results over the API: who they are, for which schools, and what they handed in before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, SchoolOwned
from webapp.models.ids import LeerlingId, LeverancierId, ResultaatId, SchoolId


class Leverancier(Base):
    """Who may hand in results. Of the token only its hash is kept; it was shown once."""

    __tablename__ = "leverancier"
    __table_args__ = (
        Index("uq_leverancier_naam", "naam", unique=True, postgresql_where=text("ingetrokken_op IS NULL")),
    )

    id: Mapped[LeverancierId] = mapped_column(primary_key=True)
    naam: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    gemaakt_op: Mapped[datetime] = mapped_column(server_default=func.now())
    gebruikt_op: Mapped[datetime | None]
    """When it last called, to within a minute."""
    ingetrokken_op: Mapped[datetime | None]
    mag_inlezen: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether it is the test centre itself, that reads in what it has of any school."""


class LeverancierSchool(Base):
    """A school for which a supplier may hand in results."""

    __tablename__ = "leverancier_school"

    leverancier_id: Mapped[LeverancierId] = mapped_column(ForeignKey("leverancier.id"), primary_key=True)
    school_id: Mapped[SchoolId] = mapped_column(ForeignKey("school.id"), primary_key=True, index=True)


class Afnamesleutel(SchoolOwned, Base):
    """The last version of one record that a supplier handed in, so that the same once more does nothing twice."""

    __tablename__ = "afnamesleutel"
    __table_args__ = (
        ForeignKeyConstraint(
            ["school_id", "leerling_id"],
            ["leerling.school_id", "leerling.id"],
            name="fk_afnamesleutel_leerling_same_school",
            ondelete="CASCADE",
        ),
    )

    leverancier_id: Mapped[LeverancierId] = mapped_column(ForeignKey("leverancier.id"), primary_key=True)
    school_id: Mapped[SchoolId] = mapped_column(ForeignKey("school.id"), primary_key=True, index=True)
    sleutel: Mapped[str] = mapped_column(String(64), primary_key=True)
    versie: Mapped[int]
    inhoud: Mapped[str] = mapped_column(String(64))
    """Hash of the record."""
    gevolg: Mapped[str] = mapped_column(String(16))
    genormeerd: Mapped[bool]
    """Both as they were answered."""
    resultaat_id: Mapped[ResultaatId | None] = mapped_column(
        ForeignKey("resultaat.id", ondelete="SET NULL"), index=True
    )
    """None once a person emptied it: then no later version brings it back."""
    leerling_id: Mapped[LeerlingId | None] = mapped_column(index=True)
    """Of whom the result is or was. None where it was emptied before this was kept: then nothing is said of anybody."""
    ruwe_score: Mapped[int]
    """What they handed in: where another score stands now, a person changed it."""


class Afnameverzoek(SchoolOwned, Base):
    """A whole request that was answered, for whoever did not hear the answer and asks again."""

    __tablename__ = "afnameverzoek"
    __table_args__ = (Index("ix_afnameverzoek_op", "op"),)

    leverancier_id: Mapped[LeverancierId] = mapped_column(ForeignKey("leverancier.id"), primary_key=True)
    school_id: Mapped[SchoolId] = mapped_column(ForeignKey("school.id"), primary_key=True, index=True)
    sleutel: Mapped[str] = mapped_column(String(64), primary_key=True)
    inhoud: Mapped[str] = mapped_column(String(64))
    antwoord: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    op: Mapped[datetime] = mapped_column(server_default=func.now())
