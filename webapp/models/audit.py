"""Who did what, when: append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base


class Audit(Base):
    """One act of a person or a job. Ids and counts only; the database refuses to change or delete a row."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_school_op", "school_id", "op"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    op: Mapped[datetime] = mapped_column(server_default=func.now())
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Empty when the system did it by itself."""
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    actie: Mapped[str] = mapped_column(String(64))
    object: Mapped[str] = mapped_column(String(64))
    tellingen: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
