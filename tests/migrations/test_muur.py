"""The wall goes up and comes down, and the rights of web and workers with it."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.config import SettingsError
from webapp.migrate import alembic_config
from webapp.rollen import ROLES

_POLICIES = text("SELECT count(*) FROM pg_policies WHERE schemaname = 'public'")
_MAY = text("SELECT has_table_privilege(:role, :table, :what)")


def test_it_comes_down_and_goes_up(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0026-1")
    with engine.connect() as connection:
        assert connection.scalar(_POLICIES) == 0
        for role in ROLES:
            assert not connection.scalar(_MAY, {"role": role, "table": "leerling", "what": "SELECT"})
    command.upgrade(config, "head")
    with engine.begin() as connection:
        assert connection.scalar(_POLICIES) > 15
        connection.execute(text("CREATE TABLE nieuw ()"))
        for role in ROLES:
            for table, what, may in (
                ("leerling", "UPDATE", True),
                ("audit", "INSERT", True),
                ("audit", "UPDATE", False),
            ):
                assert connection.scalar(_MAY, {"role": role, "table": table, "what": what}) is may
            assert connection.scalar(_MAY, {"role": role, "table": "nieuw", "what": "INSERT"}), "also what comes later"


def test_without_the_roles_it_says_which_to_make(owner_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = alembic_config(owner_url)
    command.downgrade(config, "0026-1")
    step = ScriptDirectory.from_config(config).get_revision("0026").module
    monkeypatch.setattr(step, "ROLES", (*ROLES, "bestaat_niet"))
    with pytest.raises(SettingsError, match="bestaat_niet"):
        command.upgrade(config, "head")
