"""How results go: within a minute where the LAS may be asked so, and what a school chose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, SchoolOwned, choice
from webapp.models.ids import AccountId, SchoolId, ToetsId, UitgezetId
from webapp.models.koppeling import LasType


class Minuut(Base):
    """Of one LAS whether its schools may have results sent within a minute, and how many messages this minute had."""

    __tablename__ = "minuut"

    las_type: Mapped[LasType] = mapped_column(choice(LasType, "las_type"), primary_key=True)
    sinds: Mapped[datetime | None]
    """Since when it may be chosen; empty: every school sends in the night, the way of the manual."""
    door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    minuut: Mapped[datetime | None]
    """The minute on the clock that `berichten` is of."""
    berichten: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How many messages were asked for in it; what is over the budget was put off."""


class Zendkeuze(SchoolOwned, Base):
    """One row of a school that chose something; without a row all goes in the night, the way of the manual."""

    __tablename__ = "zendkeuze"

    school_id: Mapped[SchoolId] = mapped_column(ForeignKey("school.id"), primary_key=True)
    binnen_minuut: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    vanaf: Mapped[datetime | None]
    """What was normed before this day stays here; empty: from the start of the koppeling."""
    gewijzigd_op: Mapped[datetime | None]
    gewijzigd_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))


class Uitgezet(SchoolOwned, Base):
    """A toets, or all of them, that a school let stay here for a while. What was normed in that while stays, later too.

    Nothing of it goes while it lasts. What the LAS has already is left there.
    """

    __tablename__ = "uitgezet"
    __table_args__ = (
        Index(
            "uq_uitgezet_open",
            "school_id",
            "toets_id",
            unique=True,
            postgresql_where=text("tot IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("tot >= sinds", name="tot"),
    )

    id: Mapped[UitgezetId] = mapped_column(primary_key=True)
    toets_id: Mapped[ToetsId | None] = mapped_column(ForeignKey("toets.id"))
    """Empty: nothing at all is sent."""
    sinds: Mapped[datetime]
    tot: Mapped[datetime | None]
    """When it was put on again; empty while it is off."""
    door: Mapped[AccountId] = mapped_column(ForeignKey("account.id"))
