"""A backup made while people write is read back, restored elsewhere and whole; one that is not is found out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from sandbox.lokaal.postgres import OWNER, PORT, _binaries
from tests.ground.servers import Servers, do_as_owner
from tests.jobs.environment import environ_of
from tests.wereld import make_wereld
from webapp import create_app
from webapp.config import PROJECT, Settings
from webapp.crypto import Keyring
from webapp.db import db, unit_of_work
from webapp.models import Audit, Daad, Spoordag
from webapp.muur import alle_scholen
from webapp.services import audit, reservekopie, spoor
from webapp.services.clock import database_clock


@pytest.fixture
def app(fresh_database_url: str, settings: Settings) -> Iterator[Flask]:
    """An installation with a school, a key, and a sealed day in its trail."""
    app = create_app(replace(settings, database_url=fresh_database_url))
    with app.app_context():
        with alle_scholen(), unit_of_work() as session:
            make_wereld(session, app.extensions["keyring"])
            audit.record(session, Daad.GEPAUZEERD, "koppeling 1", door=None, school_id=None)
            first = session.scalars(select(Audit.op).order_by(Audit.id)).first()
            assert first is not None
        do_as_owner(fresh_database_url, "ALTER TABLE audit DISABLE TRIGGER USER")
        do_as_owner(fresh_database_url, "UPDATE audit SET op = op - interval '2 days'")
        do_as_owner(fresh_database_url, "ALTER TABLE audit ENABLE TRIGGER USER")
        with alle_scholen(), unit_of_work() as session:
            spoor.tend(session, spoor.due(session, database_clock(session))[0])
            assert session.scalars(select(Spoordag.aantal)).one() > 0
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def run(app: Flask, servers: Servers, tmp_path: Path) -> dict[str, str]:
    """What the scripts read."""
    settings = app.extensions["settings"]
    url = environ_of(settings)["DATABASE_URL"]
    database = settings.database_url.rpartition("/")[2].partition("?")[0]
    return {
        **os.environ, **environ_of(settings),
        "PATH": f"{_binaries()}:{os.environ['PATH']}", "PGHOST": str(servers.postgres.sockets), "PGPORT": str(PORT),
        "PGUSER": OWNER, "PGDATABASE": database, "KOPIE_MAP": str(tmp_path),
        "OEFENING_URL": url.replace(f"/{database}?", "/koppelpunt_oefening?"),
        "FLASK": f"{sys.executable} -m flask --app wsgi",
    }  # fmt: skip


def _script(environ: dict[str, str], name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [str(PROJECT / "deploy" / name), *arguments]
    return subprocess.run(argv, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False)


@contextmanager
def _writing(app: Flask) -> Iterator[None]:
    """Somebody writes all the time."""
    stop = Event()

    def write() -> None:
        with app.app_context():
            while not stop.wait(0.05):
                with unit_of_work() as session:
                    audit.record(session, Daad.HERSLEUTELD, "sleutels", door=None, school_id=None)
            db.session.remove()

    writer = Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


def test_it_is_made_while_people_write_restored_elsewhere_and_noted(app: Flask, run: dict[str, str]) -> None:
    with unit_of_work() as session:
        begin = database_clock(session)
    with _writing(app):
        made = _script(run, "backup.sh")
    assert made.returncode == 0, made.stderr
    file = made.stdout.splitlines()[-1]
    assert Path(file).stat().st_mode & 0o077 == 0
    tried = _script(run, "restore-rehearsal.sh", file, str(PROJECT / "docs"))  # as a folder of journals: it has none
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert "rijen kloppen" in tried.stdout
    assert "Het logboek klopt tot en met" in tried.stdout
    assert "0 resultaten wachten tot de school ze nakijkt" in tried.stdout
    with unit_of_work() as session:
        row = reservekopie.of(session)
        assert row.begonnen_op is not None
        assert row.geoefend_op is not None
        assert begin - timedelta(seconds=1) <= row.begonnen_op < row.geoefend_op


def test_a_dump_that_cannot_be_read_back_is_none(run: dict[str, str], tmp_path: Path) -> None:
    """The disk was full: pg_dump ended well, and the file is short."""
    fake = tmp_path / "bin" / "pg_dump"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\n{_binaries()}/pg_dump "$@" && truncate --size=-20000 {tmp_path}/*.part\n')
    fake.chmod(0o755)
    made = _script({**run, "PATH": f"{fake.parent}:{run['PATH']}"}, "backup.sh")
    assert made.returncode != 0
    assert not list(tmp_path.glob("*.dump*"))
    with unit_of_work() as session:
        assert reservekopie.of(session).begonnen_op is None


def _look(app: Flask, file: Path, **counts: int) -> Result:
    file.write_text("".join(f"{name} {number}\n" for name, number in counts.items()))
    return _nakijken(app, file, db.engine.url.database or "")


def _nakijken(app: Flask, file: Path, database: str) -> Result:
    arguments = ["reservekopie", "nakijken", "--database", database, "--tellingen", str(file)]
    return app.test_cli_runner().invoke(args=arguments)


def test_what_is_not_whole_is_named(app: Flask, tmp_path: Path, fresh_database_url: str) -> None:
    with alle_scholen(), unit_of_work() as session:
        counts = {each.tabel: each.hier for each in reservekopie.deviations(session, {})}
        day = session.scalars(select(Spoordag.datum)).one()
    file = tmp_path / "tellingen"
    assert "rijen kloppen" in _look(app, file, **counts).output
    other = _nakijken(app, file, "koppelpunt_oefening")
    assert (other.exit_code, "Dit is een andere database" in other.output) == (1, True), "or na-terugzetten follows"

    do_as_owner(fresh_database_url, "ALTER TABLE audit DISABLE TRIGGER USER")
    do_as_owner(fresh_database_url, "UPDATE audit SET object = 'koppeling 2' WHERE object = 'koppeling 1'")
    app.extensions["keyring"] = Keyring(("1:" + "B" * 43 + "=",))
    said = _look(app, file, **{**counts, "school": counts["school"] + 1})
    assert said.exit_code == 1
    assert said.output.splitlines()[:3] == [
        f"school: {counts['school'] + 1} rijen in de kopie, {counts['school']} hier",
        f"logboek van {day}: klopt niet met de verzegelde wortel",
        "1 autorisatiesleutels gaan met deze ENCRYPTION_KEYS niet open",
    ]
    file.write_text("school zeven")
    assert _nakijken(app, file, "").exit_code == 2
