"""Every mail that the catcher received."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Identity, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.parnassys.data.base import SandboxBase


class GevangenMail(SandboxBase):
    """A mail as it came over SMTP. The mail catcher (`sandbox.lokaal`) writes these rows and knows only their shape."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    received: Mapped[datetime] = mapped_column(server_default=func.now())
    envelope_from: Mapped[str] = mapped_column(Text)
    envelope_to: Mapped[list[str]] = mapped_column(ARRAY(Text))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
