"""What every table shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, Enum, ForeignKey, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, object_session, validates

from webapp.models.ids import IDS, SchoolId


class Base(DeclarativeBase):
    """Our tables: singular Dutch names, constraints with names that migrations can find."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True), **dict.fromkeys(IDS, Integer())}


CROSSING = (
    "uq_school_brin",
    "uq_account_email_lower",
    "uq_koppeling_school_open",
    "uq_toetreding_open",
    "pk_medewerker",
    "uq_medewerker_leerkracht",
    "uq_importbatch_open",
    "uq_besluit_batch_id",
    "uq_groep_las_key",
    "uq_leerkracht_las_key",
    "uq_leerkracht_eckid",
    "uq_leerling_las_key",
    "uq_leerling_eckid",
    "uq_uitzondering_las_key",
    "uq_uitzondering_eckid",
)
"""What two people who do the same at the same moment run into; of any other constraint the breach is a bug of ours."""


class SchoolOwned:
    """A row that belongs to one school and is invisible to every other (see `webapp.db`)."""

    @declared_attr
    @classmethod
    def school_id(cls) -> Mapped[SchoolId]:
        return mapped_column(ForeignKey("school.id"), index=True)


class GeenOvergang(ValueError):
    """A status that its table does not lead to from the one before: a mistake in the code, not of a person."""


class MetVerloop:
    """A row whose status moves along the arrows of its table and no other way; None is a row that is just made.

    A statement that changes many rows at once does not pass here; the tests watch those in the database itself.
    """

    OVERGANGEN: ClassVar[Mapping[Any, frozenset[Any]]]

    @validates("status")
    def _along_an_arrow(self, _: str, status: StrEnum) -> StrEnum:
        before = getattr(self, "status", None) if object_session(self) is not None else None
        if before is not None and status != before and status not in self.OVERGANGEN[before]:
            raise GeenOvergang(f"{type(self).__name__}: {before} -> {status}")
        return status


def choice(options: type[StrEnum], name: str, *, is_closed: bool = True) -> Enum:
    """A column that holds one of these words, as text with a check, so that adding a word needs no new type.

    Without the check (not `is_closed`) it may also hold words of another version, which this one cannot read.
    """
    return Enum(
        options,
        name=name,
        native_enum=False,
        create_constraint=is_closed,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
