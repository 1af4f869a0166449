"""The rol of an account moves to its schools, and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_who_is_of_which_school_is_kept_there_and_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0025-1")
    before = [(1, "beheerder", 1), (2, "leerkracht", 2), (3, "klantenservice", None), (4, "beheerder", None)]
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00'), (2, 'B', '99YY', '00')")
        )
        for id_, rol, school in before:
            connection.execute(
                text(
                    "INSERT INTO account (id, email, naam, rol, school_id, active, fs_uniquifier) "
                    "VALUES (:id, :email, 'A', :rol, :school, true, :email)"
                ),
                {"id": id_, "email": f"{id_}@x.example", "rol": rol, "school": school},
            )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        found = connection.execute(text("SELECT account_id, school_id, rol FROM medewerker ORDER BY account_id")).all()
        clerks = connection.execute(text("SELECT id FROM account WHERE is_klantenservice")).scalars().all()
        connection.execute(text("INSERT INTO medewerker (account_id, school_id, rol) VALUES (1, 2, 'leerkracht')"))
    assert [tuple(row) for row in found] == [(1, 1, "beheerder"), (2, 2, "leerkracht")]
    assert clerks == [3]
    command.downgrade(config, "0025-1")
    with engine.connect() as connection:
        back = connection.execute(text("SELECT id, rol, school_id FROM account ORDER BY id")).all()
    assert [tuple(row) for row in back] == [*before[:3], (4, "leerkracht", None)]
    command.upgrade(config, "head")
