"""When a record was parked: there and back, with old rows that have only their last change."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_EVERY_SCHOOL = "SELECT set_config('app.school_id', '-1', true)"
_ROWS = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO groep (school_id, naam, status, gewijzigd_op) VALUES "
    "(1, 'weg', 'vertrokken', '2026-01-02'), (1, 'hier', 'actief', '2026-01-02')",
    "INSERT INTO leerkracht (school_id, roepnaam, status, gewijzigd_op) VALUES (1, 'weg', 'vertrokken', '2026-01-03')",
    "INSERT INTO leerling (school_id, roepnaam, status, geparkeerd_op, gewijzigd_op) VALUES "
    "(1, 'weg', 'vertrokken', NULL, '2026-01-04'), (1, 'door een mens', 'vertrokken', '2026-01-01', '2026-01-05')",
)
_WHEN = (
    "SELECT naam, vertrokken_op::date::text FROM groep UNION ALL "
    "SELECT roepnaam, vertrokken_op::date::text FROM leerkracht UNION ALL "
    "SELECT roepnaam, vertrokken_op::date::text FROM leerling ORDER BY 1, 2"
)


def test_who_was_parked_before_left_at_the_last_change_that_is_known(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0043-1")
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *_ROWS):
            connection.execute(text(statement))
    for _there_and_back in range(2):
        command.upgrade(config, "head")
        with engine.begin() as connection:
            connection.execute(text(_EVERY_SCHOOL))
            assert [tuple(row) for row in connection.execute(text(_WHEN))] == [
                ("door een mens", "2026-01-01"),
                ("hier", None),
                ("weg", "2026-01-02"),
                ("weg", "2026-01-03"),
                ("weg", "2026-01-04"),
            ]
        command.downgrade(config, "0043-1")
        with engine.begin() as connection:
            connection.execute(text(_EVERY_SCHOOL))
            gone = connection.scalar(text("SELECT count(*) FROM leerling WHERE status = 'vertrokken'"))
            assert gone == 2
    command.upgrade(config, "head")
