"""One PostgreSQL and one Valkey for the whole run, shared by the processes of pytest-xdist; a database for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from sandbox.lokaal.mailcatcher import ensure_table, plain_url
from sandbox.lokaal.postgres import OWNER, Postgres
from sandbox.lokaal.services import throwaway_postgres, throwaway_valkey
from sandbox.lokaal.valkey import Valkey
from tests.ground.verloop import watch_statuses
from webapp import migrate
from webapp.config import Omgeving
from webapp.rollen import WEB

TEMPLATE = "koppelpunt_template"
_TEMPLATE_LOCK = 1


@dataclass(frozen=True)
class Servers:
    """Where the two servers of this run are."""

    postgres: Postgres
    valkey: Valkey

    @classmethod
    def at(cls, postgres_sockets: str, valkey_sockets: str) -> Servers:
        """The servers that another process of this run has started."""
        nowhere = Path("/nonexistent")
        return cls(Postgres(nowhere, Path(postgres_sockets), nowhere), Valkey(nowhere, Path(valkey_sockets), nowhere))

    def database_url(self, name: str) -> str:
        """The address for SQLAlchemy, in the role of the web."""
        return self.postgres.url(name, WEB).replace("postgresql://", "postgresql+psycopg://")


def as_owner(database_url: str) -> str:
    """The same database for whoever migrates it, who sees every school: for tests that look past the wall."""
    url = make_url(database_url).set(username=OWNER).update_query_dict({"options": "-capp.school_id=-1"})
    return url.render_as_string(hide_password=False)


def do_as_owner(database_url: str, statement: str) -> list[Any]:
    """Do what the web may not: make a trigger, end a session of another role. Give what it answers."""
    options = "-c app.school_id=-1 -c default_transaction_read_only=off"
    with psycopg.connect(plain_url(as_owner(database_url)), autocommit=True, options=options) as connection:
        done = connection.execute(statement.encode())
        return done.fetchall() if done.description else []


_STACK = pytest.StashKey[ExitStack]()
_SERVERS = pytest.StashKey[Servers]()


@contextmanager
def started() -> Iterator[Servers]:
    """Start both, and remove all of them afterwards."""
    with throwaway_postgres() as postgres, throwaway_valkey() as valkey:
        yield Servers(postgres, valkey)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """The controller of pytest-xdist starts the servers before its first worker, and tells each where they are."""
    config: pytest.Config = node.config  # type: ignore[attr-defined]  # xdist's WorkerController is not typed
    if _STACK not in config.stash:
        config.stash[_STACK] = ExitStack()
        servers = config.stash[_STACK].enter_context(started())
        config.stash[_SERVERS] = servers
    servers = config.stash[_SERVERS]
    node.workerinput["sockets"] = (str(servers.postgres.sockets), str(servers.valkey.sockets))  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the controller started."""
    if _STACK in config.stash:
        config.stash[_STACK].close()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """The PostgreSQL and Valkey of this run."""
    workerinput = getattr(request.config, "workerinput", None)
    if workerinput is not None:
        yield Servers.at(*workerinput["sockets"])
        return
    with started() as own:
        yield own


@pytest.fixture(scope="session")
def worker_number(request: pytest.FixtureRequest) -> int:
    """Which process of pytest-xdist this is, counted from 0."""
    name: str = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return int(name.removeprefix("gw"))


@pytest.fixture(scope="session")
def redis_url(servers: Servers, worker_number: int) -> str:
    """A Valkey database that only this process uses."""
    return servers.valkey.url(worker_number)


@pytest.fixture(scope="session")
def database_url(servers: Servers) -> str:
    """A database at the newest schema, for the tests of this process, which roll back what they do."""
    return servers.database_url(_clone(servers, f"koppelpunt_{uuid4().hex[:8]}"))


@pytest.fixture
def owner_url(fresh_database_url: str) -> str:
    """The fresh database, for migrations and for what only its owner may do."""
    return as_owner(fresh_database_url)


@pytest.fixture
def fresh_database_url(servers: Servers) -> Iterator[str]:
    """A database for one test that commits, or that reaches it from several processes or threads."""
    name = _clone(servers, f"koppelpunt_{uuid4().hex[:8]}")
    yield servers.database_url(name)
    with _maintenance(servers) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _clone(servers: Servers, name: str) -> str:
    """Copy the template, made once per run by whoever comes first: a copy takes less than a migration."""
    with _maintenance(servers) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
        if connection.execute("select from pg_database where datname = %s", [TEMPLATE]).rowcount == 0:
            connection.execute("create database koppelpunt_making")
            migrate.upgrade(as_owner(servers.database_url("koppelpunt_making")), Omgeving.SANDBOX)
            watch_statuses(as_owner(servers.database_url("koppelpunt_making")))
            ensure_table(servers.postgres.url("koppelpunt_making"))
            connection.execute(
                sql.SQL("alter database koppelpunt_making rename to {}").format(sql.Identifier(TEMPLATE))
            )
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE)
            )
        )
    return name


def _maintenance(servers: Servers) -> psycopg.Connection:
    return psycopg.connect(servers.postgres.url("postgres"), autocommit=True)
