"""Mails in which schools ask for the koppeling: what became of each, and nothing of what they say."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, choice
from webapp.models.ids import AanvraagmailId, KoppelingId


class Onduidelijk(StrEnum):
    """Why a person has to read the mail."""

    GEEN_TEKST = "geen tekst"
    NAAM = "naam"
    BRIN = "brin"
    MEER_DAN_EEN = "meer dan een"
    TE_VEEL = "te veel"


class Aanvraagmail(Base):
    """One mail that was acted on. It is read once, however often it is seen."""

    __tablename__ = "aanvraagmail"
    __table_args__ = (
        Index(
            "ix_aanvraagmail_open", "afzender", postgresql_where=text("onduidelijk IS NOT NULL AND gezien_op IS NULL")
        ),
    )

    id: Mapped[AanvraagmailId] = mapped_column(primary_key=True)
    sleutel: Mapped[str] = mapped_column(String(64), unique=True)
    afzender: Mapped[str] = mapped_column(String(255))
    ontvangen_op: Mapped[datetime] = mapped_column(server_default=func.now())
    koppeling_id: Mapped[KoppelingId | None] = mapped_column(ForeignKey("koppeling.id", ondelete="SET NULL"))
    onduidelijk: Mapped[Onduidelijk | None] = mapped_column(choice(Onduidelijk, "onduidelijk"))
    gezien_op: Mapped[datetime | None]
    """When klantenservice said that it read the mail itself."""
