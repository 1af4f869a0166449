"""The course of nights: rows of before stay as they are, there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_a_night_of_before_has_no_course_and_stays(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0060-1")
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL app.school_id = '-1'"))
        connection.execute(
            text(
                "INSERT INTO koppeling (id, status, schoolnaam, brin, vestiging, contact_naam, contact_email, "
                "las_type, ophalen_pogingen, zenden_pogingen) VALUES (1, 'aangevraagd', 'S', '99XX', '00', 'A', 'a@x', "
                "'parnassys', 0, 0)"
            )
        )
        connection.execute(text("INSERT INTO nacht (datum, tellingen) VALUES ('2026-11-25', '{}')"))
        connection.execute(
            text(
                "INSERT INTO schoolnacht (datum, koppeling_id, bevestigd, geweigerd, onzeker) "
                "VALUES ('2026-11-25', 1, 4, 0, 0)"
            )
        )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL app.school_id = '-1'"))
        assert connection.execute(text("SELECT bevestigd, stand, ophaal_ms FROM schoolnacht")).all() == [
            (4, None, None)
        ]
        connection.execute(
            text(
                "INSERT INTO nachtstand (datum, punt, op, scholen, ophalen, versturen, bevestigd, geweigerd, onzeker) "
                "VALUES ('2026-11-25', 0, now(), '{}', 0, 0, 0, 0, 0)"
            )
        )
    command.downgrade(config, "0060-1")
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL app.school_id = '-1'"))
        assert connection.scalars(text("SELECT bevestigd FROM schoolnacht")).all() == [4]
