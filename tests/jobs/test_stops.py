"""How far a reader travels to follow one confirmed message: few files, and seldom back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from jobs.versturen import push_resultaten
from tests.ground.statements import at_statements
from tests.jobs.stops import route
from tests.las import Administratie, running_las
from tests.wereld import make_wereld
from webapp.config import Settings


def test_a_confirmed_message_is_read_in_ten_stops_and_three_returns(
    session: Session, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.genormeerd(1)
    with running_las(Administratie()) as las:
        monkeypatch.setitem(app.extensions, "settings", replace(settings, parnassys_url=las.address))
        with route() as travelled:
            push_resultaten(wereld.koppeling.id)
    assert wereld.statussen() == ["bevestigd"]
    assert (len(travelled.stops), travelled.returns) <= (10, 3), travelled.stops


def test_a_message_and_its_job_ask_the_database_little(
    session: Session, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each statement costs the worker half a millisecond, some hundred times a school."""
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.genormeerd(3)
    asked: list[str] = []
    with running_las(Administratie()) as las, at_statements(session.connection(), lambda _, sql: asked.append(sql)):
        monkeypatch.setitem(app.extensions, "settings", replace(settings, parnassys_url=las.address))
        push_resultaten(wereld.koppeling.id)
    assert wereld.statussen() == ["bevestigd"] * 3
    asked = [sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]
    assert len(asked) <= 49, "\n".join(asked)
