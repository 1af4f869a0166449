"""The figures of a whole installation: from a fresh clone to results in the LAS. Run it with `make bench`.

Times, not ratios: they say what a person waits for on this machine, and are written down by hand after a look.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import func, select

from tests.browser.manual import Manual
from tests.ground.run import LocalRun
from webapp import create_app
from webapp.config import PROJECT, Settings
from webapp.db import db, unit_of_work
from webapp.models import Koppeling, Leerling, Levering, LeveringStatus, Resultaat, School, Toets
from webapp.services import sloten
from webapp.services.clock import database_now
from webapp.services.toetsen import normering
from webapp.services.versturen import leveringen

TESTS_PER_PUPIL = 4


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What somebody gets who clones the repository now."""
    folder = tmp_path_factory.mktemp("clone") / "koppelpunt"
    subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """The processes of `make run` of this checkout."""
    run = LocalRun(tmp_path_factory.mktemp("run"))
    run.wait_until_ready()
    yield run
    run.stop()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def say(what: str, seconds: float, note: str = "") -> None:
    print(f"\n{what:<48}{seconds:8.1f} s  {note}")


def test_from_fresh_clone_to_ready_and_again(clone: Path) -> None:
    say("fresh clone to ready (make run)", _make_run(clone))
    say("second make run to ready", _make_run(clone))
    shutil.rmtree(clone)


def _make_run(clone: Path) -> float:
    environ = {name: os.environ[name] for name in os.environ if not name.startswith("PYTEST")}
    begin = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env={**environ, "PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Stoppen: Ctrl-C" in line:
            break
    seconds = time.monotonic() - begin
    assert process.poll() is None, "make run ended by itself"
    process.send_signal(signal.SIGINT)
    process.wait(30)
    return seconds


def test_from_approval_to_results_in_the_las(run: LocalRun, browser: Browser) -> None:
    manual = Manual(browser, run)
    manual.request()
    manual.log_in_klantenservice()
    manual.open_up()
    manual.log_in_beheerder()
    manual.submit(manual.make_sleutel())
    begin = time.monotonic()
    manual.approve()
    mail = manual.koppelingsmail()
    say("approval to koppelingsmail in the mailbox", time.monotonic() - begin, "200 pupils fetched and matched")
    manual.follow(mail)
    manual.answer_questions()
    begin = time.monotonic()
    manual.import_everything()
    say("import of 200 pupils (two clicks in a browser)", time.monotonic() - begin)
    manual.close()
    app = _app_of(run)
    number = _norm_tests(app)
    begin = time.monotonic()
    _push(app, number)
    seconds = time.monotonic() - begin
    say(f"push of {number} results, until all are confirmed", seconds, f"{number / seconds:.0f} results/s")
    with app.app_context():
        db.engine.dispose()


def _app_of(run: LocalRun) -> Flask:
    """The app with the settings of the running worker, to put results in and to look."""
    worker = next(process for process in run.processes() if "jobs.worker" in process.cmdline())
    return create_app(Settings.from_env(worker.environ()))


def _norm_tests(app: Flask) -> int:
    """Give every linked pupil four tests of this year, and norm them."""
    with app.app_context(), unit_of_work() as session:
        school = session.scalars(select(School).where(School.brin == "99XX")).one()
        sloten.hold(session, school.id)
        pupils = session.scalars(
            select(Leerling.id).where(Leerling.school_id == school.id, Leerling.las_key.is_not(None)).limit(200)
        ).all()
        toetsen = session.scalars(select(Toets).order_by(Toets.id).limit(TESTS_PER_PUPIL)).all()
        session.add_all(
            Resultaat(
                school_id=school.id,
                leerling_id=leerling_id,
                toets_id=toets.id,
                afnamedatum=date(int(_start_year()), 11, 3),
                ruwe_score=(leerling_id * 7 + toets.id) % (toets.aantal_opgaven + 1),
            )
            for leerling_id in pupils
            for toets in toetsen
        )
        session.flush()
        for toets in toetsen:
            normering.normeer(session, school.id, toets.id, now=database_now(session), door=None, leerling_ids=pupils)
        return len(pupils) * len(toetsen)


def _start_year() -> str:
    from webapp.schooljaar import schooljaar_of

    return schooljaar_of(date.today())[:4]  # noqa: DTZ011  (the school year of the machine is meant)


def _push(app: Flask, number: int) -> None:
    with app.app_context():
        with unit_of_work() as session:
            koppeling = session.scalars(select(Koppeling)).one()
            leveringen.send_now(session, koppeling, door=None)
        end = time.monotonic() + 120
        while time.monotonic() < end:
            with unit_of_work() as session:
                query = select(func.count()).select_from(Levering).where(Levering.status == LeveringStatus.BEVESTIGD)
                if (session.scalar(query) or 0) >= number:
                    return
            time.sleep(0.05)
        raise AssertionError("not all results were confirmed within two minutes")
