"""The signs of life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

from tests.ground.smtp import SmtpSink
from webapp import gezondheid
from webapp.config import Settings
from webapp.queue import QUEUE_NAMES


@pytest.fixture
def everything(app: Flask, redis: Redis, smtp: SmtpSink) -> Iterator[Redis]:
    """A worker that is registered, and a sweep that has just been round."""
    worker = Worker(list(QUEUE_NAMES), connection=redis, serializer=JSONSerializer)
    worker.register_birth()  # type: ignore[no-untyped-call]  # RQ has not typed it
    redis.set(gezondheid.SWEEP_KEY, datetime.now(UTC).isoformat())
    yield redis
    worker.register_death()  # type: ignore[no-untyped-call]  # RQ has not typed it


def _parts(client: FlaskClient) -> dict[str, str]:
    answer = client.get("/status/gezond").get_json()
    return dict(answer["onderdelen"])


def test_all_is_well(everything: Redis, client: FlaskClient) -> None:
    answer = client.get("/status/gezond")
    assert answer.status_code == 200
    assert answer.json == {
        "gezond": True,
        "onderdelen": dict.fromkeys(("database", "redis", "worker", "sweep", "mail"), "in orde"),
    }


def test_without_a_worker_and_a_sweep_both_are_named(redis: Redis, client: FlaskClient) -> None:
    assert client.get("/status/gezond").status_code == 503
    assert _parts(client)["worker"] == "geen worker voor mail, import, resultaten"
    assert _parts(client)["sweep"] == "geen teken van leven"


def test_a_queue_that_nobody_serves_is_named(redis: Redis, client: FlaskClient) -> None:
    worker = Worker(["mail"], connection=redis, serializer=JSONSerializer)
    worker.register_birth()  # type: ignore[no-untyped-call]  # RQ has not typed it
    assert _parts(client)["worker"] == "geen worker voor import, resultaten"
    worker.register_death()  # type: ignore[no-untyped-call]  # RQ has not typed it


def test_a_silent_worker_does_not_count(everything: Redis, client: FlaskClient) -> None:
    for key in everything.scan_iter("rq:worker:*"):
        everything.hset(
            key, "last_heartbeat", (datetime.now(UTC) - timedelta(minutes=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
        )
    assert _parts(client)["worker"].startswith("geen worker voor")


def test_an_old_round_of_the_sweep_is_named(everything: Redis, client: FlaskClient) -> None:
    everything.set(gezondheid.SWEEP_KEY, (datetime.now(UTC) - timedelta(minutes=9)).isoformat())
    assert _parts(client)["sweep"].startswith("laatste ronde om")


def test_what_is_away_is_named_and_nothing_secret_with_it(settings: Settings) -> None:
    away = replace(settings, database_url="postgresql+psycopg://u:geheim@127.0.0.1:1/x", mail_port=1)
    health = gezondheid.check(Redis.from_url("redis://:geheim@127.0.0.1:1/0"), away)
    assert not health.is_gezond
    assert health.onderdelen == {
        "database": "antwoordt niet",
        "redis": "Redis antwoordt niet",
        "worker": "Redis antwoordt niet",
        "sweep": "Redis antwoordt niet",
        "mail": "mailserver antwoordt niet",
    }


def test_the_process_answers_by_itself(client: FlaskClient) -> None:
    assert client.get("/status/leeft").json == {"leeft": True}
