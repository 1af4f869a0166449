"""A new school year that the LAS has, and that waits at a school: put off to a day, or undone by a person."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, SchoolOwned
from webapp.models.ids import AccountId, SchoolId


class Vooruitblik(TypedDict, total=False):
    """What the turn would do by the last answer: our numbers and the names of groepen, no name of a leerling."""

    past: bool
    """Whether it has the shape of a new school year, so that it goes without a question."""
    weg: list[int]
    verder: dict[str, str]
    """The groep that each leerling goes to, by our number."""
    nieuw: dict[str, int]
    """How many are new, by groep."""
    vragen: int


class Overgang(SchoolOwned, Base):
    """One row of a school for which a new year waits; it goes when the year begins."""

    __tablename__ = "overgang"

    school_id: Mapped[SchoolId] = mapped_column(ForeignKey("school.id"), primary_key=True)
    schooljaar: Mapped[str] = mapped_column(String(9))
    vooruitblik: Mapped[Vooruitblik] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    gezien_op: Mapped[datetime | None]
    """When the LAS was last asked for it."""
    teruggedraaid_op: Mapped[datetime | None]
    """When a person undid it: no night does it again until somebody says so."""
    teruggedraaid_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
