"""How values look on a page: numbers, dates in Dutch, and the letters in which two names differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, NamedTuple
from unicodedata import normalize

from webapp.config import AMSTERDAM

_MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905  # twelve words read better than twelve strings
)
_DAYS = ("Maandag", "Dinsdag", "Woensdag", "Donderdag", "Vrijdag", "Zaterdag", "Zondag")
_IN_SECONDS, _IN_MINUTES = 90, 90 * 60
_ALIKE = 0.5
"""Below this share of common letters two names are simply different: marking letters would only confuse."""


class Segment(NamedTuple):
    """A piece of a name; a piece that differs and is empty is a letter that only the other name has."""

    text: str
    differs: bool


def getal(value: int) -> str:
    """1204 becomes 1.204."""
    return f"{value:,}".replace(",", ".")


def decimaal(value: Decimal | None, *, met_plus: bool = False) -> str:
    """12,5; with its sign where it is a difference: +12,5; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:+}" if met_plus else f"{value}"
    return text.replace(".", ",").replace("-", "−")


def aantal(number: int, one: str, many: str) -> str:
    """A number with its noun: `1 leerling`, `1.204 leerlingen`."""
    noun = woord(number, one, many)
    return f"{getal(number)} {noun}"


def woord(number: int, one: str, many: str) -> str:
    """The word alone, where it stands apart from its number: `hangt`, `hangen`."""
    return one if number == 1 else many


def opsomming(parts: Sequence[str]) -> str:
    """`Jip, Jop en Fem`."""
    return " en ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def roepnaam(naam: str) -> str:
    """What somebody is called by a colleague: `Anja` for Anja de Boer."""
    return naam.split()[0] if naam.split() else naam


def duur(seconds: int) -> str:
    """How long to wait, rounded up: `20 seconden`, `3 minuten`, `2 uur`."""
    if seconds <= _IN_SECONDS:
        return aantal(seconds, "seconde", "seconden")
    if seconds <= _IN_MINUTES:
        return aantal(-(-seconds // 60), "minuut", "minuten")
    return aantal(-(-seconds // 3600), "uur", "uur")


def datum(value: date) -> str:
    """3 november 2026; a moment is shown as its day in Amsterdam."""
    day = _local(value)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def maand(value: date) -> str:
    """november 2026"""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def weekdag(value: date) -> str:
    """Donderdag 26 november 2026"""
    return f"{_DAYS[_local(value).weekday()]} {datum(value)}"


def datum_kort(value: date | None) -> str:
    """03-11-2026, for birth dates and tables; nothing where there is none."""
    return "" if value is None else f"{_local(value):%d-%m-%Y}"


def klok(value: datetime) -> str:
    """02:14"""
    return f"{value.astimezone(AMSTERDAM):%H:%M}"


def tijdstip(value: datetime) -> str:
    """03-11-2026 02:14, for files: it says the same tomorrow."""
    return f"{datum_kort(value)} {klok(value)}"


def moment(value: datetime, now: datetime | None = None) -> str:
    """vandaag 02:14, gisteren 16:03, 3 november 09:30, 3 november 2025 09:30."""
    local = value.astimezone(AMSTERDAM)
    today = (now or datetime.now(UTC)).astimezone(AMSTERDAM).date()
    near = {today: "vandaag", today - timedelta(days=1): "gisteren", today + timedelta(days=1): "morgen"}
    same_year = f"{local.day} {_MONTHS[local.month - 1]}"
    day = near.get(local.date()) or (same_year if local.year == today.year else datum(local))
    return f"{day} {klok(local)}"


def verschil(text: str, other: str) -> list[Segment]:
    """Cut `text` into pieces that `other` has too and pieces that it has not; both directions mark the same letters."""
    mine, theirs = normalize("NFC", text), normalize("NFC", other)
    first, second = sorted((mine, theirs))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if mine != theirs and matcher.ratio() < _ALIKE:
        return [Segment(mine, True)]
    flipped = first != mine
    return [
        Segment(second[j1:j2] if flipped else first[i1:i2], tag != "equal")
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
    ]


def _local(value: date) -> date:
    return value.astimezone(AMSTERDAM) if isinstance(value, datetime) else value


FILTERS: dict[str, Callable[..., Any]] = {
    "aantal": aantal,
    "datum": datum,
    "datum_kort": datum_kort,
    "decimaal": decimaal,
    "getal": getal,
    "klok": klok,
    "moment": moment,
    "roepnaam": roepnaam,
    "verschil": verschil,
    "weekdag": weekdag,
    "woord": woord,
}
"""Registered on the Jinja environments of pages and mails."""
