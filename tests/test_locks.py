"""A row that somebody holds stops nobody for long: every button answers in time, and other schools notice nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from alembic import command
from redis import Redis
from sqlalchemy import Connection, create_engine, event, text

from sandbox.lokaal.mailcatcher import plain_url
from tests.buttons import BESTUUR, ELSEWHERE, GOED, Buttons, fill
from tests.ground.app import CleanClient
from tests.ground.servers import as_owner
from tests.ground.snapshot import Snapshot
from webapp import create_app, migrate
from webapp import db as webapp_db
from webapp.accounts.setup import limiter
from webapp.config import PROJECT, Settings
from webapp.db import db, engine_options

WAIT = timedelta(milliseconds=40)
IN_TIME = 15.0
"""Seconds; far more than the wait, because a login takes long on a busy machine."""
HELD = (
    "school", "koppeling", "account", "groep", "leerkracht", "leerling", "importbatch", "importregel", "resultaat",
    "levering", "bezorging", "mail", "uitzondering", "sessie", "dood_adres", "schakelaar", "rem", "bewaard",
)  # fmt: skip
UNREACHED = {"bewaard", "leerkracht", "uitzondering"}
"""No button here locks a row of these: they are held only while another school goes on."""
BUSY = "Een collega of de nacht is hier net mee bezig. Er is niets gewijzigd."


@pytest.fixture
def site(
    settings: Settings, fresh_database_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Buttons]:
    monkeypatch.setattr(webapp_db, "LOCK_WAIT", WAIT)
    monkeypatch.setattr(limiter, "enabled", False)
    for module in ("lopend", "indienen"):
        monkeypatch.setattr(f"webapp.blueprints.koppeling.{module}.try_sleutel", lambda *_: GOED)
    app = create_app(replace(settings, database_url=fresh_database_url, besturen=(BESTUUR,)))
    app.test_client_class = CleanClient
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context():
        site = fill(app)
    yield site
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def hold(url: str, table: str, other_school: int) -> psycopg.Connection:
    """Lock all rows of a table, except those of the other school."""
    of_no_school = dict.fromkeys(("dood_adres", "schakelaar", "rem", "bewaard"), "NULL::int")
    column = {"school": "id", "sessie": "account_id", "account": "id", **of_no_school}.get(table, "school_id")
    kept = (
        "SELECT account_id FROM medewerker WHERE school_id = %s" if table in {"sessie", "account"} else "SELECT %s::int"
    )
    connection = psycopg.connect(plain_url(as_owner(url)))
    connection.execute("SET idle_in_transaction_session_timeout = '30s'")  # so that a button that waits fails, at last
    where = f"WHERE coalesce({column} NOT IN ({kept}), true)"
    connection.execute(f"SELECT FROM {table} {where} FOR UPDATE", [other_school])
    return connection


def test_every_button_answers_while_a_row_is_held(
    site: Buttons, fresh_database_url: str, subtests: pytest.Subtests
) -> None:
    """Of each button every table that it locks or writes; the rows of any other are nothing to it."""
    snapshot = Snapshot(fresh_database_url)
    reached = [tables & {*HELD} for tables in _reached(site, fresh_database_url)]
    assert set[str]().union(*reached) >= {*HELD} - UNREACHED
    snapshot.restore()
    late, busy = [], set[str]()
    other, browsers = site.browser("other"), [site.browser(press.who) for press in site.presses]
    for press, browser, tables in zip(site.presses, browsers, reached, strict=True):
        for table in sorted(tables):
            with hold(fresh_database_url, table, site.other_school):
                began = time.monotonic()
                answer = browser.post(press.path, data=press.form)
                late += [press.endpoint] if time.monotonic() - began > IN_TIME else []
                assert answer.status_code < 500 or BUSY in answer.text, f"{press}: {answer.status_code}"
                if answer.status_code == 503:
                    busy.add(table)
                    assert answer.headers["Retry-After"] == "30"
        browser.post(press.path, data=press.form)  # so that the next meets what it left
    for table in HELD:
        with subtests.test(table=table), hold(fresh_database_url, table, site.other_school):
            for path in ("/", "/beheer/koppelen/", "/controle/", "/resultaten/", "/resultaten/leveringen/"):
                assert other.get(path).status_code == 200
            assert other.post("/beheer/koppelen/ophalen").status_code == 303
    assert late == []
    assert busy >= {"school", "koppeling", "account", "importbatch", "levering", "bezorging", "mail", "sessie"}


def _reached(site: Buttons, url: str) -> list[set[str]]:
    """Of which tables each button locks rows, or writes them: foreign keys and triggers too."""
    found: list[set[str]] = []
    query = (
        "SELECT relation::regclass::text FROM pg_locks WHERE pid = %s AND locktype = 'relation'"
        " AND mode IN ('RowShareLock', 'RowExclusiveLock') AND relation::regclass::text = ANY(%s)"
    )
    browsers = [site.browser(press.who) for press in site.presses]
    with site.app.app_context():
        engine = db.engine
    with psycopg.connect(plain_url(as_owner(url)), autocommit=True) as watcher:

        def look(connection: Connection, *_: object) -> None:
            pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]  # it is open
            found[-1] |= {str(row[0]) for row in watcher.execute(query, [pid, list(HELD)])}

        ends = ("commit", "rollback", "rollback_savepoint")
        for end in ends:
            event.listen(engine, end, look)
        for press, browser in zip(site.presses, browsers, strict=True):
            found.append(set())
            browser.post(press.path, data=press.form)
        for end in ends:
            event.remove(engine, end, look)
    return found


def test_every_button_is_pressed(site: Buttons) -> None:
    posts = {rule.endpoint for rule in site.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posts - ELSEWHERE == {press.endpoint for press in site.presses}


@pytest.mark.parametrize(
    ("is_worker", "lock", "statement"), [(False, "3s", "15s"), (True, "20s", "2min")], ids=["web", "worker"]
)
def test_a_connection_waits_for_nothing_without_an_end(
    database_url: str, is_worker: bool, lock: str, statement: str
) -> None:
    engine = create_engine(database_url, **engine_options(database_url, is_worker=is_worker))
    with engine.connect() as connection:
        found = {
            name: connection.scalar(text(f"SHOW {name}"))
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        }
    engine.dispose()
    assert list(found.values()) == [lock, statement, "1min"]


def test_a_process_that_is_frozen_in_a_transaction_loses_its_locks(
    owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webapp_db, "_LONGEST_SILENCE", timedelta(milliseconds=200))
    engine = create_engine(owner_url, **engine_options(owner_url, is_worker=True))
    with engine.connect() as frozen, engine.connect() as next_one:
        frozen.execute(text("INSERT INTO school (naam, brin, vestiging) VALUES ('X', '99XX', '00')"))
        # It waits for the same key until PostgreSQL has ended the other transaction.
        next_one.execute(text("INSERT INTO school (naam, brin, vestiging) VALUES ('X', '99XX', '00')"))
        frozen.invalidate()
    engine.dispose()


@pytest.mark.fault(35)
def test_a_migration_does_not_stand_in_the_way(owner_url: str) -> None:
    """With a table in use it gives up, says so, and has changed nothing."""
    command.downgrade(migrate.alembic_config(owner_url), "0010")
    with psycopg.connect(plain_url(owner_url)) as holder:
        holder.execute("LOCK TABLE koppeling IN ACCESS SHARE MODE")
        code = "import sys, webapp.migrate as m; m._TRIES = 1; m.main()"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=PROJECT, env={"MIGRATIE_URL": owner_url}, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Een tabel is in gebruik. Er is niets gewijzigd"), done.stderr
    migrate.upgrade(owner_url)
