"""The tables of the sandbox: in a PostgreSQL schema of their own, made at start and never migrated."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, MetaData
from sqlalchemy.orm import DeclarativeBase

SCHEMA = "sandbox"


class SandboxBase(DeclarativeBase):
    """Tables that stand in for what belongs to ParnasSys and to the mail world, so never to us."""

    metadata = MetaData(schema=SCHEMA)
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012  (SQLAlchemy reads this name)
