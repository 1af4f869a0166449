"""The wall between schools stands in the database: whichever way a statement goes, it stays at the school named."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Engine, create_engine, delete, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from sandbox.lokaal.mailcatcher import plain_url
from tests.ground.servers import as_owner
from tests.jobs.environment import environ_of
from tests.screens import Koppelweg, join, login, make_account, make_clerk, make_school
from webapp.config import PROJECT, Settings
from webapp.db import db
from webapp.models import Groep, Leerling, School
from webapp.models.ids import SchoolId
from webapp.muur import ALLE_SCHOLEN, BEFORE_A_SCHOOL, NO_SCHOOL, NoSchool, alle_scholen, limit_to_school, of_school
from webapp.rollen import ROLES, WEB, WERKER
from webapp.services import sloten
from webapp.services.geschiedenis import ZONDER

SAYS_ALL = {
    "jobs/lasproef.py": 1,  # it begins with the id of a koppeling, and not with a school
    "jobs/lease.py": 1,  # the claim of whichever koppeling or mail this job took
    "jobs/minuut.py": 1,
    "jobs/net.py": 1,  # a job begins with the id of a koppeling or a mail, and not with a school
    "jobs/sweep.py": 2,
    "jobs/wacht.py": 4,
    "webapp/accounts/own.py": 1,  # the schools of whoever is logged in, to choose one of
    "webapp/accounts/wachtwoorden.py": 2,  # the mail about a new one is of no school; no school is named in one
    "webapp/blueprints/adres.py": 3,  # its mail is of no school, and beheerders of every school hear of it
    "webapp/blueprints/bestuur.py": 4,  # its mail is of no school, and whoever is invited is not of that school yet
    "webapp/blueprints/toegang.py": 1,  # whoever is invited is not of that school yet
    "webapp/blueprints/logboek.py": 1,  # the leaves of every school lead to the root; of the others only hashes go out
    "webapp/blueprints/api/afnames.py": 1,  # a school is looked up by its BRIN, as in bewaring.py
    "webapp/blueprints/api/inlezen.py": 2,  # as the command does: the school may not be here yet
    "webapp/blueprints/aanvraag.py": 3,  # an aanvraag is of no school yet
    "webapp/bewaring.py": 1,  # a school is looked up by its BRIN; what is done for it is done as that school
    "webapp/inlezen.py": 3,  # a folder is of many schools, and some are not here yet
    "webapp/opdrachten.py": 3,  # klantenservice and the keys of every school, by who has the machine
    "webapp/reservekopie.py": 1,  # a restored database is looked through whole
    "webapp/terugzetten.py": 1,
    "sandbox/proef/commands.py": 2,  # the practice schools, and those of a load test, are all made at once
}
"""Where `alle_scholen()` is said, how often, and why."""
NAMES_ALL = {"webapp/accounts/access.py": 1, "jobs/mails.py": 1}
"""Where ALLE_SCHOLEN is: for klantenservice, and for a mail of no school."""
Ask = Callable[[Session], object]


@pytest.fixture
def two(session: Session) -> tuple[SchoolId, SchoolId]:
    """Two schools, each with a groep and a leerling in it."""
    schools = [make_school(session, brin, brin) for brin in ("12AB", "34CD")]
    for school in schools:
        sloten.lock(session, school.id)
        groep = Groep(school_id=school.id, naam="5a", jaargroep="5", schooljaar="2026-2027")
        session.add(groep)
        session.flush()
        session.add(Leerling(school_id=school.id, roepnaam="Noor", achternaam=school.brin, groep_id=groep.id))
    session.commit()
    ids = schools[0].id, schools[1].id
    session.expunge_all()
    return ids


READS: dict[str, Ask] = {
    "ORM": lambda session: session.scalars(select(Leerling.achternaam).order_by(Leerling.id)).all(),
    "entities": lambda session: [each.achternaam for each in session.scalars(select(Leerling).order_by(Leerling.id))],
    "count": lambda session: session.scalar(select(func.count()).select_from(Leerling)),
    "Core": lambda session: session.connection().execute(
        select(Leerling.__table__.c.achternaam).order_by("id")
    ).scalars().all(),
    "text": lambda session: session.execute(text("SELECT achternaam FROM leerling ORDER BY id")).scalars().all(),
    "join": lambda session: session.execute(
        text("SELECT achternaam FROM school s JOIN groep g ON g.school_id = s.id JOIN leerling l ON groep_id = g.id"
             " ORDER BY l.id")
    ).scalars().all(),
    "schools": lambda session: session.execute(text("SELECT brin FROM school ORDER BY brin")).scalars().all(),
    "subquery": lambda session: session.scalar(text("SELECT (SELECT count(*) FROM leerling)")),
    "cursor": lambda session: session.connection().exec_driver_sql("SELECT count(*) FROM groep").scalar(),
}  # fmt: skip


@pytest.mark.asvs(32)
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_nothing_of_another_school_is_read(session: Session, two: tuple[SchoolId, SchoolId], read: Ask) -> None:
    """Nor written, nor seen by a worker or by who was told nothing: below."""
    limit_to_school(session, two[0])
    assert read(session) in (["12AB"], 1)
    limit_to_school(session, NO_SCHOOL)
    assert read(session) in ([], 0)
    limit_to_school(session, ALLE_SCHOLEN)
    assert read(session) in (["12AB", "34CD"], 2)


def test_an_id_of_another_school_is_of_nothing(session: Session, two: tuple[SchoolId, SchoolId]) -> None:
    of_other = session.scalars(select(Leerling.id).where(Leerling.school_id == two[1])).one()
    limit_to_school(session, two[0])
    assert session.get(Leerling, of_other) is None
    assert session.get(School, two[1]) is None


def _leerling(school_id: SchoolId) -> dict[str, object]:
    return {"school_id": school_id, "roepnaam": "X", "achternaam": "Y", "status": "actief"}


def _add(session: Session, school_id: SchoolId) -> None:
    session.add(Leerling(school_id=school_id, roepnaam="X", achternaam="Y"))
    session.flush()


WRITES: dict[str, Callable[[Session, SchoolId], object]] = {
    "flush": _add,
    "bulk": lambda session, other: session.execute(insert(Leerling), [_leerling(other)], execution_options=ZONDER),
    "Core": lambda session, other: session.connection().execute(insert(Leerling).values(_leerling(other))),
    "text": lambda session, other: session.execute(
        text("INSERT INTO groep (school_id, naam, status) VALUES (:school, 'x', 'actief')"), {"school": other}
    ),
    "move": lambda session, other: session.execute(update(Groep).values(school_id=other), execution_options=ZONDER),
    "move by text": lambda session, other: session.execute(text(f"UPDATE groep SET school_id = {other}")),
    "of no school": lambda session, other: session.execute(
        text("INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) VALUES ('alarm', 'x', '{}', 'klaar', 0)")
    ),
    "a school": lambda session, other: session.execute(
        text("INSERT INTO school (naam, brin, vestiging) VALUES ('x', '99ZZ', '00')")
    ),
    "a medewerker": lambda session, other: session.execute(
        text("INSERT INTO medewerker SELECT id, :school, 'beheerder' FROM account"), {"school": other}
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_nothing_is_written_at_another_school(
    session: Session, two: tuple[SchoolId, SchoolId], write: Callable[[Session, SchoolId], object]
) -> None:
    make_account(session)
    sloten.lock(session, two[1])
    limit_to_school(session, two[0])
    with pytest.raises(ProgrammingError) as refused, session.begin_nested():
        write(session, two[1])
    assert isinstance(refused.value.orig, InsufficientPrivilege)


def test_what_is_changed_or_removed_is_of_the_own_school(session: Session, two: tuple[SchoolId, SchoolId]) -> None:
    limit_to_school(session, two[0])
    for statement in (
        update(Leerling).values(roepnaam="Anders"),
        text("UPDATE leerling SET roepnaam = 'Anders'"),
        delete(Leerling),
    ):
        assert session.connection().execute(statement).rowcount == 1
    limit_to_school(session, ALLE_SCHOLEN)
    assert session.scalars(select(Leerling.roepnaam)).all() == ["Noor"]


@pytest.fixture
def silent(app: Flask, two: tuple[SchoolId, SchoolId]) -> Iterator[Session]:
    """A session that was told nothing, as every session of a process begins."""
    with app.app_context():
        session = db.session()
        session.info.clear()
        session.execute(text("SELECT set_config('app.school_id', '', true)"))
        yield session


@pytest.mark.parametrize("read", [READS["Core"], READS["text"], READS["subquery"]])
def test_who_was_told_nothing_sees_nothing(silent: Session, read: Ask) -> None:
    assert read(silent) in ([], 0)


@pytest.mark.parametrize("read", [READS["ORM"], READS["entities"]])
def test_and_hears_that_a_school_must_be_named(silent: Session, read: Ask) -> None:
    with pytest.raises(NoSchool):
        read(silent)


def test_and_writes_nothing(silent: Session, two: tuple[SchoolId, SchoolId]) -> None:
    with pytest.raises(ProgrammingError):
        silent.connection().execute(insert(Leerling), [_leerling(two[0])])


def test_the_school_before_comes_back_also_after_an_error(session: Session, two: tuple[SchoolId, SchoolId]) -> None:
    def seen() -> int:
        return session.scalar(text("SELECT count(*) FROM leerling")) or 0

    limit_to_school(session, two[0])
    with alle_scholen():
        assert seen() == 2
        with of_school(two[1]):
            assert seen() == 1
        assert seen() == 2
    assert seen() == 1
    with pytest.raises(ZeroDivisionError), alle_scholen():
        raise ZeroDivisionError
    assert seen() == 1


def test_the_schools_of_an_account_leave_nothing_in_the_session(app: Flask, session: Session) -> None:
    account = make_account(session, school=make_school(session))
    join(session, account, make_school(session, "34CD", "De Andere"))
    session.commit()
    seen: list[object] = []
    app.teardown_request_funcs.setdefault(None, []).append(
        lambda _error: seen.extend(each for each in db.session.identity_map.values() if isinstance(each, School))
    )
    try:
        assert login(app, session, account).get("/").status_code == 200
    finally:
        app.teardown_request_funcs[None].pop()
    assert seen == []


@pytest.fixture
def engine(fresh_database_url: str) -> Iterator[Engine]:
    """One connection, which goes from hand to hand."""
    engine = create_engine(fresh_database_url, pool_size=1, max_overflow=0)
    with create_engine(as_owner(fresh_database_url), poolclass=NullPool).begin() as owner:
        owner.execute(text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '12AB', '00')"))
        owner.execute(text("INSERT INTO groep (school_id, naam, status) VALUES (1, '5a', 'actief')"))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("end", [Session.commit, Session.rollback])
def test_the_next_one_on_a_connection_inherits_no_school(engine: Engine, end: Callable[[Session], None]) -> None:
    with Session(engine) as session:
        limit_to_school(session, SchoolId(1))
        assert _count(session.connection()) == 1
        end(session)
        assert _count(session.connection()) == 1, "each transaction is told anew"
        end(session)
    with engine.connect() as connection:
        assert _count(connection) == 0


def test_a_savepoint_that_is_given_up_keeps_the_school(engine: Engine) -> None:
    with Session(engine) as session:
        limit_to_school(session, SchoolId(1))
        session.begin_nested().rollback()
        assert _count(session.connection()) == 1


def _count(connection: Connection) -> int:
    return connection.scalar(text("SELECT count(*) FROM groep")) or 0


def test_a_process_of_workers_is_held_too(engine: Engine, fresh_database_url: str, settings: Settings) -> None:
    url = fresh_database_url.replace(f"{WEB}@", f"{WERKER}@")
    ask = "print(db.session.scalar(text('SELECT count(*) FROM groep')), db.session.scalar(text('SELECT current_user')))"
    lines = (
        "import os", "from sqlalchemy import text", "from webapp import create_app",
        "from webapp.config import Settings",
        "from webapp.db import db", "from webapp.muur import alle_scholen, of_school",
        "with create_app(Settings.from_env(os.environ), is_worker=True).app_context():",
        f" {ask}", f" with of_school(1): {ask}", f" with of_school(2): {ask}", f" with alle_scholen(): {ask}",
    )  # fmt: skip
    env = {**environ_of(settings), "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=PROJECT, env=env, check=True, capture_output=True, text=True
    )
    assert done.stdout.split("\n")[:4] == [f"{number} {WERKER}" for number in (0, 1, 0, 1)]


_WALLED = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)
FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
"""
_NAME_A_SCHOOL = """
SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE attname = 'school_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
"""
_POINT = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""


def test_every_table_of_a_school_has_the_wall(session: Session) -> None:
    walled = {name for name, has_wall in session.execute(text(_WALLED)) if has_wall}
    named = set(session.execute(text(_NAME_A_SCHOOL)).scalars())
    through = {table for table, other in session.execute(text(_POINT)) if other in walled}
    assert (named | through) - walled == BEFORE_A_SCHOOL, "a migration makes it: webapp/migrations/muur.py"


_THROUGH = {"leerkracht_groep", "schoolnacht", "aanvraagmail"}
"""They name no school: the first is seen with its groep, and no job writes the others for a school that none finds."""
_ANY = """
SELECT table_name, string_agg(quote_ident(column_name), ', '), string_agg(
    CASE WHEN column_name = 'school_id' OR (table_name, column_name) = ('school', 'id') THEN '-2'
    WHEN data_type LIKE '%char%' OR data_type IN ('text', 'bytea') THEN '''x''' WHEN data_type = 'boolean' THEN 'true'
    WHEN data_type LIKE 'timestamp%' OR data_type = 'date' THEN 'now()' WHEN data_type = 'uuid' THEN 'gen_random_uuid()'
    WHEN data_type IN ('jsonb', 'ARRAY') THEN '''{}''' ELSE '1' END, ', ')
FROM information_schema.columns JOIN pg_policies ON tablename = table_name AND policyname = 'school'
WHERE table_schema = 'public' AND (is_nullable = 'NO' OR column_name = 'school_id') GROUP BY table_name
"""
"""For each table behind the wall a row of the oefenschool, whatever its columns are."""


def test_of_the_oefenschool_all_schools_have_not_one_row(owner_url: str) -> None:
    with create_engine(owner_url, poolclass=NullPool).begin() as owner:
        checks = (
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('f', 'c') AND conrelid <> 0"
        )
        for table, name in owner.execute(text(f"{checks} AND connamespace = 'public'::regnamespace")).all():
            owner.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        rows = {name: (columns, values) for name, columns, values in owner.execute(text(_ANY)) if name not in _THROUGH}
        assert len(rows) > 30
        for here, number in ((-2, 1), (-1, 0), (1, 0)):
            owner.execute(text(f"SELECT set_config('app.school_id', '{here}', true)"))
            for table, (columns, values) in rows.items():
                if here == -2:
                    owner.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"))
                    continue
                with pytest.raises(ProgrammingError), owner.begin_nested():
                    owner.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"))
            assert {table: owner.scalar(text(f"SELECT count(*) FROM {table}")) for table in rows} == dict.fromkeys(
                rows, number
            ), here


def test_a_table_without_the_wall_is_seen(owner_url: str) -> None:
    with create_engine(owner_url, poolclass=NullPool).begin() as owner:
        owner.execute(text("CREATE TABLE nieuw (school_id int)"))
        assert "nieuw" in set(owner.execute(text(_NAME_A_SCHOOL)).scalars())
        assert ("nieuw", False) in [tuple(row) for row in owner.execute(text(_WALLED))]


TOO_MUCH = (
    "ALTER TABLE leerling DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE leerling NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY school ON leerling",
    "CREATE POLICY meer ON leerling USING (true)",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_append_only ON audit",
    "CREATE OR REPLACE FUNCTION refuse_changes() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "SET ROLE koppelpunt",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "UPDATE audit SET object = 'x'",
    "UPDATE spoordag SET wortel = 'x'",
    "DELETE FROM spoordag",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "TRUNCATE leerling",
    "CREATE TABLE nieuw ()",
    "DROP TABLE leerling",
    "UPDATE alembic_version SET version_num = '0001'",
    "CREATE SCHEMA nieuw",
)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("statement", TOO_MUCH)
def test_web_and_workers_cannot_take_it_down(database_url: str, role: str, statement: str) -> None:
    with (
        psycopg.connect(plain_url(database_url).replace(f"{WEB}@", f"{role}@")) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_the_roles_are_no_more_than_they_must_be(session: Session) -> None:
    rights = text(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR EXISTS "
        "(SELECT FROM pg_class WHERE relowner = r.oid) FROM pg_roles r WHERE rolname = ANY(:roles) ORDER BY rolname"
    )
    assert [tuple(row) for row in session.execute(rights, {"roles": list(ROLES)})] == [(role, False) for role in ROLES]
    owner = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'koppelpunt'")
    assert session.scalar(owner) is False


def test_the_owner_is_held_too(fresh_database_url: str) -> None:
    url = plain_url(fresh_database_url).replace(f"{WEB}@", "koppelpunt@")
    with psycopg.connect(url) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute("INSERT INTO school (naam, brin, vestiging) VALUES ('A', '12AB', '00')")


def _said(what: str) -> dict[str, int]:
    files = [path for folder in ("webapp", "jobs", "sandbox") for path in (PROJECT / folder).rglob("*.py")]
    found = {path.relative_to(PROJECT).as_posix(): len(re.findall(what, path.read_text())) for path in files}
    return {name: count for name, count in found.items() if count and name != "webapp/muur.py"}


def test_who_means_all_schools_says_so_and_stands_in_a_list() -> None:
    assert _said(r"alle_scholen\(\)") == SAYS_ALL
    assert _said(r"\bALLE_SCHOLEN (if|else)|or ALLE_SCHOLEN\b|\(ALLE_SCHOLEN|SchoolId\(-1\)") == NAMES_ALL


def test_no_school_is_said_for_longer_than_a_transaction() -> None:
    assert _said(r"set_config\([^)]*false|SET app\.") == {}


def test_klantenservice_sees_all_and_a_school_its_own(app: Flask, session: Session) -> None:
    weg = Koppelweg(app, session, make_clerk(session))
    one = weg.running()
    other = make_account(session, school=make_school(session, "34CD", "De Andere"))
    assert "De Wegwijzer" in weg.clerk().get("/klantenservice/school/").text
    assert "De Andere" in weg.clerk().get("/klantenservice/school/").text
    assert "De Wegwijzer" in weg.browser(one).get("/").text
    assert "De Wegwijzer" not in login(app, session, other).get("/").text
