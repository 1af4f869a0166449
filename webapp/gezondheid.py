"""Whether all is well, from the row that the watch writes (`read`); whether this node may get traffic (`ready`).

Nothing secret in what they tell. A page of the public may be asked for a thousand times a second, so it asks no part
but the database, and that by one caller at a time, whose answer the others get too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

import psycopg
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy import make_url

from webapp import schema
from webapp.config import Settings
from webapp.onderdelen import TIMEOUT_SECONDS

FRESH = timedelta(seconds=15)
"""The row is at most this old; an older one says that nobody watches."""
_LONGEST_LOOK_SECONDS = 4.0 * TIMEOUT_SECONDS
"""A look that takes longer hangs: the database took the connection and froze."""
_KEPT_SECONDS = {True: 2.0, False: 0.2}
"""How long an answer is given again: what is amiss is over as soon as it can be."""
_WRITES = "SELECT FROM levensteken FOR UPDATE SKIP LOCKED"
"""What a database that only reads refuses; it waits for nobody, and keeps nothing."""
_SPILLS = (
    "SET LOCAL work_mem = '64kB'; "
    "SELECT count(*) FROM (SELECT repeat('x', 99) || n FROM generate_series(1, 2000) AS n ORDER BY 1) AS sorted"
)
"""Too much to sort in so little memory, so it needs room on the disk; most writes find room in what is there."""
_NO_ROOM = "53"
"""The class of SQLSTATE for a disk or a memory that is full."""
_ROW = "SELECT op, ronde_op, onderdelen, alarmen, metingen, clock_timestamp() FROM levensteken"
_STIL = (
    "SELECT concat_ws(' ', werk, las_type, 'staat stil:', reden), tot, aanleiding = 'terugzetten' FROM schakelaar "
    "WHERE tot IS NULL OR tot > clock_timestamp() ORDER BY id"
)
_SPOOR = "SELECT datum::text, wortel FROM spoordag ORDER BY datum DESC LIMIT 1"
_NIEMAND = "SELECT NOT EXISTS (SELECT FROM account WHERE is_klantenservice AND active AND password IS NOT NULL)"
_GEEN_ACCOUNT = "Niemand van klantenservice kan inloggen. Maak een account: flask account maken."
_TERUGGEZET = "komt uit een reservekopie: alles staat stil tot na-terugzetten is uitgevoerd"


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

    metingen: list[Any] = field(default_factory=list)
    """The figures that the watch left; none when it says nothing any more."""
    stil: float | None = None
    """Seconds since the watch looked last."""
    klok: float | None = None
    """Seconds that the clock of this host is ahead of the database."""

    @property
    def is_gezond(self) -> bool:
        return not any(self.onderdelen.values()) and not any(is_ergst for is_ergst, _ in self.alarmen)


class _Rows(NamedTuple):
    """What the database said."""

    row: tuple[Any, ...] | None
    stopped: list[tuple[Any, ...]]
    is_nobody_there: bool
    logboek: tuple[str, str] | None
    problem: str | None
    """Why it keeps nothing."""
    klok: float


_SILENT = Gezondheid({"database": "antwoordt niet"})


class Lezer:
    """Looks. Whoever asks while another is looking gets the answer of a moment ago, for a while."""

    def __init__(self, look: Callable[[], Gezondheid]) -> None:
        self._look = look
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
                    self._seen, self._seen_at = self._look(), monotonic()
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
        with _asking(settings) as connection:
            if problem := schema.look(connection).probleem:
                return Gezondheid({"schema": problem})
            rows = _rows(connection)
    except psycopg.Error:
        return _SILENT
    stopped, logboek = rows.stopped, rows.logboek
    stil = [text if tot is None else f"{text}, tot {tot.astimezone(UTC):%d-%m %H:%M} UTC" for text, tot, _ in stopped]
    restored = any(is_restored for _, _, is_restored in stopped)
    database = {"database": _TERUGGEZET if restored else rows.problem, "schema": None}
    if rows.row is None or rows.row[0] is None:
        return Gezondheid({**database, "sweep": "geen teken van leven"}, [], stil, logboek)
    op, ronde_op, onderdelen, alarmen, metingen, now = rows.row
    seen = {"stil": (now - op).total_seconds(), "klok": rows.klok}
    if now - op > FRESH:
        zwijgt = f"zwijgt sinds {op.astimezone(UTC):%d-%m %H:%M:%S} UTC"
        return Gezondheid({**database, "sweep": zwijgt}, [], stil, logboek, **seen)
    problemen = {name: stand["probleem"] for name, stand in onderdelen.items()}
    sweep = _sweep(ronde_op, now, settings)
    found = [(worst, text) for worst, text in alarmen] + [(False, _GEEN_ACCOUNT)] * rows.is_nobody_there
    return Gezondheid({**database, "sweep": sweep, **problemen}, found, stil, logboek, metingen, **seen)


def ready(settings: Settings) -> Gezondheid:
    """Look whether this node can do what it is asked for: nothing that all nodes share but the database."""
    try:
        with _asking(settings) as connection:
            return Gezondheid({"schema": schema.look(connection).probleem, "database": _keeps_nothing(connection)})
    except psycopg.Error:
        return _SILENT


def _rows(connection: psycopg.Connection[tuple[Any, ...]]) -> _Rows:
    row = connection.execute(_ROW).fetchone()
    klok = (datetime.now(UTC) - row[-1]).total_seconds() if row is not None else 0.0
    stopped = connection.execute(_STIL).fetchall()
    nobody, last = connection.execute(_NIEMAND).fetchone(), connection.execute(_SPOOR).fetchone()
    logboek = (last[0], last[1]) if last is not None else None
    return _Rows(row, stopped, nobody == (True,), logboek, _keeps_nothing(connection), klok)


def _asking(settings: Settings) -> psycopg.Connection[tuple[Any, ...]]:
    """Give a connection of its own, so that a busy pool is not reported as a dead database."""
    url = make_url(settings.database_url)
    args, options = url.get_dialect()().create_connect_args(url)
    options["options"] = f"{options.get('options', '')} -c statement_timeout={TIMEOUT_SECONDS * 1000}".strip()
    return psycopg.connect(*args, **{**options, "connect_timeout": TIMEOUT_SECONDS})


def _keeps_nothing(connection: psycopg.Connection[tuple[Any, ...]]) -> str | None:
    """Why nothing can be saved; the last that is asked on a connection, since a refusal ends its transaction."""
    try:
        connection.execute(_WRITES)
        connection.execute(_SPILLS)
    except ReadOnlySqlTransaction:
        return "is alleen te lezen"
    except psycopg.OperationalError as error:
        if (error.sqlstate or "").startswith(_NO_ROOM):
            return f"heeft geen ruimte: is de schijf vol? ({error.sqlstate})"
        raise
    return None


def _sweep(ronde_op: datetime | None, now: datetime, settings: Settings) -> str | None:
    """Its watch lives, or the row would be old; its rounds may stand still nevertheless."""
    if ronde_op is None:
        return "nog geen ronde"
    if now - ronde_op > settings.sweep_interval * 3 + timedelta(seconds=30):
        return f"laatste ronde om {ronde_op.astimezone(UTC):%H:%M:%S} UTC"
    return None
