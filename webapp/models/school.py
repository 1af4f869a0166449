"""Schools, and the people who log in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import uuid4

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import ColumnElement, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, validates

from webapp.models.base import Base, choice
from webapp.models.ids import AccountId, LeerkrachtId, SchoolId, ToetredingId
from webapp.vakanties import Regio

_ACCENTS, _PLAIN = (
    "ÀÁÂÄÃÇÈÉÊËÌÍÎÏÑÒÓÔÖÕÙÚÛÜàáâäãçèéêëìíîïñòóôöõùúûü",
    "AAAAACEEEEIIIINOOOOOUUUUaaaaaceeeeiiiinooooouuuu",
)


class School(Base):
    """A school as the test centre knows it: one BRIN and one vestiging."""

    __tablename__ = "school"
    __table_args__ = (UniqueConstraint("brin", "vestiging"),)

    id: Mapped[SchoolId] = mapped_column(primary_key=True)
    naam: Mapped[str] = mapped_column(String(200))
    brin: Mapped[str] = mapped_column(String(4))
    vestiging: Mapped[str] = mapped_column(String(2), default="00")
    aangemaakt_op: Mapped[datetime] = mapped_column(server_default=func.now())
    vakantieregio: Mapped[Regio | None] = mapped_column(choice(Regio, "vakantieregio"))
    """Which school holidays it has; until somebody says so, those of all three."""
    revisie: Mapped[int] = mapped_column(server_default=text("0"))
    """Rises with every change of records, links or choices (`services/sloten.py`)."""
    ingelezen_op: Mapped[datetime | None]
    """When a file of the test centre's own last changed something here (`services/inlezen`)."""
    ingelezen: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    """How many rows the files had, by kind."""
    overeenkomst_op: Mapped[date | None]
    """When the school signed the verwerkersovereenkomst; who of klantenservice noted that, and when."""
    overeenkomst_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    overeenkomst_genoteerd_op: Mapped[datetime | None]

    @hybrid_property
    def vindbaar(self) -> str:
        """What klantenservice may type to find it, beside its name: the name without accents, and 99XX00."""
        return f"{self.naam} {self.brin}{self.vestiging}"

    @vindbaar.inplace.expression
    @classmethod
    def _vindbaar(cls) -> ColumnElement[str]:
        return func.concat(func.translate(cls.naam, _ACCENTS, _PLAIN), " ", cls.brin, cls.vestiging)

    def __str__(self) -> str:
        return f"{self.naam} ({self.brin})"


class Registerschool(Base):
    """A school in the register of all schools, whether it is one of ours or not."""

    __tablename__ = "registerschool"

    brin: Mapped[str] = mapped_column(String(4), primary_key=True)
    vestiging: Mapped[str] = mapped_column(String(2), primary_key=True)
    naam: Mapped[str] = mapped_column(String(200))
    plaats: Mapped[str] = mapped_column(String(100))
    gesloten_op: Mapped[date | None]


class Rol(StrEnum):
    """What somebody may do at a school. A leerkracht sees tests and results, never the koppeling."""

    BEHEERDER = "beheerder"
    LEERKRACHT = "leerkracht"


class Account(Base, UserMixin):
    """Somebody who logs in; the columns fs_, tf_ and mf_ are Flask-Security's."""

    __tablename__ = "account"
    __table_args__ = (Index("uq_account_email_lower", text("lower(email)"), unique=True),)

    id: Mapped[AccountId] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255))
    nieuw_email: Mapped[str | None] = mapped_column(String(255))
    """The address that this person asked for, until the link in the mail to it is followed."""
    naam: Mapped[str] = mapped_column(String(200))
    is_klantenservice: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Works at the test centre: sees every school, and is of none."""
    is_leiding: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Of klantenservice: may also switch things off, end and export, and make accounts."""
    wissen_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    wissen_op: Mapped[datetime | None]
    """Who asked to clear the second step of this account, and when; a second clerk confirms it."""
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_teller: Mapped[int | None]
    """Time step of the last code that was used: each code logs in once (RFC 6238, section 5.2)."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSONB))
    aangemaakt_op: Mapped[datetime] = mapped_column(server_default=func.now())
    zonder_school_op: Mapped[datetime | None]
    """Since when a night finds this account at no school, and not invited to one; emptied when its term is over."""

    via_bestuur = False
    """Proved who they are at their board alone, in this request: the second step is then asked of everybody."""

    @validates("active")
    def _end_logins(self, _key: str, active: bool) -> bool:
        """Whoever is put off is out for good: when the account is put on again, no old cookie and no old link works."""
        if not active:
            self.fs_uniquifier = uuid4().hex
        return active

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # Flask-Security declares a column; we have none
        """Flask-Security asks for roles; ours are of a school (`Medewerker`)."""
        return []

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Klantenservice and who comes by a board need a second factor; others when they set one up."""
        return self.is_klantenservice or self.via_bestuur or bool(tf_setup_methods), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        return self.is_klantenservice


class Toetreed(StrEnum):
    """What came of it."""

    AANGENOMEN = "aangenomen"
    GEWEIGERD = "geweigerd"
    INGETROKKEN = "ingetrokken"


class Medewerker(Base):
    """What an account may do at a school; one account may be of several schools, with a rol at each."""

    __tablename__ = "medewerker"
    __table_args__ = (
        UniqueConstraint("school_id", "leerkracht_id", name="uq_medewerker_leerkracht"),
        ForeignKeyConstraint(
            ["school_id", "leerkracht_id"],
            ["leerkracht.school_id", "leerkracht.id"],
            name="fk_medewerker_leerkracht_same_school",
        ),
    )

    account_id: Mapped[AccountId] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    school_id: Mapped[SchoolId] = mapped_column(ForeignKey("school.id"), primary_key=True, index=True)
    rol: Mapped[Rol] = mapped_column(choice(Rol, "rol"))
    sinds: Mapped[datetime] = mapped_column(server_default=func.now())
    leerkracht_id: Mapped[LeerkrachtId | None]
    """Which leerkracht of the school this is: a leerkracht sees the groepen of that one."""
    weg_nachten: Mapped[int | None] = mapped_column(default=0, server_default=text("0"))
    """How many nights in a row the LAS did not send that leerkracht; empty when a beheerder said that they stay."""
    weg_geteld_op: Mapped[date | None]
    opgeschort_op: Mapped[datetime | None]
    """Since when this access is suspended, because the LAS no longer sends them."""


class Toetreding(Base):
    """Somebody who is to become a medewerker: who asks for it, or is invited. Accepting makes the medewerker."""

    __tablename__ = "toetreding"
    __table_args__ = (
        Index(
            "uq_toetreding_open",
            "school_id",
            text("lower(email)"),
            unique=True,
            postgresql_where=text("uitkomst IS NULL"),
        ),
        ForeignKeyConstraint(
            ["school_id", "leerkracht_id"],
            ["leerkracht.school_id", "leerkracht.id"],
            name="fk_toetreding_leerkracht_same_school",
        ),
    )

    id: Mapped[ToetredingId] = mapped_column(primary_key=True)
    school_id: Mapped[SchoolId] = mapped_column(ForeignKey("school.id"), index=True)
    email: Mapped[str] = mapped_column(String(255))
    naam: Mapped[str | None] = mapped_column(String(200))
    rol: Mapped[Rol] = mapped_column(choice(Rol, "rol"))
    is_verzoek: Mapped[bool]
    """Asked for, and no beheerder of the school said yes yet: nothing was mailed to the address."""
    gemaakt_op: Mapped[datetime] = mapped_column(server_default=func.now())
    uitgenodigd_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    leerkracht_id: Mapped[LeerkrachtId | None]
    """Which leerkracht of the school the invitation is for."""
    uitkomst: Mapped[Toetreed | None] = mapped_column(choice(Toetreed, "uitkomst"))
    besloten_op: Mapped[datetime | None]
