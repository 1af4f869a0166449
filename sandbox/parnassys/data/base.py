"""The tables of ParnasSys: in a PostgreSQL schema of their own, made at its start and never migrated."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, MetaData
from sqlalchemy.orm import DeclarativeBase

SCHEMA = "parnassys"


class ParnassysBase(DeclarativeBase):
    """Tables that belong to ParnasSys; the test centre does not know that they exist."""

    metadata = MetaData(schema=SCHEMA)
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012  (SQLAlchemy reads this name)
