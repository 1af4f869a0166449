"""No name, key or address of anybody is in a log, in Redis or in an answer, whatever goes wrong."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import Date

from jobs.worker import KoppelpuntWorker
from tests.ground.kanaries import Kanaries
from tests.screens import Koppelweg, make_clerk, post
from tests.wereld import Wereld, make_wereld
from webapp import logregel
from webapp.config import PROJECT
from webapp.db import db
from webapp.logs import JsonLines, describe
from webapp.models import Audit, Daad, Leerling, Rem
from webapp.models.fout import EigenCode
from webapp.queue import QUEUE_NAMES, Job, ring
from webapp.services import audit
from webapp.services.clock import database_clock
from webapp.services.geschiedenis import ZONDER

NAAM = "Xandertje-Kanarie"


def breaks_a_unique_key() -> None:
    school_id = db.session.scalar(text("SELECT min(id) FROM school"))
    row = {"school_id": school_id, "roepnaam": NAAM, "achternaam": NAAM, "las_key": NAAM, "status": "actief"}
    for _ in range(2):
        db.session.execute(insert(Leerling).values(row), execution_options=ZONDER)


def breaks_a_foreign_key() -> None:
    db.session.execute(text("INSERT INTO sessie (account_id, token_hash) VALUES (-1, :naam)"), {"naam": NAAM})


def breaks_a_check() -> None:
    db.session.execute(text("INSERT INTO audit (actie, object) VALUES (:naam, :naam)"), {"naam": NAAM})


def is_no_number() -> None:
    db.session.execute(text("SELECT CAST(:naam AS int)"), {"naam": NAAM})


def is_too_long() -> None:
    db.session.execute(insert(Leerling).values(school_id=1, roepnaam=NAAM * 100, achternaam=NAAM))


def is_no_date() -> None:
    db.session.execute(text("SELECT :dag").bindparams(bindparam("dag", NAAM, type_=Date())))


def is_no_sql() -> None:
    db.session.execute(text(f'SELECT "{NAAM}"'))


def has_a_nul() -> None:
    db.session.execute(text("SELECT :naam"), {"naam": f"{NAAM}\0"})


def is_in_a_key() -> None:
    dict[str, str]()[NAAM]


def is_in_a_cause() -> None:
    try:
        int(NAAM)
    except ValueError as error:
        raise RuntimeError(f"{NAAM} again") from error


def is_in_a_note() -> None:
    error = ValueError(NAAM)
    error.add_note(NAAM)
    raise error


def is_in_a_group() -> None:
    raise ExceptionGroup(NAAM, [ValueError(NAAM), KeyError(NAAM)])


def is_no_latin() -> None:
    f"{NAAM}é".encode("ascii")


BREAKS = (
    breaks_a_unique_key, breaks_a_foreign_key, breaks_a_check, is_no_number, is_too_long, is_no_date, is_no_sql,
    has_a_nul, is_in_a_key, is_in_a_cause, is_in_a_note, is_in_a_group, is_no_latin,
)  # fmt: skip
every_break = pytest.mark.parametrize("go_wrong", BREAKS)


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """What stands in the log, written as in production."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines("test"))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream.getvalue
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


_READ: dict[Any, Callable[[Any, Any], Any]] = {
    b"string": lambda redis, key: redis.get(key),
    b"hash": lambda redis, key: redis.hgetall(key),
    b"list": lambda redis, key: redis.lrange(key, 0, -1),
    b"set": lambda redis, key: redis.smembers(key),
    b"zset": lambda redis, key: redis.zrange(key, 0, -1),
    b"stream": lambda redis, key: redis.xrange(key),
}


def in_redis(redis: Redis) -> str:
    """All that Redis holds, and the errors of failed jobs, which RQ packs."""
    found = []
    for key in redis.scan_iter():
        found.append(f"{key!r}: {_READ[redis.type(key)](redis, key)!r}")
        if key.startswith(b"rq:job:"):
            job = RqJob.fetch(key.decode().removeprefix("rq:job:"), connection=redis, serializer=JSONSerializer)
            result = job.latest_result()
            found.append("" if result is None else str(result.exc_string))
    return "\n".join(found)


@pytest.mark.asvs(40)
@every_break
def test_a_page_that_breaks(
    app: Flask,
    session: Session,
    wereld: Wereld,
    log: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    redis: Redis,
    go_wrong: Callable[[], None],
) -> None:
    """Logins are in tests/accounts/test_events.py; a database that is away: tests/test_errorpages.py."""
    weg = Koppelweg(app, session, make_clerk(session))
    browser = weg.browser(weg.running())
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "overzicht.index", go_wrong)
    answer = browser.get("/")
    assert answer.status_code in {400, 409, 500}
    assert go_wrong.__name__ in log(), "the log does not say where"
    assert NAAM not in log() + answer.text + in_redis(redis)


@every_break
def test_a_job_that_breaks(
    app: Flask,
    session: Session,
    wereld: Wereld,
    run_jobs: Callable[[], int],
    log: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    redis: Redis,
    go_wrong: Callable[[], None],
) -> None:
    wereld.koppeling.ophalen_op = database_clock(session) - timedelta(seconds=1)
    session.commit()
    monkeypatch.setattr("jobs.ophalen.client_for", lambda *_: go_wrong())
    ring(Job.FETCH_LEERLINGGEGEVENS, wereld.koppeling.id)
    assert run_jobs() == 1
    session.expire_all()
    assert wereld.koppeling.fout_code is EigenCode.INTERN
    assert go_wrong.__name__ in log()
    stored = session.scalars(text("SELECT t::text FROM koppeling t UNION ALL SELECT t::text FROM audit t")).all()
    assert NAAM not in log() + in_redis(redis) + "".join(stored)


class _InThisProcess(KoppelpuntWorker):
    def _install_signal_handlers(self) -> None:
        """None: this process is pytest's."""


@every_break
def test_a_job_outside_the_net(
    app: Flask,
    session: Session,
    wereld: Wereld,
    log: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    redis: Redis,
    go_wrong: Callable[[], None],
) -> None:
    """As when the work of RQ itself breaks, or somebody forgot the net."""
    monkeypatch.setattr(KoppelpuntWorker, "app", app, raising=False)
    app.extensions["rq_queues"]["mail"].enqueue(go_wrong)
    worker = _InThisProcess(list(QUEUE_NAMES), connection=redis, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="WARNING")
    held = in_redis(redis)
    assert go_wrong.__name__ in log()
    assert "tests/test_kanaries.py" in held, "the registry of failed jobs does not say where"
    assert NAAM not in log() + held


@pytest.mark.parametrize(
    "where",
    [
        "raise E",
        "import threading; t = threading.Thread(target=f); t.start(); t.join()",
        "type('Ended', (), {'__del__': lambda _: f()})()",
    ],
)
def test_the_last_words_of_a_process(where: str) -> None:
    program = (
        "from webapp.logs import configure_logging; configure_logging('test')\n"
        f"E = ValueError('{NAAM}')\ndef f(): raise E\n{where}\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert "not caught" in done.stderr
    assert "ValueError" in done.stderr
    assert NAAM not in done.stderr + done.stdout


def test_a_line_break_that_was_typed_makes_no_second_line(app: Flask, log: Callable[[], str]) -> None:
    typed = "a@b.example\r\n2026-01-01 ERROR webapp alles weg"
    browser = app.test_client()
    post(browser, "/inloggen", {"email": typed, "password": typed})
    browser.get("/bestaat-niet%0d%0a2026-01-01%20ERROR%20webapp%20alles%20weg", headers={"User-Agent": "x"})
    assert len([line for line in log().splitlines() if line.startswith("2026-01-01")]) == 0


def test_a_guess_at_a_password_leaves_no_address(app: Flask, redis: Redis, log: Callable[[], str]) -> None:
    answer = post(app.test_client(), "/inloggen", {"email": f"{NAAM}@school.example", "password": NAAM})
    assert answer.status_code == 200
    with app.app_context():
        rows = [*db.session.scalars(select(Rem.sleutel)), *db.session.scalars(select(Audit.object))]
    held = in_redis(redis) + " ".join(rows)
    assert "inloggen:" in held
    for text_ in (NAAM.lower(), base64.b64encode(NAAM.encode()).decode().lower()):
        assert text_ not in (held + log()).lower()


def test_an_error_is_told_with_our_own_lines_and_no_word_of_its_text(app: Flask, wereld: Wereld) -> None:
    try:
        breaks_a_unique_key()
    except Exception as error:  # noqa: BLE001  whatever it is, it is described
        told = describe(error)
    first, second = told.splitlines()
    assert first.startswith("UniqueViolation 23505 uq_leerling_las_key in no frame of ours")
    assert second.startswith("IntegrityError in tests/test_kanaries.py:")
    assert "breaks_a_unique_key" in second


def lines_of(log: Callable[[], str], message: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in log().splitlines()]
    return [line for line in found if line["message"] == message]


def test_a_request_is_one_line_with_the_rule_of_its_address(app: Flask, log: Callable[[], str]) -> None:
    browser = app.test_client()
    answers = [browser.get(f"/m/{NAAM}?x={NAAM}"), browser.get(f"/{NAAM}"), browser.open("/", method=NAAM)]
    browser.get("/status/leeft")
    lines = lines_of(log, "request")
    assert [(line.get("route"), line["status"], line["outcome"], line["method"]) for line in lines] == [
        ("/m/<token>", 410, "refused", "GET"),
        (None, 404, "refused", "GET"),
        (None, 405, "refused", "other"),
    ]
    assert [line["id"] for line in lines] == [answer.headers["X-Request-Id"] for answer in answers]
    assert NAAM not in log()


def test_an_act_is_one_line_once_it_was_kept(
    app: Flask, session: Session, wereld: Wereld, log: Callable[[], str]
) -> None:
    def act() -> None:
        audit.record(session, Daad.HERVAT, "koppeling 1", door=None, school_id=wereld.school.id, wat=NAAM)

    session.commit()
    act()
    session.rollback()
    session.begin_nested()
    act()
    session.rollback()
    savepoint = session.begin_nested()
    act()
    savepoint.rollback()
    act()
    assert lines_of(log, "act") == []
    session.commit()
    (line,) = lines_of(log, "act")
    assert {name: line[name] for name in ("act", "object", "school", "outcome")} == {
        "act": "hervat", "object": "koppeling 1", "school": wereld.school.id, "outcome": "done"
    }  # fmt: skip
    assert NAAM not in log()


def test_what_is_logged_meanwhile_carries_the_number_of_its_event(log: Callable[[], str]) -> None:
    def break_down() -> None:
        with logregel.event("job", "TIDY", id_="7", subject="12"):
            logging.getLogger("webapp").warning("%s at /m/%s", "link", NAAM)
            logging.getLogger("sqlalchemy.pool").error("lost %s", NAAM)
            raise KeyError(NAAM)

    with pytest.raises(KeyError):
        break_down()
    own, of_library, event = (json.loads(line) for line in log().splitlines())
    assert (own["message"], of_library["message"]) == ("link at /m/***", "lost %s")
    assert {own["id"], of_library["id"], event["id"]} == {"7"}
    assert (event["outcome"], event["act"], event["subject"], type(event["ms"])) == ("broke", "TIDY", "12", int)
    assert logregel.fields_of(logging.makeLogRecord({})) == {"id": None, "school": None}


def test_what_a_library_filled_in_before_it_logged_is_not_kept(log: Callable[[], str]) -> None:
    """Gunicorn does so with a request that it cannot read: the line of it, or its cookie."""
    of_library = logging.getLogger("gunicorn.error")
    of_library.propagate = True
    for said in (
        f"Invalid request from ip=10.0.0.1: Invalid HTTP request line: 'GET /m/{NAAM} {NAAM}'",
        f"No room for '{NAAM}'",
        KeyError(NAAM),
        ValueError(f"{NAAM} stays"),
    ):
        of_library.warning(said)
    of_library.warning("Shutting down")
    of_library.warning("Worker %d left", 7)
    told = [json.loads(line)["message"] for line in log().splitlines()]
    withheld = ["Invalid request from ip", "No room for", "KeyError", "ValueError"]
    assert told == [*withheld, "Shutting down", "Worker 7 left"]


def test_a_name_in_a_log_is_found() -> None:
    """The fixture that stands around every test of a fault (`tests/ground/kanaries.py`) can fail."""
    kanaries = Kanaries()
    kanaries.add(NAAM, "kim@school.example", None, "Bo")
    assert kanaries.told_in("all is well, Bo") == []
    assert kanaries.told_in(f"mail to KIM@school.example of {NAAM}.") == ["KIM@school.example", NAAM]


def test_gunicorn_logs_as_all_our_processes_do() -> None:
    """Also before it has loaded the application, and where it says what it cannot load."""
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--bind", "127.0.0.1:0", "geen_module:app"]
    environ = {name: value for name, value in os.environ.items() if name != "OMGEVING"}
    done = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False, timeout=60)
    lines = [json.loads(line) for line in done.stderr.splitlines() if line != "No module named 'geen_module'"]
    assert {line["process"] for line in lines} == {"web"}
    assert "ModuleNotFoundError" in "".join(line.get("error", "") for line in lines)
