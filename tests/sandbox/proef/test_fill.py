"""Filling the test centre: once, quickly, and again without harm; and never in production."""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox import proef
from sandbox.proef import nachtvulling
from webapp import create_app
from webapp.config import Omgeving, Settings
from webapp.db import db
from webapp.models import Levering, School
from webapp.muur import alle_scholen


def test_the_command_fills_the_test_centre_and_may_run_again(
    fresh_database_url: str, settings: Settings, tmp_path: Path
) -> None:
    app = create_app(dataclasses.replace(settings, database_url=fresh_database_url, var_dir=tmp_path))
    proef.init_app(app)
    begin = time.process_time()
    first = app.test_cli_runner().invoke(args=["sandbox-vullen"])
    assert first.exit_code == 0, first.output
    assert time.process_time() - begin < 5
    logins = json.loads((tmp_path / "logins.json").read_text())
    assert {login["rol"] for login in logins} == {"beheerder", "leerkracht", "klantenservice"}

    again = app.test_cli_runner().invoke(args=["sandbox-vullen"])
    assert again.exit_code == 0, again.output
    assert json.loads((tmp_path / "logins.json").read_text()) == logins
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(School)) == 2

    third = app.test_cli_runner().invoke(args=["nachtvulling", "2", "20", "3"])
    assert third.exit_code == 0, third.output
    with app.app_context(), alle_scholen():
        query = select(Levering.status, func.count()).group_by(Levering.status).order_by(Levering.status)
        delivered = 2 * 20 * nachtvulling.JAREN * nachtvulling.PER_JAAR
        assert db.session.execute(query).all() == [("bevestigd", delivered), ("klaar", 2 * 20 * 3)]
        db.session.remove()
        db.engine.dispose()


def test_practice_refuses_to_be_added_in_production(settings: Settings) -> None:
    app = Flask("productie")
    app.extensions["settings"] = dataclasses.replace(settings, omgeving=Omgeving.PRODUCTIE)
    with pytest.raises(RuntimeError, match="proefomgeving"):
        proef.init_app(app)
