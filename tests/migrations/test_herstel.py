"""Results that wait after a restore, and the switches: there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_on_the_way_back_what_waits_is_refused_and_the_switches_go(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        for column in ("resultaat_id_resultaat", "school_id_school"):  # without result or school
            connection.execute(text(f"ALTER TABLE levering DROP CONSTRAINT fk_levering_{column}"))
        connection.execute(text("ALTER TABLE levering DISABLE TRIGGER verloop"))
        connection.execute(
            text(
                "INSERT INTO levering (resultaat_id, school_id, versie, bevestigd, status, pogingen, fout_code, "
                "fout_eigenaar, fout_gegevens) VALUES (1, 1, 1, 0, 'nakijken', 0, 'nakijken', 'school', '{}'), "
                "(2, 1, 1, 0, 'klaar', 0, NULL, NULL, NULL)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO schakelaar (werk, las_type, aanleiding, reden) VALUES "
                "('mail', NULL, 'terugzetten', 'x'), ('ophalen', 'parnassys', 'klantenservice', 'x')"
            )
        )
        connection.execute(text("INSERT INTO herkomst (id, merk) VALUES (1, 'x')"))
    command.downgrade(config, "0018")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT status, fout_code, fout_gegevens FROM levering ORDER BY 1 DESC")).all()
        assert [tuple(row) for row in rows] == [("klaar", None, None), ("geweigerd", "onbekend", {"code": "nakijken"})]
        assert connection.scalar(text("SELECT to_regclass('schakelaar')")) is None
    command.upgrade(config, "head")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM schakelaar")) == 0
