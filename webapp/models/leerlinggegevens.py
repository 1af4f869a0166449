"""Groepen, leerkrachten and leerlingen of a school, as the test centre holds them.

`las_key` is the extern nummer: the key that the LAS gave. It and the ECK iD are both optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypedDict

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    UniqueConstraint,
    func,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from webapp.models.base import Base, SchoolOwned, choice
from webapp.models.ids import AccountId, GroepId, HandelingId, LeerkrachtId, LeerlingId, UitzonderingId, VervallenId


class Lidmaatschap(StrEnum):
    """Leavers are parked with all their results, never deleted."""

    ACTIEF = "actief"
    VERTROKKEN = "vertrokken"


def called(values: Mapping[str, Any]) -> str:
    """The name of a groep or a person with these values."""
    parts = (values.get(name) for name in ("naam", "roepnaam", "voorvoegsel", "achternaam"))
    return " ".join(part for part in parts if part)


class Gekoppeld(SchoolOwned, Base):
    """A record that may be linked with one record of the LAS.

    `active_history`: what a column held before is read even when it was not loaded (`webapp/services/geschiedenis.py`).
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    las_key: Mapped[str | None] = mapped_column(String(256), active_history=True)
    eigen_nummer: Mapped[str | None] = mapped_column(String(64))
    """The number that the test centre itself gave; by it a file is read in again (`services/inlezen`)."""
    status: Mapped[Lidmaatschap] = mapped_column(
        choice(Lidmaatschap, "status"), default=Lidmaatschap.ACTIEF, active_history=True
    )
    afwezig_sinds: Mapped[datetime | None]
    """Since when the LAS does not send it, while it is not parked: held back, or meant by an open question.

    Also, parked or not, since when the LAS has its number for a record that is not taken in: no result goes under it.
    """
    vertrokken_op: Mapped[datetime | None] = mapped_column(active_history=True)
    """When it was parked; None while it is here."""
    gewijzigd_op: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index | UniqueConstraint | ForeignKeyConstraint, ...]:
        return _identity(cls.__tablename__)

    @classmethod
    def is_linked(cls) -> ColumnElement[bool]:
        """The condition that it has an identifier of the LAS."""
        return cls.las_key.is_not(None)


def _identity(table: str) -> tuple[UniqueConstraint, ...]:
    """One LAS record links to one of ours; the pair (school, id) lets other tables point inside the school only."""
    return (
        UniqueConstraint("school_id", "las_key", name=f"uq_{table}_las_key"),
        UniqueConstraint("school_id", "eigen_nummer", name=f"uq_{table}_eigen_nummer"),
        UniqueConstraint("school_id", "id", name=f"uq_{table}_school"),
    )


leerkracht_groep = Table(
    "leerkracht_groep",
    Base.metadata,
    Column("leerkracht_id", ForeignKey("leerkracht.id", ondelete="CASCADE"), primary_key=True),
    Column("groep_id", ForeignKey("groep.id", ondelete="CASCADE"), primary_key=True),
)


class Groep(Gekoppeld):
    """A stamgroep. Samengestelde groepen are read but not kept: no test is taken by them."""

    __tablename__ = "groep"

    id: Mapped[GroepId] = mapped_column(primary_key=True)

    naam: Mapped[str] = mapped_column(String(64), active_history=True)
    jaargroep: Mapped[str | None] = mapped_column(String(2), active_history=True)
    schooljaar: Mapped[str | None] = mapped_column(String(9), active_history=True)

    @property
    def eckid(self) -> None:
        """Always None: a groep has no ECK iD, but code for every kind of record reads this property."""
        return None

    def __str__(self) -> str:
        return self.naam

    def called(self, values: Mapping[str, Any]) -> str:
        """The name with these values in place of its own."""
        return str(values.get("naam", self.naam))


class Persoon(Gekoppeld):
    """A leerling or a leerkracht: what both have."""

    __abstract__ = True

    achternaam: Mapped[str | None] = mapped_column(String(200), active_history=True)
    voorvoegsel: Mapped[str | None] = mapped_column(String(32), active_history=True)
    roepnaam: Mapped[str | None] = mapped_column(String(64), active_history=True)
    eckid: Mapped[str | None] = mapped_column(String(256), active_history=True)

    @property
    def naam(self) -> str:
        """Roepnaam, voorvoegsel and achternaam, as a teacher reads it."""
        return self.called({})

    def called(self, values: Mapping[str, Any]) -> str:
        """The name with these values in place of their own."""
        return called(
            {part: values.get(part, getattr(self, part)) for part in ("roepnaam", "voorvoegsel", "achternaam")}
        )

    @classmethod
    def is_linked(cls) -> ColumnElement[bool]:
        """The same; an ECK iD is enough."""
        return or_(cls.las_key.is_not(None), cls.eckid.is_not(None))


class Leerkracht(Persoon):
    """A teacher; the e-mail address is often missing in the LAS."""

    __tablename__ = "leerkracht"

    id: Mapped[LeerkrachtId] = mapped_column(primary_key=True)

    email: Mapped[str | None] = mapped_column(String(256), active_history=True)
    groepen: Mapped[list[Groep]] = relationship(secondary=leerkracht_groep, order_by=Groep.naam)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index | UniqueConstraint | ForeignKeyConstraint, ...]:
        return (*_identity("leerkracht"), UniqueConstraint("school_id", "eckid", name="uq_leerkracht_eckid"))


class Bekend(TypedDict, total=False):
    """What a leerling was called under a key, or only that they had it (`webapp/services/bekende_namen.py`)."""

    las_key: str
    van: int
    """Of which record that was, when that was merged into this one."""
    achternaam: str | None
    voorvoegsel: str | None
    roepnaam: str | None


class KloptNiet(StrEnum):
    """Why somebody of the school says that the link of a leerling is wrong."""

    ANDER_KIND = "ander_kind"
    """There are results of another child."""
    NAAM = "naam"
    """The name or the birth date is another child's."""
    ANDERS = "anders"


class Leerling(Persoon):
    """A pupil. Voornamen, voorletters and BSN are not kept."""

    __tablename__ = "leerling"

    id: Mapped[LeerlingId] = mapped_column(primary_key=True)

    geboortedatum: Mapped[date | None] = mapped_column(active_history=True)
    geslacht: Mapped[str | None] = mapped_column(String(1), active_history=True)
    jaargroep: Mapped[str | None] = mapped_column(String(2), active_history=True)
    groep_id: Mapped[GroepId | None] = mapped_column(index=True, active_history=True)
    geparkeerd_op: Mapped[datetime | None] = mapped_column(active_history=True)
    """When a beheerder parked a leerling whom the LAS never sent; `groep_id` keeps the groep to come back to."""
    blijft_staan_in: Mapped[str | None] = mapped_column(String(9))
    """The school year in which a beheerder let a leerling who is not in the LAS stay; it is asked again in the next."""
    wacht_op_nacht_sinds: Mapped[datetime | None]
    """When a link was made that is used from the next night on only (`services/nachtrust.py`)."""

    samengevoegd_met_id: Mapped[LeerlingId | None] = mapped_column(active_history=True)
    """Our other record of the same child. This one is empty but for doubles, and no match and no list has it."""
    bekende_namen: Mapped[list[Bekend]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    klopt_niet_sinds: Mapped[datetime | None]
    """When somebody said that this link is wrong: no result goes until a beheerder answered it."""
    klopt_niet_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    klopt_niet_waarom: Mapped[KloptNiet | None] = mapped_column(choice(KloptNiet, "klopt_niet_waarom"))

    groep: Mapped[Groep | None] = relationship(
        primaryjoin="Leerling.groep_id == Groep.id", foreign_keys="Leerling.groep_id"
    )

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index | UniqueConstraint | ForeignKeyConstraint, ...]:
        return (
            *_identity("leerling"),
            UniqueConstraint("school_id", "eckid", name="uq_leerling_eckid"),
            ForeignKeyConstraint(
                ["school_id", "groep_id"], ["groep.school_id", "groep.id"], name="fk_leerling_groep_same_school"
            ),
            ForeignKeyConstraint(
                ["school_id", "samengevoegd_met_id"],
                ["leerling.school_id", "leerling.id"],
                name="fk_leerling_samengevoegd_same_school",
            ),
            Index(
                "ix_leerling_klopt_niet_sinds",
                "klopt_niet_sinds",
                postgresql_where=text("klopt_niet_sinds IS NOT NULL"),
            ),
            Index(
                "ix_leerling_samengevoegd_met_id",
                "samengevoegd_met_id",
                postgresql_where=text("samengevoegd_met_id IS NOT NULL"),
            ),
        )


class Soort(StrEnum):
    """The three kinds of record, in the order in which they are handled."""

    GROEP = "groep"
    LEERKRACHT = "leerkracht"
    LEERLING = "leerling"


TABLES: Mapping[Soort, type[Groep | Leerkracht | Leerling]] = {
    Soort.GROEP: Groep,
    Soort.LEERKRACHT: Leerkracht,
    Soort.LEERLING: Leerling,
}
"""Where each kind is kept, for who counts or names them; what they differ in is behind `KINDS`."""


class Uitgezonderd(SchoolOwned, Base):
    """What is kept of a record of the LAS that a beheerder left out."""

    __abstract__ = True

    soort: Mapped[Soort] = mapped_column(choice(Soort, "soort"))
    las_key: Mapped[str | None] = mapped_column(String(256))
    eckid: Mapped[str | None] = mapped_column(String(256))
    omschrijving: Mapped[str] = mapped_column(String(300))
    besloten_op: Mapped[datetime] = mapped_column(server_default=func.now())
    besloten_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    handeling_id: Mapped[HandelingId | None] = mapped_column(
        ForeignKey("handeling.id", ondelete="SET NULL"), index=True
    )
    """The import that left it out."""


class Uitzondering(Uitgezonderd):
    """A record of the LAS that a beheerder chose not to import; it is not asked about again."""

    __tablename__ = "uitzondering"
    __table_args__ = tuple(
        Index(f"uq_uitzondering_{name}", "school_id", "soort", name, unique=True, postgresql_where=text(where))
        for name, where in (("las_key", "las_key IS NOT NULL"), ("eckid", "las_key IS NULL"))
    )

    id: Mapped[UitzonderingId] = mapped_column(primary_key=True)


class VervallenUitzondering(Uitgezonderd):
    """An exception that an import ended; undoing that import brings it back."""

    __tablename__ = "vervallen_uitzondering"

    id: Mapped[VervallenId] = mapped_column(primary_key=True)
    besloten_op: Mapped[datetime] = mapped_column()
    vervallen_id: Mapped[HandelingId] = mapped_column(ForeignKey("handeling.id", ondelete="CASCADE"), index=True)
    """The import that ended it."""
