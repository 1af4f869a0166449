"""Whether all parts of the installation answer, each within two seconds; nothing secret in what it tells."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from sqlalchemy import make_url

from webapp.config import Settings
from webapp.queue import QUEUE_NAMES

RETOUR_KEY = "koppelpunt:retour"
"""Redis key that says when the mailbox of undelivered mail was last read."""
SWEEP_KEY = "koppelpunt:sweep"
"""Redis key in which the sweep writes, after each round, when that was."""
_TIMEOUT_SECONDS = 2
_RETOUR_SILENT = timedelta(hours=1)
_WORKER_SILENT = timedelta(minutes=2)


class _Ill(Exception):
    """This part does not answer; the text says what is wrong, for whoever is called at night."""


@dataclass(frozen=True)
class Gezondheid:
    """Per part: in order, or what is wrong."""

    onderdelen: dict[str, str | None]

    @property
    def is_gezond(self) -> bool:
        return not any(self.onderdelen.values())


def check(redis: Redis, settings: Settings) -> Gezondheid:
    """Ask every part for a sign of life."""
    now = datetime.now(UTC)
    parts: dict[str, Callable[[], None]] = {
        "database": lambda: _database(settings),
        "redis": lambda: _redis(redis),
        "worker": lambda: _worker(redis, now),
        "sweep": lambda: _sweep(redis, now, settings),
        "mail": lambda: _mail(settings),
    }
    if settings.mail_retour_url is not None:
        parts["retourmail"] = lambda: _retour(redis, now)
    return Gezondheid({name: _problem(part) for name, part in parts.items()})


def _problem(part: Callable[[], None]) -> str | None:
    try:
        part()
    except _Ill as error:
        return str(error)
    except RedisError:
        return "Redis antwoordt niet"
    return None


def _database(settings: Settings) -> None:
    """Ask on a connection of its own, so that a busy pool is not reported as a dead database."""
    url = make_url(settings.database_url)
    args, options = url.get_dialect()().create_connect_args(url)
    try:
        with psycopg.connect(*args, **{**options, "connect_timeout": _TIMEOUT_SECONDS}) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error as error:
        raise _Ill("antwoordt niet") from error


def _redis(redis: Redis) -> None:
    redis.ping()


def _worker(redis: Redis, now: datetime) -> None:
    """Every queue needs a worker that showed itself lately."""
    alive = [worker for worker in Worker.all(connection=redis) if _age(worker.last_heartbeat, now) < _WORKER_SILENT]
    served = {name for worker in alive for name in worker.queue_names()}
    if missing := [name for name in QUEUE_NAMES if name not in served]:
        raise _Ill(f"geen worker voor {', '.join(missing)}")


def _sweep(redis: Redis, now: datetime, settings: Settings) -> None:
    written = redis.get(SWEEP_KEY)
    if not isinstance(written, bytes):
        raise _Ill("geen teken van leven")
    seen = datetime.fromisoformat(written.decode())
    if _age(seen, now) > settings.sweep_interval * 3 + timedelta(seconds=30):
        raise _Ill(f"laatste ronde om {seen:%H:%M:%S} UTC")


def _mail(settings: Settings) -> None:
    try:
        with socket.create_connection((settings.mail_host, settings.mail_port), _TIMEOUT_SECONDS) as connection:
            if not connection.recv(64).startswith(b"220"):
                raise _Ill("mailserver weigert")
            connection.sendall(b"QUIT\r\n")
    except OSError as error:
        raise _Ill("mailserver antwoordt niet") from error


def _retour(redis: Redis, now: datetime) -> None:
    """Nobody learns of an address that died while its mailbox cannot be read."""
    written = redis.get(RETOUR_KEY)
    if not isinstance(written, bytes):
        raise _Ill("nog niet gelezen")
    if _age(datetime.fromisoformat(written.decode()), now) > _RETOUR_SILENT:
        raise _Ill(f"laatst gelezen op {written.decode()[:16]} UTC")


def _age(moment: datetime | None, now: datetime) -> timedelta:
    if moment is None:
        return timedelta.max
    return now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
