"""What klantenservice writes down about a school: a note, or that it called, and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, func
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, choice
from webapp.models.ids import AccountId, KoppelingId, NotitieId, SchoolId
from webapp.models.koppeling import KoppelingStatus, LasType


class Belreden(StrEnum):
    """Why a school calls: counted per month, so that what is asked most is mended first."""

    RESULTATEN = "resultaten"
    CONTROLE = "controle"
    LEERLING = "leerling"
    """Somebody is missing, double, or linked wrongly."""
    SLEUTEL = "sleutel"
    AANVRAAG = "aanvraag"
    INLOGGEN = "inloggen"
    MAIL = "mail"
    """One that did not arrive, or was not understood."""
    SCHOOLJAAR = "schooljaar"
    STORING = "storing"
    STOPPEN = "stoppen"
    """Pausing or ending."""
    IETS_ANDERS = "iets anders"


class Notitie(Base):
    """One note about a school, or about an aanvraag that has none yet; for colleagues, never for the school."""

    __tablename__ = "notitie"
    __table_args__ = (Index("ix_notitie_op", "op"),)

    id: Mapped[NotitieId] = mapped_column(primary_key=True)
    op: Mapped[datetime] = mapped_column(server_default=func.now())
    door: Mapped[AccountId] = mapped_column(ForeignKey("account.id"))
    school_id: Mapped[SchoolId | None] = mapped_column(ForeignKey("school.id"), index=True)
    koppeling_id: Mapped[KoppelingId | None] = mapped_column(ForeignKey("koppeling.id"), index=True)
    reden: Mapped[Belreden | None] = mapped_column(choice(Belreden, "reden"))
    """Why the school called; none of a note."""
    stand: Mapped[KoppelingStatus | None] = mapped_column(choice(KoppelingStatus, "stand"))
    """How its koppeling stood then, and with which LAS."""
    las_type: Mapped[LasType | None] = mapped_column(choice(LasType, "las_type"))
    tekst: Mapped[str] = mapped_column(Text)
    """Empty where only the reason was written down, and once its term is over."""
    formulier: Mapped[str] = mapped_column(UUID(as_uuid=False), unique=True)
    """Of the form that it came with, so that pressing twice writes once."""
