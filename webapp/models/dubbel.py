"""Two records of ours that may be one child, of whom nobody was asked yet because nothing was at stake."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from webapp.models.base import Base, SchoolOwned
from webapp.models.ids import AccountId, HandelingId, LeerlingId
from webapp.models.leerlinggegevens import Leerling


class MogelijkDezelfde(SchoolOwned, Base):
    """A leerling who was added as new, and our own record that the LAS may have meant (`inname/op_het_spel.py`)."""

    __tablename__ = "mogelijk_dezelfde"
    __table_args__ = (
        UniqueConstraint("leerling_id", "ander_id"),
        *(
            ForeignKeyConstraint(
                ["school_id", column],
                ["leerling.school_id", "leerling.id"],
                name=f"fk_mogelijk_dezelfde_{column}_same_school",
                ondelete="CASCADE",
            )
            for column in ("leerling_id", "ander_id")
        ),
        Index("ix_mogelijk_dezelfde_ander_id", "ander_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leerling_id: Mapped[LeerlingId]
    """Who was added."""
    ander_id: Mapped[LeerlingId]
    """Who was here, and stays as it is."""
    handeling_id: Mapped[HandelingId | None] = mapped_column(
        ForeignKey("handeling.id", ondelete="SET NULL"), index=True
    )
    """The act that added them, or that merged one of the two with a third."""
    op: Mapped[datetime] = mapped_column(server_default=func.now())
    gevraagd_op: Mapped[datetime | None]
    """Since when it is asked, because one of the two has a score."""
    twee_op: Mapped[datetime | None]
    """When somebody said that they are two children: it is not asked again."""
    twee_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))


def is_open() -> ColumnElement[bool]:
    """The condition that nobody said yet whether these two are one.

    Who was merged is answered for, and two different ECK iDs are two children.
    """
    one, other = aliased(Leerling), aliased(Leerling)
    counts = exists().where(
        one.school_id == MogelijkDezelfde.school_id,
        one.id == MogelijkDezelfde.leerling_id,
        other.school_id == MogelijkDezelfde.school_id,
        other.id == MogelijkDezelfde.ander_id,
        one.samengevoegd_met_id.is_(None),
        other.samengevoegd_met_id.is_(None),
        or_(one.eckid.is_(None), other.eckid.is_(None), one.eckid == other.eckid),
    )
    return and_(MogelijkDezelfde.twee_op.is_(None), counts)


def not_maybe_another() -> ColumnElement[bool]:
    """The condition that no other record of ours may be the same child: who has a score is asked about first.

    The offset keeps it a look-up for each leerling: taken apart into joins, it made the planner lose its way among the
    conditions of a message, and a message of 200 took minutes.
    """
    here = MogelijkDezelfde.school_id == Leerling.school_id
    is_side = or_(MogelijkDezelfde.leerling_id == Leerling.id, MogelijkDezelfde.ander_id == Leerling.id)
    return ~select(MogelijkDezelfde.id).where(here, is_side, is_open()).correlate(Leerling).offset(0).exists()
