"""Logins: which live, who may come by which board, tries in vain, and what was sent after a login had ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base
from webapp.models.ids import AccountId, IdentiteitId, SchoolId


class Sessie(Base):
    """One login on one device. Logging out ends the row, and with it every copy of the cookie."""

    __tablename__ = "sessie"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[SchoolId | None] = mapped_column(ForeignKey("school.id"))
    """The school that was chosen, for who has several; whether it is still theirs is looked at every time."""
    oefent: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether they are practising at the oefenschool; the school that they chose stays what it was."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    begonnen_op: Mapped[datetime]
    gezien_op: Mapped[datetime]
    beeindigd_op: Mapped[datetime | None]


class Rem(Base):
    """How often something was tried in vain, and from when it may be tried again."""

    __tablename__ = "rem"
    __table_args__ = (Index("ix_rem_vrij_op", "vrij_op"),)

    sleutel: Mapped[str] = mapped_column(String(64), primary_key=True)
    """What is tried, and of whom: an account, a device, or the hash of an address that nobody has."""
    pogingen: Mapped[int]
    vrij_op: Mapped[datetime]


class Bewaard(Base):
    """What somebody sent when their login had just ended; only the same account gets it back, and only for a while."""

    __tablename__ = "bewaard"
    __table_args__ = (Index("ix_bewaard_tot", "tot"),)

    id: Mapped[str] = mapped_column(UUID(as_uuid=False), primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    inhoud: Mapped[bytes] = mapped_column(LargeBinary)
    """The address and the fields, encrypted for this row and this account (`webapp.crypto`)."""
    tot: Mapped[datetime]


class Identiteit(Base):
    """An account of a board that logs in to an account of ours. Who it is, no address says."""

    __tablename__ = "identiteit"
    __table_args__ = (UniqueConstraint("issuer", "tenant", "subject"),)

    id: Mapped[IdentiteitId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(255))
    tenant: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    naam: Mapped[str] = mapped_column(String(255))
    """What the board called it when it was tied: to show, and for nothing else."""
    sinds: Mapped[datetime] = mapped_column(server_default=func.now())
