"""The app on the servers of this run; what a test does to the database is rolled back."""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time
from shutil import which
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import core
from flask_sqlalchemy import SQLAlchemy
from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.ground.smtp import SmtpSink
from webapp import create_app
from webapp.config import Omgeving, Settings
from webapp.db import db
from webapp.muur import ALLE_SCHOLEN
from webapp.queue import QUEUE_NAMES


@contextmanager
def _same_school_afterwards(app: Flask) -> Iterator[None]:
    """A request or a job has the connection of its test, where only a real transaction would forget its school."""
    connection: Connection | None = app.extensions.get("connection_of_test")
    if connection is None:
        yield
        return
    before = connection.scalar(text("SELECT current_setting('app.school_id', true)"))
    yield
    connection.execute(text("SELECT set_config('app.school_id', :before, true)"), {"before": before or ""})


class CleanClient(FlaskClient):
    """Each request starts without the app context of the test, as on a server: nothing lingers in `g`."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with _same_school_afterwards(self.application):
            return contextvars.Context().run(super().open, *args, **kwargs)


class _Worker(SimpleWorker):
    app: Flask

    def _install_signal_handlers(self) -> None:
        """None: this process is pytest's, and Ctrl-C is for pytest."""

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        with self.app.app_context():
            return bool(super().perform_job(*args, **kwargs))


core._default_config["PASSWORD_HASH_PASSLIB_OPTIONS"] = {
    f"argon2__{option}": least for option, least in (("rounds", 1), ("memory_cost", 8), ("parallelism", 1))
}
"""A hash of a password is made to be slow, and thousands of them are made here: the cheapest that there is."""
db.session.session_factory.configure(info={"school": ALLE_SCHOLEN})
"""A session that a test makes itself sees every school; requests and jobs say of which school they are."""


@pytest.fixture(scope="session")
def settings(database_url: str, redis_url: str, smtp_server: SmtpSink) -> Settings:
    """Everything filled in, for the sandbox, on the servers of this run."""
    return Settings(
        omgeving=Omgeving.SANDBOX,
        public_url="http://localhost",
        database_url=database_url,
        redis_url=redis_url,
        secret_keys=("oude-sleutel-die-alleen-nog-herkent", "nieuwe-sleutel-die-ook-ondertekent"),
        password_salt="zout-van-de-tests",
        encryption_keys=("1:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",),
        parnassys_url="http://127.0.0.1:9/uwlr/v2",
        klantcode="KLANTCODE-VAN-DE-TESTS",
        mail_host="127.0.0.1",
        mail_port=smtp_server.port,
        mail_vanaf=time(),
        nacht_begin_uur=48,  # never: no test begins a night because of the hour at which it runs
        nacht_eind_uur=48,
    )


@pytest.fixture(scope="session")
def shared_app(settings: Settings) -> Iterator[Flask]:
    """One app per process of pytest: building it takes longer than most tests."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = CleanClient
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """An empty Valkey database."""
    with Redis.from_url(redis_url) as connection:
        connection.flushdb()
        yield connection


@contextmanager
def rolled_back(app: Flask, database: SQLAlchemy) -> Iterator[None]:
    """Put all that the app does in one transaction, and roll that back."""
    with app.app_context():
        engine = database.engine
        engines = cast("dict[str | None, Engine | Connection]", database.engines)
    with engine.connect() as connection:
        transaction = connection.begin()
        # The session finds an open savepoint and makes its own below it: its commits and rollbacks stay inside.
        connection.begin_nested()
        # A session takes a connection wherever it takes an engine.
        engines[None] = connection
        app.extensions["connection_of_test"] = connection
        yield
        del app.extensions["connection_of_test"]
        engines[None] = engine
        transaction.rollback()


@pytest.fixture
def app(shared_app: Flask, redis: Redis) -> Iterator[Flask]:
    """The app, with its database connection inside a transaction that is rolled back after the test."""
    with rolled_back(shared_app, db):
        yield shared_app


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session on the real database, inside an app context; everything is rolled back after the test."""
    with app.app_context():
        yield db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen, not logged in."""
    return app.test_client()


@pytest.fixture
def run_jobs(app: Flask, redis: Redis) -> Callable[[], int]:
    """Do all that waits in the queues, and what comes of it, in this process; tells how many jobs that were."""

    def run() -> int:
        worker = _Worker(list(QUEUE_NAMES), connection=redis, serializer=JSONSerializer)
        worker.app = app
        done = -1
        while (total := worker.successful_job_count + worker.failed_job_count) > done:
            done = total
            with _same_school_afterwards(app):
                contextvars.Context().run(worker.work, burst=True, logging_level="WARNING")
            worker.refresh()  # type: ignore[no-untyped-call]  # RQ has not typed it
        return done

    return run


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; a test that needs it is skipped without one, except in CI."""
    found = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Geen Chromium gevonden.")
    return found
