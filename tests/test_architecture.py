"""What holds for the whole: layers, tables, doors, job names, and what is in no file."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from werkzeug.routing import Rule

from tests import asvs, queries, states
from tests.marks import places, skippable
from webapp.accounts.access import is_public
from webapp.config import PROJECT
from webapp.models import Base
from webapp.queue import Job

_FILL = {"int": "1", "default": "x", "string": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
_WITHOUT_A_SCHOOL = {
    "webapp/services/beurten.py": "takes the work of koppelingen and mails, of whichever school is next",
    "webapp/services/reservekopie.py": "counts the rows of a restored database, of all tables",
    "webapp/services/versturen/wachtend.py": "counts and finds over all schools, for klantenservice and the night",
}


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_models_and_migrations_agree(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_every_index_says_which_statement_needs_it() -> None:
    """Each is a write for every row, so one that nobody can explain goes."""
    page = (PROJECT / "docs" / "indexes.md").read_text().rpartition("\n\n")[0]  # after it: what was dropped
    there = {each.name for table in Base.metadata.tables.values() for each in table.indexes if not each.unique}
    said = set(re.findall(r"`(ix_\w+)`", page))
    assert {name for name in there - said if not str(name).endswith("_school_id")} == set()
    assert said - there == set()


def test_the_docs_name_only_files_that_exist() -> None:
    tops = "docs|jobs|mail_templates|requirements|sandbox|scripts|tests|webapp"
    missing = [
        f"{page.relative_to(PROJECT)}: {name}"
        for page in _tracked(".md")
        for name in re.findall(rf"`((?:{tops})/[\w./-]+)`", page.read_text())
        if not (PROJECT / name).exists()
    ]
    assert missing == []


def test_the_drawing_of_the_states_is_that_of_the_code() -> None:
    assert states.PAGE.read_text() == states.page(), "draw it anew: python -m tests.states"


@pytest.mark.parametrize("job", Job)
def test_every_job_name_imports_and_hangs_in_the_net(job: Job) -> None:
    assert callable(_imported(job.value))
    assert _imported(job.value).is_under_net


@pytest.mark.parametrize(
    ("name", "job"),
    [
        ("jobs.importbatch.fetch_leerlinggegevens", Job.FETCH_LEERLINGGEGEVENS),
        ("jobs.resultaten.push_resultaten", Job.PUSH_RESULTATEN),
    ],
)
def test_a_job_that_was_queued_under_its_old_name_still_runs(name: str, job: Job) -> None:
    assert _imported(name) is _imported(job.value)


def test_every_security_check_has_one_test_that_cannot_be_skipped() -> None:
    assert list(asvs.ITEMS) == list(range(1, 41))
    found = Counter(number for number, _ in places("asvs"))
    assert found == dict.fromkeys(asvs.ITEMS, 1), "mark the test that holds it: asvs(number)"
    assert skippable("asvs") == []


def test_no_text_is_put_into_sql() -> None:
    found = {
        path.relative_to(PROJECT).as_posix()
        for path in _tracked(".py")
        if path.relative_to(PROJECT).parts[0] in {"webapp", "jobs"} and "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and re.search(r"(^|\.)(text|exec_driver_sql)$", ast.unparse(node.func))
        if node.args and not isinstance(node.args[0], ast.Constant | ast.Name)
    }
    assert found == {"webapp/services/versturen/teruggezet.py"}, "there: names of tables of ours"


def test_acts_are_written_in_one_place_and_each_is_one_of_the_list() -> None:
    """`audit.record` takes a `Daad`, and mypy holds callers to it: no act is a free text."""
    writes = re.compile(r"\bAudit\(|insert\(Audit|INSERT INTO audit\b")
    code = [path for path in _tracked(".py") if path.relative_to(PROJECT).parts[0] in {"webapp", "jobs", "sandbox"}]
    here = [path.relative_to(PROJECT).as_posix() for path in code if writes.search(path.read_text())]
    assert set(here) == {"webapp/models/audit.py", "webapp/services/audit.py"}


def test_every_page_without_a_public_reason_refuses_a_visitor(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A missing CSRF token would refuse a POST before the door is reached; here it is the door that has to hold.
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    let_in = []
    with app.app_context():
        closed = [rule for rule in app.url_map.iter_rules() if not is_public(rule.endpoint)]
    for rule, method in [(page, method) for page in closed for method in _methods(page)]:
        answer = client.open(_address(app, rule), method=method)
        to_login = answer.status_code in {302, 303} and "/inloggen" in answer.headers["Location"]
        if not (to_login or answer.status_code in {401, 403}):
            let_in.append(f"{method} {rule.rule}: {answer.status_code}")
    assert let_in == []
    assert len(closed) > 10, "the crawl found hardly anything: does it still crawl?"


def test_every_public_view_says_why(app: Flask) -> None:
    with app.app_context():
        silent = [
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if getattr(app.view_functions[rule.endpoint], "is_public", False)
            and "ublic" not in (app.view_functions[rule.endpoint].__doc__ or "")
        ]
    assert silent == []


def test_no_file_names_the_machine_it_was_written_on() -> None:
    paths = "|".join(["/" + "work/", "/" + "home/", "/" + "root/", re.escape(f"{PROJECT}/")])
    found = [
        f"{path.relative_to(PROJECT)}: {line.strip()[:80]}"
        for path in _tracked("")
        for line in _lines(path)
        if re.search(rf"(^|[\s\"'`=(])({paths})", line)
    ]
    assert found == []


def test_every_query_over_rows_of_a_school_names_the_school() -> None:
    # The wall in webapp/db.py is the second lock; jobs and klantenservice work without it.
    found = {
        f"{path.relative_to(PROJECT)}: {query}"
        for path in _tracked(".py")
        if path.relative_to(PROJECT).as_posix().startswith(("webapp/services/", "webapp/blueprints/"))
        for query in queries.nameless(path)
        if path.relative_to(PROJECT).as_posix() not in _WITHOUT_A_SCHOOL
    }
    assert found == set()


def test_the_reader_of_queries_sees_one_without_a_school(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text(
        "def good(session, school_id):\n"
        "    query = select(func.count()).select_from(Leerling)\n"
        "    return session.scalar(query.where(Leerling.school_id == school_id))\n"
        "def bad(session, school_id, id_):\n"
        "    groep = session.get(Groep, id_)\n"
        "    assert groep.school_id == school_id\n"
        "    return session.scalars(select(Leerling).where(Leerling.groep_id == id_))\n"
    )
    assert list(queries.nameless(page)) == ["bad: session.get(Groep, id_)", "bad: select(Leerling)"]


def test_screens_ask_for_typed_ids_of_who_is_logged_in() -> None:
    # Flask-Login's `current_user` is of no type, so the type checker would let any of its ids pass for another.
    found = [
        f"{path.relative_to(PROJECT)}: {line.strip()}"
        for path in _tracked(".py")
        if path.is_relative_to(PROJECT / "webapp") and not path.is_relative_to(PROJECT / "webapp/accounts")
        for line in _lines(path)
        if re.search(r"current_user\.(id|school_id)\b", line)
    ]
    assert found == [], "ask me() or own_school() of webapp.accounts"


def test_whoever_changes_a_link_with_the_las_is_known() -> None:
    # Each of them has a test in tests/services/versturen/test_bezorging.py: results were delivered under the old link.
    writes = re.compile(r"\.las_key(, \w+\.\w+)* = |values\(.*\blas_key=")
    found = {
        path.relative_to(PROJECT).as_posix()
        for path in _tracked(".py")
        if path.is_relative_to(PROJECT / "webapp") and "migrations" not in path.parts
        if any(writes.search(line) for line in _lines(path))
    }
    assert found == {
        "webapp/services/inname/soorten/soort.py",
        "webapp/services/koppeling/externe_nummers.py",
        "webapp/services/inname/teruggenomen.py",  # of what was taken back
        "webapp/services/versturen/bezorging.py",  # of a bezorging
    }


def test_a_line_of_a_template_fits_on_a_screen() -> None:
    # Of a mail in plain text a line is a paragraph: those templates (.txt) cannot be broken.
    assert _templates_with(r"^.{201,}$") == []


def test_templates_name_pages_and_not_their_addresses() -> None:
    # In sandbox two applications stand behind one site, and url_for knows the pages of its own application only.
    found = _templates_with(r"""["'](/|/[a-z][^"']*)["']""")
    assert [line for line in found if not line.startswith("sandbox/")] == []


def test_colours_stand_in_the_custom_properties_alone() -> None:
    found = [
        f"{path.name}: {line.strip()[:80]}"
        for path in _tracked(".css")
        for line in _lines(path)
        if re.search(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"--[\w-]+:[^;]*;", "", line))
    ]
    assert found == []


def test_what_is_narrow_is_of_a_screen() -> None:
    # A4 is narrower than a window in which a table becomes cards; on paper it stays a table.
    found = re.findall(r"@media [^{]*", (PROJECT / "webapp/static/koppelpunt.css").read_text())
    queries = [query.strip() for rule in found for query in rule.removeprefix("@media ").split(",")]
    assert [query for query in queries if "max-width" in query and not query.startswith("screen and ")] == []
    assert len(queries) > 15


def _imported(name: str) -> Any:
    module, _, function = name.rpartition(".")
    return getattr(import_module(module), function)


def _templates_with(pattern: str) -> list[str]:
    templates = [path for path in _tracked(".html") if "templates" in path.parent.as_posix()]
    assert len(templates) > 40, "hardly any template was found"
    return [
        f"{path.relative_to(PROJECT)}: {line.strip()[:80]}"
        for path in templates
        for line in _lines(path)
        if re.search(pattern, line)
    ]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except UnicodeDecodeError:
        return []


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def _address(app: Flask, rule: Rule) -> str:
    values = {name: _FILL.get(_converter_name(app, rule, name), "1") for name in rule.arguments}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=None, force_external=False)


def _converter_name(app: Flask, rule: Rule, argument: str) -> str:
    converter = type(rule._converters[argument])
    return next(name for name, known in app.url_map.converters.items() if known is converter)


def _tracked(ending: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", f"*{ending}"], cwd=PROJECT, capture_output=True, text=True, check=True)
    return [PROJECT / line for line in listed.stdout.splitlines()]
