"""The signs of life: what the parts say, what is written down, and what the page makes of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy import make_url, text

from jobs import sweep, wacht
from sandbox.lokaal.services import throwaway_valkey
from tests.ground.app import CleanClient
from tests.ground.servers import Servers, do_as_owner
from tests.ground.smtp import SmtpSink
from webapp import create_app, gezondheid, onderdelen
from webapp.config import Omgeving, Settings
from webapp.db import db, unit_of_work
from webapp.gezondheid import Gezondheid, Lezer
from webapp.models import Account, Spoordag
from webapp.queue import QUEUE_NAMES


@pytest.fixture
def site(settings: Settings, fresh_database_url: str) -> Iterator[Flask]:
    """A site on a database of its own: its health is read past the session of the test."""
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def browser(site: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """It gets no answer of a moment ago."""
    monkeypatch.setattr(gezondheid, "_KEPT_SECONDS", dict.fromkeys((True, False), -1.0))
    return site.test_client()


@pytest.fixture
def worker(redis: Redis, smtp: SmtpSink) -> Iterator[Redis]:
    """A worker that is registered."""
    worker = Worker(list(QUEUE_NAMES), connection=redis, serializer=JSONSerializer)
    worker.register_birth()  # type: ignore[no-untyped-call]  # RQ has not typed it
    yield redis
    worker.register_death()  # type: ignore[no-untyped-call]  # RQ has not typed it


class Once:
    """An Event that lets a loop run one round."""

    def __init__(self) -> None:
        self.rounds = 0

    def is_set(self) -> bool:
        self.rounds += 1
        return self.rounds > 1

    def wait(self, _: float) -> None: ...


def a_round(site: Flask) -> None:
    sweep.run(site, Once())  # type: ignore[arg-type]  # as much of an Event as it needs


def change(**columns: str) -> None:
    with unit_of_work() as session:
        for column, expression in columns.items():
            session.execute(text(f"UPDATE levensteken SET {column} = {expression}"))


def make_somebody(**values: object) -> None:
    with unit_of_work() as session:
        usual: dict[str, object] = {"is_klantenservice": True, "active": True, "password": "hash"}
        session.add(Account(email="kim@x.example", naam="Kim", fs_uniquifier="kim", **(usual | values)))


@pytest.mark.parametrize("values", [None, {"active": False}, {"password": None}, {"is_klantenservice": False}])
def test_without_anybody_of_klantenservice_it_says_so(
    site: Flask, browser: FlaskClient, worker: Redis, values: dict[str, object] | None
) -> None:
    if values is not None:
        make_somebody(**values)
    a_round(site)
    assert wacht.Wacht().look()
    answer = browser.get("/status/gezond")
    assert answer.json is not None
    assert (answer.status_code, answer.json["alarmen"]) == (
        200,
        ["Niemand van klantenservice kan inloggen. Maak een account: flask account maken."],
    )


def test_all_is_well(site: Flask, browser: FlaskClient, worker: Redis) -> None:
    make_somebody()
    a_round(site)
    assert wacht.Wacht().look()
    with unit_of_work() as session:
        for day in (24, 25):
            session.add(Spoordag(datum=date(2026, 11, day), aantal=0, zout=b"", vorige="0" * 64, wortel=f"{day}" * 32))
    answer = browser.get("/status/gezond")
    assert answer.status_code == 200
    assert answer.json == {
        "logboek": {"dag": "2026-11-25", "wortel": "25" * 32},
        "gezond": True,
        "onderdelen": dict.fromkeys(("database", "schema", "redis", "worker", "sweep", "mail"), "in orde"),
        "alarmen": [],
        "stilgezet": [],
    }


def test_before_anybody_looked_nothing_is_well(site: Flask, browser: FlaskClient) -> None:
    answer = browser.get("/status/gezond")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["onderdelen"] == {"database": "in orde", "schema": "in orde", "sweep": "geen teken van leven"}


def test_without_a_worker_it_is_named(site: Flask, browser: FlaskClient, redis: Redis) -> None:
    a_round(site)
    assert not wacht.Wacht().look()
    answer = browser.get("/status/gezond")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["onderdelen"]["worker"] == "geen worker voor mail, nu, import, resultaten"


def test_a_queue_that_nobody_serves_is_named(settings: Settings, redis: Redis) -> None:
    worker = Worker(["mail"], connection=redis, serializer=JSONSerializer)
    worker.register_birth()  # type: ignore[no-untyped-call]  # RQ has not typed it
    assert onderdelen.check(settings)["worker"] == "geen worker voor nu, import, resultaten"
    worker.register_death()  # type: ignore[no-untyped-call]  # RQ has not typed it


def test_a_silent_worker_does_not_count(settings: Settings, worker: Redis) -> None:
    for key in worker.scan_iter("rq:worker:*"):
        worker.hset(key, "last_heartbeat", (datetime.now(UTC) - timedelta(minutes=9)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert str(onderdelen.check(settings)["worker"]).startswith("geen worker voor")


@pytest.mark.parametrize("seconds", [16, 7200])
def test_a_row_that_is_too_old_is_the_alarm_itself(
    site: Flask, browser: FlaskClient, worker: Redis, seconds: int
) -> None:
    a_round(site)
    wacht.Wacht().look()
    change(op=f"clock_timestamp() - interval '{seconds} seconds'")
    answer = browser.get("/status/gezond")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["onderdelen"]["sweep"].startswith("zwijgt sinds")
    assert "redis" not in answer.json["onderdelen"], "what an old row says is not told"


def test_rounds_that_stand_still_are_named_though_the_watch_lives(
    site: Flask, browser: FlaskClient, worker: Redis
) -> None:
    a_round(site)
    change(ronde_op="clock_timestamp() - interval '9 minutes'")
    wacht.Wacht().look()
    answer = browser.get("/status/gezond").get_json()
    assert answer["onderdelen"]["sweep"].startswith("laatste ronde om")
    assert answer["onderdelen"]["redis"] == "in orde"


def test_the_database_being_away_is_said_at_once(settings: Settings) -> None:
    away = replace(settings, database_url="postgresql+psycopg://u:geheim@127.0.0.1:1/x")
    assert gezondheid.read(away) == Gezondheid({"database": "antwoordt niet"})


def test_what_is_away_is_named_and_nothing_secret_with_it(settings: Settings) -> None:
    away = replace(settings, redis_url="redis://:geheim@127.0.0.1:1/0", mail_port=1)
    assert onderdelen.check(away) == {
        "redis": "Redis antwoordt niet",
        "worker": "Redis antwoordt niet",
        "mail": "mailserver antwoordt niet",
    }


def test_the_page_asks_nobody_but_the_database(
    site: Flask, browser: FlaskClient, worker: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_round(site)
    wacht.Wacht().look()

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("the page asked a part")

    for name in ("impatient", "_mail", "_worker"):
        monkeypatch.setattr(onderdelen, name, never)
    assert browser.get("/status/gezond").status_code == 200


def test_a_thousand_callers_are_one_question(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, busy, go_on = [], Event(), Event()

    def read(_: Settings) -> Gezondheid:
        asked.append(1)
        if len(asked) > 1:
            busy.set()
            go_on.wait(30)
        return Gezondheid({"database": None}, [(False, str(len(asked)))])

    monkeypatch.setattr(gezondheid, "read", read)
    lezer = Lezer(lambda: gezondheid.read(settings))
    with ThreadPoolExecutor(2) as pool:
        assert {lezer.read().alarmen[0][1] for _ in range(500)} == {"1"}
        lezer._seen_at -= 60
        slow = pool.submit(lezer.read)
        busy.wait(30)
        assert [lezer.read().alarmen[0][1] for _ in range(500)] == ["1"] * 500, "they do not wait for the slow one"
        go_on.set()
        assert slow.result().alarmen == [(False, "2")]
    assert len(asked) == 2


def test_a_look_that_does_not_end_is_no_answer_of_a_moment_ago(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the database freezes right after it took the connection."""
    busy, go_on = Event(), Event()

    def read(_: Settings) -> Gezondheid:
        busy.set()
        go_on.wait(30)
        return Gezondheid({"database": None})

    monkeypatch.setattr(gezondheid, "read", read)
    monkeypatch.setattr(gezondheid, "_LONGEST_LOOK_SECONDS", 0.0)
    for lezer in (*(Lezer(lambda: gezondheid.read(settings)) for _ in range(2)),):
        with ThreadPoolExecutor(1) as pool:
            hangs = pool.submit(lezer.read)
            busy.wait(30)
            assert lezer.read().onderdelen == {"database": "antwoordt niet"}
            go_on.set()
            assert hangs.result().is_gezond
        assert lezer.read().is_gezond
        busy.clear()
        go_on.clear()
        lezer._seen_at -= 60


def test_what_is_amiss_is_not_told_longer_than_it_is(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [Gezondheid({"mail": "weg"}), Gezondheid({"mail": None}), Gezondheid({"mail": "weg"})]
    monkeypatch.setattr(gezondheid, "read", lambda _: answers.pop(0))
    lezer = Lezer(lambda: gezondheid.read(settings))
    told = []
    for _ in range(3):
        told.append(lezer.read().is_gezond)
        lezer._seen_at -= 1
    assert told == [False, True, True]


def test_a_frozen_redis_is_given_up_on_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # Frozen, not away: it takes a connection and says nothing. The usual client tries three times, five seconds each.
    monkeypatch.setattr(onderdelen, "TIMEOUT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        frozen = replace(settings, redis_url=f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        assert onderdelen.check(frozen, asks_mail=False) == dict.fromkeys(("redis", "worker"), "Redis antwoordt niet")
        listener.setblocking(False)
        calls = [listener.accept()[0] for _ in range(2)]
        with pytest.raises(BlockingIOError):
            listener.accept()
    for call in calls:
        call.close()


def test_the_mail_server_is_not_called_every_five_seconds(
    settings: Settings, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def check(_: Settings, *, asks_mail: bool) -> dict[str, str | None]:
        asked.append(asks_mail)
        return {"redis": None} | (
            {"mail": "mailserver antwoordt niet" if len(asked) == 2 else None} if asks_mail else {}
        )

    monkeypatch.setattr(wacht, "check", check)
    with app.app_context():
        watch = wacht.Wacht()
        assert watch._problems() == {"redis": None, "mail": None}
        watch._asked_at -= 60
        assert watch._problems()["mail"] is not None
        assert watch._problems()["mail"] is None, "one that was ill is asked again at once"
        assert watch._problems() == {"redis": None, "mail": None}
    assert asked == [True, True, True, False]


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "vreemd.example", "", "[::1", "a b"])
def test_the_process_answers_by_itself_by_any_name(client: FlaskClient, host: str) -> None:
    answer = client.get("/status/leeft", headers={"Host": host})
    assert (answer.status_code, answer.json) == (200, {"leeft": True})
    assert client.get("/status/", headers={"Host": host}).status_code == 404


def test_a_node_is_ready_whatever_all_nodes_share_is_doing(site: Flask, browser: FlaskClient, redis: Redis) -> None:
    """No round, no worker, no mail server: another node would fare no better."""
    answer = browser.get("/status/klaar")
    parts = dict.fromkeys(("database", "schema"), "in orde")
    assert (answer.status_code, answer.json) == (200, {"klaar": True, "onderdelen": parts})
    assert browser.get("/status/gezond").status_code == 503


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("default_transaction_read_only = on", "is alleen te lezen"),
        ("temp_file_limit = 0", "heeft geen ruimte: is de schijf vol? (53400)"),
    ],
)
def test_a_database_that_keeps_nothing_makes_a_node_unready(
    site: Flask, browser: FlaskClient, worker: Redis, servers: Servers, setting: str, problem: str
) -> None:
    """PostgreSQL says the same of a full disk as of a limit on what it may write there, but for the last two digits."""
    a_round(site)
    wacht.Wacht().look()
    name = make_url(site.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    with psycopg.connect(servers.postgres.url(name, "postgres"), autocommit=True) as owner:
        owner.execute(f'ALTER DATABASE "{name}" SET {setting}')
    for path in ("klaar", "gezond"):
        answer = browser.get(f"/status/{path}")
        assert (answer.status_code, answer.get_json()["onderdelen"]["database"]) == (503, problem)


def test_tables_of_an_older_program_make_a_node_unready(
    site: Flask, browser: FlaskClient, worker: Redis, fresh_database_url: str
) -> None:
    do_as_owner(fresh_database_url, "UPDATE alembic_version SET version_num = '0003'")
    for path in ("klaar", "gezond"):
        answer = browser.get(f"/status/{path}")
        assert answer.status_code == 503
        assert answer.get_json()["onderdelen"]["schema"].endswith("Voer uit: python -m webapp.migrate.")


def test_a_redis_that_is_full_is_named() -> None:
    with throwaway_valkey() as valkey, Redis.from_url(valkey.url()) as client:
        client.config_set("maxmemory", 1)
        assert onderdelen._problem(lambda: onderdelen._redis(client)) == (
            "Redis antwoordt, maar bewaart niets (OutOfMemoryError)"
        )


def test_a_disk_that_is_nearly_full_is_named(
    settings: Settings, redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=3 * 1024**2))
    found = onderdelen.check(replace(settings, journaal=tmp_path), asks_mail=False)
    assert found["journaal"] == "de schijf is bijna vol: 3 MB vrij"


def test_only_who_shows_the_key_reads_what_is_amiss(
    site: Flask, browser: FlaskClient, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, detailed = {"gezond", "logboek"}, {"gezond", "logboek", "onderdelen", "alarmen", "stilgezet"}
    usual: Settings = site.extensions["settings"]
    key = "een-sleutel-voor-de-wachters-van-de-nacht"
    for change_, header, shown in (
        ({}, "", detailed),
        ({"omgeving": Omgeving.PRODUCTIE}, "", public),
        ({"status_sleutel": key}, "", public),
        ({"status_sleutel": key}, "Bearer é", public),
        ({"status_sleutel": key}, f"Basic {key}", public),
        ({"status_sleutel": key, "omgeving": Omgeving.PRODUCTIE}, f"bearer {key}", detailed),
    ):
        monkeypatch.setitem(site.extensions, "settings", replace(usual, **change_))
        answer = browser.get("/status/gezond", headers={"Authorization": header})
        assert (set(answer.get_json()), answer.status_code) == (shown, 503)
