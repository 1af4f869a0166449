"""What clerks keep at a case of the queue. The case itself is no row: the queue finds it anew at every look."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, func
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base
from webapp.models.ids import AccountId

LONGEST_SLEUTEL, LONGEST_NOTITIE = 200, 500


class Zaak(Base):
    """Whose case it is, what they wrote at it, and until when it may wait; tidied once the case is gone."""

    __tablename__ = "zaak"

    sleutel: Mapped[str] = mapped_column(String(LONGEST_SLEUTEL), primary_key=True)
    """`Wachtend.sleutel`."""
    van_id: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    notitie: Mapped[str] = mapped_column(String(LONGEST_NOTITIE), default="", server_default="")
    later_op: Mapped[datetime | None]
    """When somebody put it off: what began after that is news, and does not wait."""
    later_tot: Mapped[datetime | None]
    gewijzigd_op: Mapped[datetime] = mapped_column(server_default=func.now())


class Zaakkijker(Base):
    """A clerk who has a case open; true for a minute after it was said last."""

    __tablename__ = "zaakkijker"

    sleutel: Mapped[str] = mapped_column(String(LONGEST_SLEUTEL), primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(ForeignKey("account.id"), primary_key=True)
    op: Mapped[datetime] = mapped_column(server_default=func.now())
