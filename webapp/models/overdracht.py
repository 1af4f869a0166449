"""Questions of the review that somebody else of the school is asked about."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, SchoolOwned, choice
from webapp.models.ids import AccountId, MailId, OverdrachtId, OverdrachtvraagId, RegelId


class Advies(StrEnum):
    """What a leerkracht says of two sides of a question."""

    ZELFDE = "zelfde"
    ANDER = "ander"
    WEET_NIET = "weet niet"


class Overdracht(SchoolOwned, Base):
    """Open until `tot`, or until it is taken back. It decides nothing: a beheerder answers whenever they want."""

    __tablename__ = "overdracht"
    __table_args__ = (
        Index(
            "ix_overdracht_loopt_af",
            "tot",
            postgresql_where=text("teruggenomen_op IS NULL AND verlopen_op IS NULL"),
        ),
    )

    id: Mapped[OverdrachtId] = mapped_column(primary_key=True)
    aan: Mapped[AccountId] = mapped_column(ForeignKey("account.id"), index=True)
    door: Mapped[AccountId] = mapped_column(ForeignKey("account.id"))
    mail_id: Mapped[MailId | None] = mapped_column(ForeignKey("mail.id"), unique=True)
    """The mail about it; none when this colleague had enough of them today."""
    bericht: Mapped[str | None] = mapped_column(String(300))
    gemaakt_op: Mapped[datetime] = mapped_column(server_default=func.now())
    tot: Mapped[datetime]
    teruggenomen_op: Mapped[datetime | None]
    verlopen_op: Mapped[datetime | None]
    """When it was noticed that it ended by itself; `tot` counts, whether that was noticed or not."""

    vragen: Mapped[list[Overdrachtvraag]] = relationship(
        back_populates="overdracht", order_by="Overdrachtvraag.id", passive_deletes=True
    )


class Overdrachtvraag(SchoolOwned, Base):
    """One question of it, and what was advised. It follows its line from one aanlevering to the next."""

    __tablename__ = "overdrachtvraag"
    __table_args__ = (UniqueConstraint("overdracht_id", "regel_id"),)

    id: Mapped[OverdrachtvraagId] = mapped_column(primary_key=True)
    overdracht_id: Mapped[OverdrachtId] = mapped_column(ForeignKey("overdracht.id", ondelete="CASCADE"))
    regel_id: Mapped[RegelId] = mapped_column(ForeignKey("importregel.id", ondelete="CASCADE"), index=True)
    advies: Mapped[Advies | None] = mapped_column(choice(Advies, "advies"))
    kandidaat_id: Mapped[int | None]
    """Our record that stood on the other side when the advice was given."""
    opmerking: Mapped[str | None] = mapped_column(String(200))
    geadviseerd_op: Mapped[datetime | None]

    overdracht: Mapped[Overdracht] = relationship(back_populates="vragen")
