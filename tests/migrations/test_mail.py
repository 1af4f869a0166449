"""Mails from before they could be in doubt or come back, and the way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

BEFORE, AFTER = "0011", "0012"
OLD = {"klaar": None, "verzonden": None, "mislukt": "server_weigert", "opgegeven": "adres_geweigerd"}
NEW = [
    # status, waits, problem; and what they are to the version before
    ("onzeker", True, "geen_antwoord", ("mislukt", "server_onbereikbaar")),
    ("onzeker", False, "geen_antwoord", ("opgegeven", "server_onbereikbaar")),
    ("teruggekomen", False, "teruggekomen", ("opgegeven", "adres_geweigerd")),
    ("opgegeven", False, "adres_dood", ("opgegeven", "adres_geweigerd")),
    ("mislukt", True, "certificaat_naam", ("mislukt", "server_onbereikbaar")),
    ("mislukt", True, "inlog_geweigerd", ("mislukt", "server_onbereikbaar")),
]


@pytest.fixture
def connection(owner_url: str) -> Iterator[Connection]:
    command.downgrade(alembic_config(owner_url), BEFORE)
    engine = create_engine(owner_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as opened:
        opened.execute(text("DROP TRIGGER verloop ON mail"))  # a way back goes against the arrows
        yield opened


def insert(connection: Connection, status: str, probleem: str | None, *, waits: bool) -> None:
    connection.execute(
        text(
            "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen, probleem, volgende_op) VALUES "
            "('wachtwoord', 'a@x.example', '{}', :status, 1, :probleem, CASE WHEN :waits THEN now() END)"
        ),
        {"status": status, "probleem": probleem, "waits": waits},
    )


def rows(connection: Connection) -> list[tuple[str, str | None]]:
    return [(row.status, row.probleem) for row in connection.execute(text("SELECT * FROM mail ORDER BY id"))]


def test_old_mails_stay_what_they_are_and_new_ones_become_the_nearest_old(
    connection: Connection, owner_url: str
) -> None:
    for status, probleem in OLD.items():
        insert(connection, status, probleem, waits=False)
    command.upgrade(alembic_config(owner_url), AFTER)
    assert rows(connection) == list(OLD.items())
    for status, waits, probleem, _ in NEW:
        insert(connection, status, probleem, waits=waits)
    connection.execute(text("INSERT INTO dood_adres (adres, antwoord) VALUES ('a@x.example', '550')"))
    command.downgrade(alembic_config(owner_url), BEFORE)
    assert rows(connection) == [*OLD.items(), *(old for *_, old in NEW)]
