"""What was switched off, for whom, why, and until when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, choice
from webapp.models.ids import AccountId, SchakelaarId
from webapp.models.koppeling import LasType


class Werk(StrEnum):
    """What can be switched off."""

    OPHALEN = "ophalen"
    VERSTUREN = "versturen"
    MAIL = "mail"


class Aanleiding(StrEnum):
    """Who or what switched it off, and so who lets it go on."""

    KLANTENSERVICE = "klantenservice"
    TERUGZETTEN = "terugzetten"
    """The database came out of a backup: only `flask na-terugzetten` lets it go on."""


class Schakelaar(Base):
    """One kind of work that stands still; what goes on has no row. The audit trail keeps what was."""

    __tablename__ = "schakelaar"
    __table_args__ = (
        UniqueConstraint(
            "werk", "las_type", "aanleiding", name="uq_schakelaar_werk", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("werk <> 'mail' OR las_type IS NULL", name="mail_has_no_las"),
    )

    id: Mapped[SchakelaarId] = mapped_column(primary_key=True)
    werk: Mapped[Werk] = mapped_column(choice(Werk, "werk"))
    las_type: Mapped[LasType | None] = mapped_column(choice(LasType, "las_type"))
    """The LAS with which it stands still; empty for all of them."""
    aanleiding: Mapped[Aanleiding] = mapped_column(choice(Aanleiding, "aanleiding"))
    reden: Mapped[str] = mapped_column(Text)
    """Schools read it."""
    sinds: Mapped[datetime] = mapped_column(server_default=func.now())
    tot: Mapped[datetime | None]
    """The moment at which it goes on by itself; empty when a person lets it go on."""
    door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
