"""A school in the simulated ParnasSys, and its koppeling with the test centre."""

from __future__ import annotations

import hmac
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sandbox.parnassys.data.base import SCHEMA, ParnassysBase


class ParnassysSchool(ParnassysBase):
    """A school with one BRIN and vestiging; its rows are what the school's own staff would see."""

    __tablename__ = "school"
    __table_args__ = (UniqueConstraint("brin", "vestiging"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    naam: Mapped[str] = mapped_column(String(200))
    brin: Mapped[str] = mapped_column(String(4))
    vestiging: Mapped[str] = mapped_column(String(2))
    schooljaar: Mapped[str] = mapped_column(String(9))
    gebruikersnaam: Mapped[str] = mapped_column(String(64), unique=True)
    wachtwoord: Mapped[str] = mapped_column(String(64))
    """Readable on purpose: the login page shows it, and behind it is invented data only."""
    volgende_key: Mapped[int]
    """The next LAS key to give out; a key that was used is never given again."""
    gewijzigd_op: Mapped[datetime]
    laatste_aanmaakdatum: Mapped[datetime | None]
    """That of the last results message that was taken over; the next one has to be later."""

    storing: Mapped[str | None] = mapped_column(String(64))
    """What goes wrong on purpose; see `sandbox.parnassys.storing`."""
    storing_eenmalig: Mapped[bool] = mapped_column(default=False)

    koppeling: Mapped[Aanbiederkoppeling] = relationship(back_populates="school")


class Koppelingstap(StrEnum):
    """How far a school is with the koppeling, as its screen shows it."""

    GESLOTEN = "gesloten"
    OPENGEZET = "opengezet"
    AFGENOMEN = "afgenomen"
    ACTIEF = "actief"


class Aanbiederkoppeling(ParnassysBase):
    """Boom testcentrum UWLR at one school: opened by the supplier, taken by the school, then a key."""

    __tablename__ = "aanbiederkoppeling"

    school_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.school.id", ondelete="CASCADE"), primary_key=True)
    opengezet_op: Mapped[datetime | None]
    afgenomen_op: Mapped[datetime | None]
    sleutel_hash: Mapped[str | None] = mapped_column(String(64))
    sleutel_einde: Mapped[str | None] = mapped_column(String(4))
    """The last characters, so that a school can tell which key it is looking at."""
    sleutel_ingesteld_op: Mapped[datetime | None]

    school: Mapped[ParnassysSchool] = relationship(back_populates="koppeling")

    @property
    def stap(self) -> Koppelingstap:
        """Closing comes before all else: what is not open is not served."""
        if self.opengezet_op is None:
            return Koppelingstap.GESLOTEN
        if self.afgenomen_op is None:
            return Koppelingstap.OPENGEZET
        return Koppelingstap.AFGENOMEN if self.sleutel_hash is None else Koppelingstap.ACTIEF

    def accepts(self, sleutel: str) -> bool:
        """Whether this autorisatiesleutel is the one that was set last, on a koppeling that is still open."""
        if self.stap is not Koppelingstap.ACTIEF or self.sleutel_hash is None:
            return False
        return hmac.compare_digest(self.sleutel_hash, hash_sleutel(sleutel))


def hash_sleutel(sleutel: str) -> str:
    """What is kept of a key."""
    return sha256(sleutel.encode()).hexdigest()
