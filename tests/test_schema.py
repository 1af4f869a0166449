"""A program and its database know each other: which tables, and of practice or with real schools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from alembic.script import ScriptDirectory

from tests.ground.servers import do_as_owner
from webapp import migrate, schema, start
from webapp.config import Omgeving, Settings
from webapp.schema import Schema, Stand

HEAD = max(schema.newest(schema.revisions()))


def test_the_newest_migration_is_the_one_alembic_means(database_url: str) -> None:
    heads = ScriptDirectory.from_config(migrate.alembic_config(database_url)).get_heads()
    assert schema.newest(schema.revisions()) == set(heads)


@pytest.mark.parametrize(
    ("found", "minstens", "stand"),
    [
        ({HEAD}, None, Stand.GELIJK),
        (set(), None, Stand.TE_OUD),
        ({"0083"}, None, Stand.TE_OUD),
        ({"9999"}, None, Stand.NIEUWER),
        ({"9999"}, "0089", Stand.NIEUWER),
        ({"9999"}, "9998", Stand.TE_NIEUW),
    ],
)
def test_what_the_tables_are_to_this_code(found: set[str], minstens: str | None, stand: Stand) -> None:
    assert schema.judge(found, minstens, None).stand is stand


def test_only_what_this_code_cannot_use_is_a_problem() -> None:
    said = {(stand, versie): Schema(stand, versie).probleem for stand in Stand for versie in ("0083", None)}
    assert {key for key, problem in said.items() if problem is None} == {
        (stand, versie) for stand in (Stand.GELIJK, Stand.NIEUWER) for versie in ("0083", None)
    }
    assert said[Stand.TE_OUD, None] == "De database heeft nog geen tabellen. Voer uit: python -m webapp.migrate."


def test_a_program_starts_on_its_own_database_alone(settings: Settings, fresh_database_url: str) -> None:
    here = replace(settings, database_url=fresh_database_url)
    assert start.database_problem(here) is None
    assert start.database_problem(replace(here, omgeving=Omgeving.PRODUCTIE)) == (
        "Deze database is van sandbox en OMGEVING is productie: verander OMGEVING, of geef een andere database."
    )
    for change, problem in {
        "REVOKE SELECT ON installatie FROM koppelpunt_web": "De rol van DATABASE_URL mag de tabellen niet lezen",
        "GRANT SELECT ON installatie TO koppelpunt_web": None,
        "UPDATE alembic_version SET version_num = '9999'": None,
        "UPDATE installatie SET minstens = '9998'": "De database is van een nieuwer programma (stap 9999).",
        "UPDATE alembic_version SET version_num = '0083'": "De database is nog van een ouder programma (stap 0083).",
        "DROP TABLE installatie": "De database is nog van een ouder programma (stap 0083).",
        "DROP TABLE alembic_version": "De database heeft nog geen tabellen.",
    }.items():
        do_as_owner(fresh_database_url, change)
        said = start.database_problem(here)
        assert (said is None) if problem is None else (said or "").startswith(problem), change
    away = replace(here, database_url=here.database_url.replace("/koppelpunt_", "/bestaat_niet_"))
    assert start.database_problem(away) is None, "a database that is away is waited for"


def test_whoever_may_not_start_says_why_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        start.begin({"OMGEVING": "sandbox"})
    assert ended.value.code == start.UNUSABLE
    said = capsys.readouterr().err
    assert said.startswith("De instellingen kloppen niet:\n- ")
    assert "Traceback" not in said


@pytest.fixture
def run_migrate(owner_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """`python -m webapp.migrate` in this process; gives what it said when it stopped."""

    def run(omgeving: str, *arguments: str) -> str:
        monkeypatch.setenv("MIGRATIE_URL", owner_url)
        monkeypatch.setenv("OMGEVING", omgeving)
        try:
            migrate.main(arguments)
        except SystemExit as ended:
            return str(ended.code)
        return ""

    return run


def test_the_first_migration_says_of_which_omgeving_the_database_is(
    run_migrate: Callable[..., str], owner_url: str
) -> None:
    def mark() -> list[object]:
        return do_as_owner(owner_url, "SELECT omgeving FROM installatie")

    assert mark() == [("sandbox",)]
    said = run_migrate("productie")
    assert said.startswith("De instellingen kloppen niet:\n- Deze database is van sandbox en OMGEVING is productie")
    assert run_migrate("productie", "--terug", "0083").startswith("De instellingen kloppen niet")
    assert mark() == [("sandbox",)], "nothing was taken back"
    assert run_migrate("sandbox", "--terug", "0099").endswith("Stap 0099 bestaat niet. Er is niets gewijzigd.")
    assert run_migrate("sandbox", "--terug", "0083") == ""
    assert run_migrate("productie") == ""
    assert mark() == [("productie",)], "of before 0089 it is what it is migrated as"
    do_as_owner(owner_url, "UPDATE alembic_version SET version_num = '9999'")
    assert "van een nieuwer programma (stap 9999)" in run_migrate("productie")


def test_web_and_workers_cannot_change_the_mark(fresh_database_url: str) -> None:
    with schema.connect(fresh_database_url) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE installatie SET omgeving = 'productie'")
