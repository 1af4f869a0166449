"""Whether all parts of the installation answer. The watch asks them (`check`); the page reads what it wrote (`read`).

Nothing secret in what they tell. A page of the public may be asked for a thousand times a second, so it asks no part
but the database, and that by one caller at a time, whose answer the others get too.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any

import psycopg
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Worker
from sqlalchemy import make_url

from webapp.config import Settings
from webapp.queue import QUEUE_NAMES

JOURNAAL_KEY = "koppelpunt:journaal"
"""Redis key that says, for some minutes, why a worker could not write the journal."""
RETOUR_KEY = "koppelpunt:retour"
"""Redis key that says when the mailbox of undelivered mail was last read."""
AANVRAGEN_KEY = "koppelpunt:aanvragen"
"""The same for the mailbox in which schools ask for the koppeling."""
FRESH = timedelta(seconds=15)
"""The row is at most this old; an older one says that nobody watches."""
_TIMEOUT_SECONDS = 2
_LONGEST_LOOK_SECONDS = 4.0 * _TIMEOUT_SECONDS
"""A look that takes longer hangs: the database took the connection and froze."""
_KEPT_SECONDS = {True: 2.0, False: 0.2}
"""How long an answer is given again: what is amiss is over as soon as it can be."""
_RETOUR_SILENT = timedelta(hours=1)
_WORKER_SILENT = timedelta(minutes=2)
_ROW = "SELECT op, ronde_op, onderdelen, alarmen, clock_timestamp() FROM levensteken"
_STIL = (
    "SELECT concat_ws(' ', werk, las_type, 'staat stil:', reden), tot, aanleiding = 'terugzetten' FROM schakelaar "
    "WHERE tot IS NULL OR tot > clock_timestamp() ORDER BY id"
)
_SPOOR = "SELECT datum::text, wortel FROM spoordag ORDER BY datum DESC LIMIT 1"
_NIEMAND = "SELECT NOT EXISTS (SELECT FROM account WHERE is_klantenservice AND active AND password IS NOT NULL)"
_GEEN_ACCOUNT = "Niemand van klantenservice kan inloggen. Maak een account: flask account maken."
_TERUGGEZET = "komt uit een reservekopie: alles staat stil tot na-terugzetten is uitgevoerd"


class _Ill(Exception):
    """This part does not answer; the text says what is wrong, for whoever is called at night."""


@dataclass(frozen=True)
class Gezondheid:
    """Per part: in order, or what is wrong; and what else is amiss."""

    onderdelen: dict[str, str | None]
    alarmen: list[tuple[bool, str]] = field(default_factory=list)
    """Whether it is one of the worst, and the sentence."""

    stilgezet: list[str] = field(default_factory=list)
    """What was switched off: that was chosen, so it is no illness."""
    logboek: tuple[str, str] | None = None
    """The last day of the audit trail that was sealed, and its root: for everybody to write down."""

    @property
    def is_gezond(self) -> bool:
        return not any(self.onderdelen.values()) and not any(is_ergst for is_ergst, _ in self.alarmen)


_SILENT = Gezondheid({"database": "antwoordt niet"})


def check(settings: Settings, *, asks_mail: bool = True) -> dict[str, str | None]:
    """Ask every part but the database for a sign of life; each has two seconds. Return what is wrong with it."""
    with _impatient(settings.redis_url) as redis:
        now = datetime.now(UTC)
        parts: dict[str, Callable[[], object]] = {"redis": redis.ping, "worker": lambda: _worker(redis, now)}
        if settings.journaal is not None:
            parts["journaal"] = lambda: _journaal(redis)
        if settings.mail_retour_url is not None:
            parts["retourmail"] = lambda: _mailbox(redis, RETOUR_KEY, now)
        if settings.aanvraag_imap_url is not None:
            parts["aanvraagmail"] = lambda: _mailbox(redis, AANVRAGEN_KEY, now)
        if asks_mail:
            parts["mail"] = lambda: _mail(settings)
        return {name: _problem(part) for name, part in parts.items()}


class Lezer:
    """Answers from the row. Whoever asks while another is looking gets the answer of a moment ago, for a while."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._looking = Lock()
        self._seen, self._seen_at = _SILENT, float("-inf")
        self._looks_since = float("-inf")

    def read(self) -> Gezondheid:
        """Tell how all parts are."""
        if not self._is_old():
            return self._seen
        is_first = self._seen_at < 0
        if self._looking.acquire(timeout=_LONGEST_LOOK_SECONDS if is_first else 0):
            try:
                if self._is_old():
                    self._looks_since = monotonic()
                    self._seen, self._seen_at = read(self._settings), monotonic()
            finally:
                self._looking.release()
        elif monotonic() - self._looks_since >= _LONGEST_LOOK_SECONDS:
            return _SILENT
        return self._seen

    def _is_old(self) -> bool:
        return monotonic() - self._seen_at > _KEPT_SECONDS[self._seen.is_gezond]


def read(settings: Settings) -> Gezondheid:
    """Read the row once; without a database, or with a row that is too old, that is what is wrong."""
    try:
        row, stopped, is_nobody_there, logboek = _rows(settings)
    except psycopg.Error:
        return _SILENT
    stil = [text if tot is None else f"{text}, tot {tot.astimezone(UTC):%d-%m %H:%M} UTC" for text, tot, _ in stopped]
    database = {"database": _TERUGGEZET if any(is_restored for _, _, is_restored in stopped) else None}
    if row is None or row[0] is None:
        return Gezondheid({**database, "sweep": "geen teken van leven"}, [], stil, logboek)
    op, ronde_op, onderdelen, alarmen, now = row
    if now - op > FRESH:
        zwijgt = f"zwijgt sinds {op.astimezone(UTC):%d-%m %H:%M:%S} UTC"
        return Gezondheid({**database, "sweep": zwijgt}, [], stil, logboek)
    problemen = {name: stand["probleem"] for name, stand in onderdelen.items()}
    sweep = _sweep(ronde_op, now, settings)
    found = [(worst, text) for worst, text in alarmen] + [(False, _GEEN_ACCOUNT)] * is_nobody_there
    return Gezondheid({**database, "sweep": sweep, **problemen}, found, stil, logboek)


def _rows(settings: Settings) -> tuple[tuple[Any, ...] | None, list[tuple[Any, ...]], bool, tuple[str, str] | None]:
    """Ask on a connection of its own, so that a busy pool is not reported as a dead database."""
    url = make_url(settings.database_url)
    args, options = url.get_dialect()().create_connect_args(url)
    options["options"] = f"{options.get('options', '')} -c statement_timeout={_TIMEOUT_SECONDS * 1000}".strip()
    with psycopg.connect(*args, **{**options, "connect_timeout": _TIMEOUT_SECONDS}) as connection:
        row, stopped = connection.execute(_ROW).fetchone(), connection.execute(_STIL).fetchall()
        nobody, last = connection.execute(_NIEMAND).fetchone(), connection.execute(_SPOOR).fetchone()
        return row, stopped, nobody == (True,), (last[0], last[1]) if last is not None else None


def _sweep(ronde_op: datetime | None, now: datetime, settings: Settings) -> str | None:
    """Its watch lives, or the row would be old; its rounds may stand still nevertheless."""
    if ronde_op is None:
        return "nog geen ronde"
    if now - ronde_op > settings.sweep_interval * 3 + timedelta(seconds=30):
        return f"laatste ronde om {ronde_op.astimezone(UTC):%H:%M:%S} UTC"
    return None


def _impatient(url: str) -> Redis:
    """A connection that gives up at once: the usual one waits, and tries again."""
    return Redis.from_url(
        url, socket_connect_timeout=_TIMEOUT_SECONDS, socket_timeout=_TIMEOUT_SECONDS, retry=Retry(NoBackoff(), 0)
    )


def _problem(part: Callable[[], object]) -> str | None:
    try:
        part()
    except _Ill as error:
        return str(error)
    except RedisError:
        return "Redis antwoordt niet"
    return None


def _worker(redis: Redis, now: datetime) -> None:
    """Every queue needs a worker that showed itself lately."""
    alive = [worker for worker in Worker.all(connection=redis) if _age(worker.last_heartbeat, now) < _WORKER_SILENT]
    served = {name for worker in alive for name in worker.queue_names()}
    if missing := [name for name in QUEUE_NAMES if name not in served]:
        raise _Ill(f"geen worker voor {', '.join(missing)}")


def _mail(settings: Settings) -> None:
    try:
        with socket.create_connection((settings.mail_host, settings.mail_port), _TIMEOUT_SECONDS) as connection:
            if not connection.recv(64).startswith(b"220"):
                raise _Ill("mailserver weigert")
            connection.sendall(b"QUIT\r\n")
    except OSError as error:
        raise _Ill("mailserver antwoordt niet") from error


def _journaal(redis: Redis) -> None:
    written = redis.get(JOURNAAL_KEY)
    if isinstance(written, bytes):
        raise _Ill(f"niet geschreven, dus er wordt niets verstuurd: {written.decode()}")


def _mailbox(redis: Redis, key: str, now: datetime) -> None:
    """Nobody learns of an address that died, or of a school that asks, while the mailbox cannot be read."""
    written = redis.get(key)
    if not isinstance(written, bytes):
        raise _Ill("nog niet gelezen")
    if _age(datetime.fromisoformat(written.decode()), now) > _RETOUR_SILENT:
        raise _Ill(f"laatst gelezen op {written.decode()[:16]} UTC")


def _age(moment: datetime | None, now: datetime) -> timedelta:
    if moment is None:
        return timedelta.max
    return now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
