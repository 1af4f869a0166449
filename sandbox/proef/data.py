"""Every mail that the catcher received."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Identity, LargeBinary, MetaData, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class ProefBase(DeclarativeBase):
    """What only a practice site remembers: in a schema of its own, which the product's migrations never see."""

    metadata = MetaData(schema="sandbox")
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012  (SQLAlchemy reads this name)


class GevangenMail(ProefBase):
    """A mail as it came over SMTP. The mail catcher (`sandbox.lokaal`) makes this table and writes its rows."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    received: Mapped[datetime] = mapped_column(server_default=func.now())
    envelope_from: Mapped[str] = mapped_column(Text)
    envelope_to: Mapped[list[str]] = mapped_column(ARRAY(Text))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
