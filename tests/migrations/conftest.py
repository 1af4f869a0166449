"""The migrations are read once: each command of Alembic would read all of them anew."""

from __future__ import annotations

from functools import cache

import pytest
from alembic.script import ScriptDirectory

from webapp.migrate import alembic_config

_read = cache(lambda: ScriptDirectory.from_config(alembic_config("nergens")))


@pytest.fixture(autouse=True)
def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = _read()
    monkeypatch.setattr(ScriptDirectory, "from_config", lambda _config: scripts)
