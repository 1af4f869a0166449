"""Whoever presses a button is not told that nothing changed, unless that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select

from tests.buttons import Buttons, fill
from tests.ground.app import CleanClient
from tests.ground.statements import end_connection
from webapp import create_app
from webapp.config import Settings
from webapp.db import db, unit_of_work
from webapp.models import Audit, Daad

PRESS = "/beheer/koppelen/ophalen"
UNKNOWN = "Het is niet zeker of dit is opgeslagen"
NOTHING = "Er is niets gewijzigd."


@pytest.fixture
def site(settings: Settings, fresh_database_url: str, redis: Redis) -> Iterator[Buttons]:
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context():
        site = fill(app)
    yield site
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def asked(app: Flask) -> bool:
    """Whether the act of the button is in the trail."""
    with app.app_context(), unit_of_work() as session:
        return session.scalar(select(Audit.id).where(Audit.actie == Daad.OPHALEN_GEVRAAGD)) is not None


def before(commit: Callable[[Any], None]) -> Callable[[Any], None]:
    """The database goes away before it hears COMMIT."""

    def killed(connection: Any) -> None:
        end_connection(connection.driver_connection)
        commit(connection)

    return killed


def after(commit: Callable[[Any], None]) -> Callable[[Any], None]:
    """The database goes away after it has done it, before it can say so."""

    def killed(connection: Any) -> None:
        commit(connection)
        end_connection(connection.driver_connection)
        connection.driver_connection.execute("SELECT 1")

    return killed


@pytest.mark.parametrize(("moment", "holds"), [(before, False), (after, True)])
def test_a_lost_answer_to_commit_is_told_as_not_known(
    site: Buttons, monkeypatch: pytest.MonkeyPatch, moment: Callable[..., Any], holds: bool
) -> None:
    browser = site.browser("beheerder")
    with site.app.app_context():
        dialect = db.engine.dialect
    with monkeypatch.context() as patch:
        patch.setattr(dialect, "do_commit", moment(dialect.do_commit))
        answer = browser.post(PRESS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "120")
    assert UNKNOWN in answer.text
    assert "op het overzicht ziet u wat er is gebeurd" in answer.text
    assert NOTHING not in answer.text
    assert asked(site.app) is holds


def test_a_database_that_goes_away_before_the_commit_has_changed_nothing(
    site: Buttons, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = site.browser("beheerder")

    def ask_fetch(session: Any, *_: object, **__: object) -> None:
        end_connection(session.connection().connection.dbapi_connection)
        session.scalar(select(1))

    monkeypatch.setattr("webapp.services.koppeling.levensloop.ask_fetch", ask_fetch)
    answer = browser.post(PRESS)
    assert (answer.status_code, UNKNOWN in answer.text) == (503, False)
    assert NOTHING in answer.text


def test_an_error_after_the_commit_is_not_told_as_nothing_saved(site: Buttons, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = site.browser("beheerder")

    def no_address(*_: object, **__: object) -> str:
        raise KeyError("na het vastleggen")

    monkeypatch.setattr("webapp.blueprints.koppeling.lopend.url_for", no_address)
    answer = browser.post(PRESS)
    assert answer.status_code == 500
    assert UNKNOWN in answer.text
    assert "niet opgeslagen." not in answer.text
    assert asked(site.app)
