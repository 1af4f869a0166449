"""Reading in is killed at any statement, or done twice at once: a school is in as a whole or not at all, and once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Barrier, Thread

import pytest
from click.testing import Result
from flask import Flask
from redis import Redis
from sqlalchemy import func, select

from tests.paren import app_for
from tests.test_killed_import import STRIDE, end_there, kill_itself, marks
from webapp.config import Settings
from webapp.db import db
from webapp.inlezen import VOORBEELD, Inlezing
from webapp.models import Handeling, Leerling, Mutatie, Norm, Registerschool, Resultaat, School, Toetreding, Toets
from webapp.services.inlezen.map import open_map

_OF_NO_SCHOOL = ("toetsen", "normen", "register")
WHOLE: dict[type, int] = {
    Toets: 1, Norm: 2, Registerschool: 2, School: 1, Leerling: 3, Resultaat: 3, Toetreding: 2, Handeling: 1, Mutatie: 7,
}  # fmt: skip
"""What the example is, once."""


@pytest.fixture
def app(settings: Settings, fresh_database_url: str, redis: Redis) -> Iterator[Flask]:
    app = app_for(settings, fresh_database_url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def tests_only(tmp_path: Path) -> Path:
    """Only what is of no school: it is written first."""
    (tmp_path / "toetsen").mkdir()
    for name in _OF_NO_SCHOOL:
        shutil.copy(VOORBEELD / f"{name}.csv", tmp_path / "toetsen")
    return tmp_path / "toetsen"


def run(app: Flask, folder: Path = VOORBEELD) -> Result:
    return app.test_cli_runner().invoke(args=["inlezen", str(folder)])


@pytest.mark.fault(13)
@pytest.mark.parametrize(("kill", "first"), [(kill_itself, 1), (end_there, 2)])
def test_a_school_is_in_as_a_whole_or_not_at_all(
    app: Flask, tests_only: Path, kill: Callable[..., bool], first: int
) -> None:
    assert run(app, tests_only).exit_code == 0
    before = marks()
    for number in count(first, min(STRIDE, 5)):
        if not kill(app, number, lambda: run(app)) or marks() != before:
            break
    assert number > 20
    assert counts() == WHOLE
    assert run(app).exit_code == 0
    assert counts() == WHOLE


@pytest.mark.parametrize("has_tests", [True, False])
def test_two_at_once_read_a_school_in_once(app: Flask, tests_only: Path, has_tests: bool) -> None:
    if has_tests:
        run(app, tests_only)
    together, done = Barrier(2), list[int]()

    def read_in() -> None:
        with app.app_context():
            werk = Inlezing(open_map(VOORBEELD), is_mailed=False)
            werk.check()
            together.wait()
            werk.write()
            done.append(len(werk.fouten))
            db.session.remove()

    threads = [Thread(target=read_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [0, 0]
    assert counts() == WHOLE


def counts() -> dict[type, int]:
    """How many rows there are of what is read in."""
    found = {table: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in WHOLE}
    db.session.remove()
    return found
