"""Asks every part of the installation but the database for a sign of life: the watch does, every five seconds."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry
from rq import Worker

from webapp.config import Settings
from webapp.queue import QUEUE_NAMES

JOURNAAL_KEY = "koppelpunt:journaal"
"""Redis key that says, for some minutes, why a worker could not write the journal."""
RETOUR_KEY = "koppelpunt:retour"
"""Redis key that says when the mailbox of undelivered mail was last read."""
AANVRAGEN_KEY = "koppelpunt:aanvragen"
"""The same for the mailbox in which schools ask for the koppeling."""
_PROEF_KEY = "koppelpunt:schrijfproef"
TIMEOUT_SECONDS = 2
_RETOUR_SILENT = timedelta(hours=1)
_WORKER_SILENT = timedelta(minutes=2)
_LEAST_FREE = 500 * 1024 * 1024
"""Bytes: with less left on the disk of the journal somebody must look, for when it is full nothing may be sent."""


class Ill(Exception):
    """This part does not answer; the text says what is wrong, for whoever is called at night."""


def check(settings: Settings, *, asks_mail: bool = True) -> dict[str, str | None]:
    """Ask every part but the database for a sign of life; each has two seconds. Return what is wrong with it."""
    with impatient(settings.redis_url) as redis:
        now = datetime.now(UTC)
        parts: dict[str, Callable[[], object]] = {"redis": lambda: _redis(redis), "worker": lambda: _worker(redis, now)}
        if settings.journaal is not None:
            folder = settings.journaal
            parts["journaal"] = lambda: _journaal(redis, folder)
        if settings.mail_retour_url is not None:
            parts["retourmail"] = lambda: _mailbox(redis, RETOUR_KEY, now)
        if settings.aanvraag_imap_url is not None:
            parts["aanvraagmail"] = lambda: _mailbox(redis, AANVRAGEN_KEY, now)
        if asks_mail:
            parts["mail"] = lambda: _mail(settings)
        return {name: _problem(part) for name, part in parts.items()}


def impatient(url: str) -> Redis:
    """A connection that gives up at once: the usual one waits, and tries again."""
    return Redis.from_url(
        url, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS, retry=Retry(NoBackoff(), 0)
    )


def _problem(part: Callable[[], object]) -> str | None:
    try:
        part()
    except Ill as error:
        return str(error)
    except RedisError:
        return "Redis antwoordt niet"
    return None


def _redis(redis: Redis) -> None:
    """One that is full, or whose own disk is, answers a question and takes nothing."""
    try:
        redis.set(_PROEF_KEY, "", ex=60)
    except ResponseError as error:
        raise Ill(f"Redis antwoordt, maar bewaart niets ({type(error).__name__})") from error


def _worker(redis: Redis, now: datetime) -> None:
    """Every queue needs a worker that showed itself lately."""
    alive = [worker for worker in Worker.all(connection=redis) if _age(worker.last_heartbeat, now) < _WORKER_SILENT]
    served = {name for worker in alive for name in worker.queue_names()}
    if missing := [name for name in QUEUE_NAMES if name not in served]:
        raise Ill(f"geen worker voor {', '.join(missing)}")


def _mail(settings: Settings) -> None:
    try:
        with socket.create_connection((settings.mail_host, settings.mail_port), TIMEOUT_SECONDS) as connection:
            if not connection.recv(64).startswith(b"220"):
                raise Ill("mailserver weigert")
            connection.sendall(b"QUIT\r\n")
    except OSError as error:
        raise Ill("mailserver antwoordt niet") from error


def _journaal(redis: Redis, folder: Path) -> None:
    written = redis.get(JOURNAAL_KEY)
    if isinstance(written, bytes):
        raise Ill(f"niet geschreven, dus er wordt niets verstuurd: {written.decode()}")
    if (free := disk_free(folder)) < _LEAST_FREE:
        raise Ill(f"de schijf is bijna vol: {free // 1024**2} MB vrij")


def disk_free(folder: Path) -> int:
    """How many bytes are free on the disk of this folder."""
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise Ill(f"de map is er niet: {error.strerror}") from error


def _mailbox(redis: Redis, key: str, now: datetime) -> None:
    """Nobody learns of an address that died, or of a school that asks, while the mailbox cannot be read."""
    written = redis.get(key)
    if not isinstance(written, bytes):
        raise Ill("nog niet gelezen")
    if _age(datetime.fromisoformat(written.decode()), now) > _RETOUR_SILENT:
        raise Ill(f"laatst gelezen op {written.decode()[:16]} UTC")


def _age(moment: datetime | None, now: datetime) -> timedelta:
    if moment is None:
        return timedelta.max
    return now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
