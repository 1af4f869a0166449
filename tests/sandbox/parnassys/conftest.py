"""ParnasSys as an application, filled; somebody logged in to it, and a caller who speaks SOAP by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from sandbox.parnassys.app import create_app
from sandbox.parnassys.data import ParnassysSchool
from sandbox.parnassys.db import db
from sandbox.parnassys.rules import koppelingen
from sandbox.parnassys.rules.fill import create_tables, fill
from sandbox.parnassys.settings import Settings
from tests.ground.app import CleanClient, rolled_back
from tests.ground.servers import as_owner
from tests.sandbox.parnassys.soap import Caller

SCHOOLJAAR = "2026-2027"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def settings(database_url: str) -> Settings:
    """ParnasSys on the PostgreSQL of this run."""
    return Settings(
        database_url=as_owner(database_url),
        secret="geheim-van-parnassys-in-de-tests",
        public_url="http://localhost",
        klantcode="KLANTCODE-VAN-DE-TESTS",
    )


@pytest.fixture(scope="session")
def shared_app(settings: Settings) -> Iterator[Flask]:
    """One per process of pytest, with the schools in it; each test rolls back what it does to them."""
    engine = create_engine(settings.database_url)
    with Session(engine) as own, own.begin():
        create_tables(own.connection())
        fill(own, SCHOOLJAAR, NOW)
    engine.dispose()
    app = create_app(settings)
    app.testing = True
    app.test_client_class = CleanClient
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """ParnasSys, with its database connection inside a transaction that is rolled back after the test."""
    with rolled_back(shared_app, db):
        yield shared_app


@pytest.fixture
def parnassys(app: Flask) -> Iterator[Session]:
    """A session on a database in which ParnasSys has its two schools."""
    with app.app_context():
        yield db.session()


def school_of(session: Session, brin: str) -> ParnassysSchool:
    """The school as it is in the database now."""
    session.expire_all()
    return session.scalars(select(ParnassysSchool).where(ParnassysSchool.brin == brin)).one()


@pytest.fixture
def regenboog(parnassys: Session) -> ParnassysSchool:
    """De Regenboog: eight groups, two hundred pupils."""
    return school_of(parnassys, "99XX")


@pytest.fixture
def kompas(parnassys: Session) -> ParnassysSchool:
    """'t Kompas: combination groups and samengestelde groepen."""
    return school_of(parnassys, "99YY")


@pytest.fixture
def las(client: FlaskClient, settings: Settings, parnassys: Session, regenboog: ParnassysSchool) -> Caller:
    """The UWLR service, called with a right key of De Regenboog."""
    koppelingen.take(regenboog, NOW)
    sleutel = koppelingen.new_sleutel(regenboog, NOW)
    parnassys.commit()
    return Caller(client, sleutel, settings.klantcode, settings.klantnaam)


@pytest.fixture
def log_in(client: FlaskClient, parnassys: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], FlaskClient]:
    """Log in to ParnasSys with one of the accounts that its login page shows; forms need no token in this test."""
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", False)

    def log_in(gebruikersnaam: str) -> FlaskClient:
        answer = client.post(
            "/sandbox/parnassys/inloggen",
            data={"gebruikersnaam": gebruikersnaam, "wachtwoord": f"{gebruikersnaam}-proef"},
        )
        assert answer.status_code == 303
        return client

    return log_in
