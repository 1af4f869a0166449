"""The audit trail from before its acts were a closed list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config
from webapp.models import Audit, Daad

BEFORE, AFTER = "0002", "0003"
TRAIL = text("SELECT id, op, actie, object, tellingen FROM audit ORDER BY id")


@pytest.fixture
def before(fresh_database_url: str) -> Iterator[Engine]:
    """A database in which any word could be an act."""
    command.downgrade(alembic_config(fresh_database_url), BEFORE)
    engine = create_engine(fresh_database_url, poolclass=NullPool)
    yield engine
    engine.dispose()


def acted(engine: Engine, *acts: str) -> None:
    with engine.begin() as connection:
        for act in acts:
            connection.execute(
                text("INSERT INTO audit (actie, object, tellingen) VALUES (:act, 'koppeling 1', '{}')"), {"act": act}
            )


def test_every_act_of_then_is_read_as_an_act_of_now(before: Engine, fresh_database_url: str) -> None:
    acts = ScriptDirectory.from_config(alembic_config("")).get_revision(AFTER).module.DADEN
    acted(before, *acts)
    command.upgrade(alembic_config(fresh_database_url), "head")
    with Session(before) as session:
        assert session.scalars(select(Audit.actie).order_by(Audit.id)).all() == [Daad(act) for act in acts]
    with pytest.raises(IntegrityError, match="ck_audit_actie"):
        acted(before, "iets anders")


def test_the_way_back_keeps_the_trail_and_takes_any_act_again(before: Engine, fresh_database_url: str) -> None:
    acted(before, "opengezet", "geïmporteerd")
    with before.connect() as connection:
        trail = connection.execute(TRAIL).all()
    command.upgrade(alembic_config(fresh_database_url), AFTER)
    command.downgrade(alembic_config(fresh_database_url), BEFORE)
    with before.connect() as connection:
        assert connection.execute(TRAIL).all() == trail
    acted(before, "iets anders")


def test_an_unknown_act_stops_the_upgrade_before_anything_changes(before: Engine, fresh_database_url: str) -> None:
    acted(before, "opengezet", "met de hand", "met de hand", "x" * 64)
    with pytest.raises(RuntimeError, match=r"'met de hand' \(2 times\), 'x+' \(1 times\)"):
        command.upgrade(alembic_config(fresh_database_url), "head")
    with before.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == BEFORE
        assert len(connection.execute(TRAIL).all()) == 4
    acted(before, "nog iets")
