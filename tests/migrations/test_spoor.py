"""The trail is sealed day by day, and says once a day who saw names: there and back, with a line that stays."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_SEEN = text("INSERT INTO audit (actie, object, tellingen) VALUES ('namen gezien', 'pagina x', '{}')")
_ALARM = text(
    "INSERT INTO alarm (soort, oorzaak, gegevens, sinds, webhook_pogingen) VALUES (:soort, :soort, '{}', now(), 0)"
)


def test_it_comes_and_goes_and_the_trail_stays(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL app.school_id = -1"))
        connection.execute(_SEEN)
        for soort in ("spoor", "sweep"):
            connection.execute(_ALARM, {"soort": soort})
    command.downgrade(config, "0039-1")
    with engine.connect() as connection:
        connection.execute(text("SET app.school_id = -1"))
        assert connection.scalar(text("SELECT count(*) FROM audit")) == 1
        assert connection.scalars(text("SELECT soort FROM alarm")).all() == ["sweep"]
        with pytest.raises(IntegrityError, match="ck_alarm_soort"):
            connection.execute(_ALARM, {"soort": "spoor"})
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(_ALARM, {"soort": "spoor"})
