"""What a school agreed once, so that it is asked less: the vaste afspraken."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, SchoolOwned, choice
from webapp.models.ids import AccountId, SchoolId


class Mailritme(StrEnum):
    """When a school wants to hear of questions."""

    METEEN = "meteen"
    """At most one mail a day."""
    WEEKDAG = "weekdag"
    NA_DAGEN = "na_dagen"
    """Only when a question is older than so many days."""


class Afspraken(SchoolOwned, Base):
    """One row of a school that changed something; without a row all is off, the way of the manual.

    An agreement only ever adds: it never links, unlinks, parks or overwrites.
    """

    __tablename__ = "afspraken"
    __table_args__ = (
        CheckConstraint("mail_weekdag BETWEEN 1 AND 5", name="mail_weekdag"),
        CheckConstraint("mail_na_dagen > 0", name="mail_na_dagen"),
    )

    school_id: Mapped[SchoolId] = mapped_column(ForeignKey("school.id"), primary_key=True)
    nieuwe_leerlingen: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Leerlingen without a look-alike are added by themselves."""
    jaargroepen_niet: Mapped[list[str]] = mapped_column(ARRAY(String(2)), default=list, server_default=text("'{}'"))
    """Of these jaargroepen nobody new comes in; codes of the LAS, as a leerling has them."""
    nieuwe_leerkrachten: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Leerkrachten without a look-alike are added by themselves, without a login."""
    alleen_op_het_spel: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """A doubt is asked only where a result may land on the wrong child."""
    mailritme: Mapped[Mailritme] = mapped_column(
        choice(Mailritme, "mailritme"), default=Mailritme.METEEN, server_default=text("'meteen'")
    )
    mail_weekdag: Mapped[int | None]
    """1 is Monday, 5 is Friday."""
    mail_na_dagen: Mapped[int | None]
    overgaan_vanaf: Mapped[date | None]
    """Until this day the school put off that a new school year is written by itself."""
    gevraagd_op: Mapped[datetime | None]
    """When the school answered what is asked once after the first import, or said later."""
    gewijzigd_op: Mapped[datetime | None]
    gewijzigd_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
