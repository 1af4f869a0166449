"""Codes that came later: the database takes every code that a column may hold, and a downgrade keeps the nearest."""

from __future__ import annotations

import re

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config
from webapp.models.base import Base
from webapp.models.fout import Codes

COLUMNS = [
    pytest.param(table.name, column.name, column.type, id=f"{table.name}.{column.name}")
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, Codes)
]


@pytest.mark.parametrize(("table", "column", "codes"), COLUMNS)
def test_the_database_takes_every_code(table: str, column: str, codes: Codes, database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        check = connection.scalar(
            text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
            {"name": f"ck_{table}_{column}"},
        )
    assert set(re.findall(r"'([^']+)'", str(check))) == {str(member) for enum in codes.enums for member in enum}


def test_on_the_way_back_a_new_code_becomes_the_old_one(owner_url: str) -> None:
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO koppeling (schoolnaam, contact_naam, contact_email, vestiging, status, las_type, brin, "
                "ophalen_pogingen, zenden_pogingen, fout_code, fout_eigenaar, zend_fout_code, zend_fout_eigenaar) "
                "VALUES ('De Regenboog', 'A', 'a@x.example', '00', 'actief', 'parnassys', '99XX', 0, 0, "
                "'certificaat_geweigerd', 'klantenservice', 'storing', 'niemand')"
            )
        )
    command.downgrade(alembic_config(owner_url), "0007")
    with engine.connect() as connection:
        codes = connection.execute(text("SELECT fout_code, zend_fout_code FROM koppeling")).one()
    assert tuple(codes) == ("certificaat_las", "storing")
