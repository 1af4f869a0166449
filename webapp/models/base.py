"""What every table shares."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, Enum, ForeignKey, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

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


class SchoolOwned:
    """A row that belongs to one school and is invisible to every other (see `webapp.db`)."""

    @declared_attr
    @classmethod
    def school_id(cls) -> Mapped[SchoolId]:
        return mapped_column(ForeignKey("school.id"), index=True)


def choice(options: type[StrEnum], name: str) -> Enum:
    """A column that holds one of these words, as text with a check, so that adding a word needs no new type."""
    return Enum(
        options,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
