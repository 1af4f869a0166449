"""What one setting may be: each kind reads a text, or says in a sentence what is wrong with it."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from webapp.crypto import parse_key

_MOST_DIGITS = 9


class Onjuist(ValueError):
    """What is wrong with a value; `{naam}` stands for the name of the setting."""


@dataclass(frozen=True)
class Soort:
    """One kind of value: `lees` gets the text and whether it is for practice."""

    wat: str
    """In the table: what to write."""
    lees: Callable[[str, bool], Any]
    is_geheim: bool = False
    is_exact: bool = False
    """Whether a space around it would be part of it."""


def tekst(wat: str = "text") -> Soort:
    """One line."""
    return Soort(wat, lambda raw, _: _line(raw))


def geheim(wat: str) -> Soort:
    """One line that is never shown."""
    return Soort(wat, lambda raw, _: _line(raw), is_geheim=True, is_exact=True)


def keuze(values: list[str]) -> Soort:
    """One of these words."""

    def lees(raw: str, _: bool) -> str:
        if raw not in values:
            raise Onjuist(f"{{naam}} moet een van {', '.join(values)} zijn.")
        return raw

    return Soort(" or ".join(f"`{value}`" for value in values), lees)


def getal(low: int, high: int, wat: str = "number") -> Soort:
    """A whole number, both ends included."""
    return Soort(f"{wat}, {low} to {high}", lambda raw, _: _number(raw, low, high))


def seconden(low: timedelta = timedelta(seconds=1), high: timedelta = timedelta(days=1)) -> Soort:
    """So many seconds."""
    ends = int(low.total_seconds()), int(high.total_seconds())
    return Soort(f"seconds, {ends[0]} to {ends[1]}", lambda raw, _: timedelta(seconds=_number(raw, *ends)))


def dagen(low: int = 1) -> Soort:
    """So many days."""
    return Soort(f"days, {low} to 3650", lambda raw, _: timedelta(days=_number(raw, low, 3650)))


def ja_nee() -> Soort:
    """Nothing else than 0 or 1: what somebody means by another word is not guessed."""

    def lees(raw: str, _: bool) -> bool:
        if raw not in {"0", "1"}:
            raise Onjuist("{naam} moet 0 of 1 zijn.")
        return raw == "1"

    return Soort("`0` or `1`", lees)


def tijdstip() -> Soort:
    """A time of the day, here in Amsterdam."""

    def lees(raw: str, _: bool) -> time:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", raw, re.ASCII):
            raise Onjuist("{naam} moet een tijd zijn, als 06:30.")
        return time.fromisoformat(raw)

    return Soort("time, as `06:30`", lees)


def dag() -> Soort:
    """A day of the calendar."""

    def lees(raw: str, _: bool) -> date:
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise Onjuist("{naam} moet een dag zijn, als 2027-06-30.") from None

    return Soort("day, as `2027-06-30`", lees)


def gewone_letters() -> Soort:
    """It goes into a question to the mailbox, which takes no other characters without more ado."""

    def lees(raw: str, _: bool) -> str:
        if not raw.isascii() or set(raw) & set('"\\'):
            raise Onjuist("{naam} mag alleen gewone letters hebben, geen accenten en aanhalingstekens.")
        return _line(raw)

    return Soort("text without accents or quotes", lees)


def sleutels() -> Soort:
    """Secrets that sign."""

    def lees(raw: str, _: bool) -> tuple[str, ...]:
        found = _several(raw)
        if any(len(each) < 32 for each in found):
            raise Onjuist("{naam}: een sleutel telt ten minste 32 tekens.")
        if len(set(found)) < len(found):
            raise Onjuist("{naam} heeft twee keer dezelfde sleutel.")
        return found

    return Soort("keys of 32 characters or more, comma separated, oldest first", lees, is_geheim=True)


def sleutel() -> Soort:
    """One secret that somebody shows."""

    def lees(raw: str, _: bool) -> str:
        if len(raw) < 32:
            raise Onjuist("{naam}: een sleutel telt ten minste 32 tekens.")
        return _line(raw)

    return Soort("key of 32 characters or more", lees, is_geheim=True, is_exact=True)


def versleuteling() -> Soort:
    """Keys that encrypt, each with its number."""

    def lees(raw: str, _: bool) -> tuple[str, ...]:
        found = _several(raw)
        try:
            parsed = [parse_key(each) for each in found]
        except ValueError as error:
            raise Onjuist(f"{{naam}}: {error}") from None
        for place, what in ((0, "twee sleutels met hetzelfde nummer"), (1, "twee keer dezelfde sleutel")):
            if len({each[place] for each in parsed}) < len(parsed):
                raise Onjuist(f"{{naam}} heeft {what}.")
        return found

    return Soort("`1:<base64 of 32 bytes>,2:…`, oldest first", lees, is_geheim=True)


def bestand(wat: str) -> Soort:
    """A file that this program may read; what it holds is looked at by whoever uses it."""

    def lees(raw: str, _: bool) -> Path:
        try:
            Path(raw).open("rb").close()
        except OSError:
            raise Onjuist("{naam}: dit bestand is er niet, of dit programma mag het niet lezen.") from None
        return Path(raw)

    return Soort(wat, lees)


def autoriteiten() -> Soort:
    """Whom we trust to sign a certificate."""

    def lees(raw: str, _: bool) -> Path:
        try:
            ssl.create_default_context(cafile=raw)
        except OSError:
            raise Onjuist("{naam} is geen leesbaar PEM-bestand met certificaten.") from None
        return Path(raw)

    return Soort("PEM file of authorities", lees)


def pad() -> Soort:
    """A folder or a file that need not be there yet."""
    return Soort("folder", lambda raw, _: Path(_line(raw)))


def schrijfmap() -> Soort:
    """A folder that this program may write in."""

    def lees(raw: str, _: bool) -> Path:
        if not (Path(raw).is_dir() and os.access(raw, os.W_OK | os.X_OK)):
            raise Onjuist("{naam} moet een map zijn waarin dit programma mag schrijven.")
        return Path(raw)

    return Soort("folder", lees)


def _line(raw: str) -> str:
    if not raw.isprintable():
        raise Onjuist("{naam} moet één regel tekst zijn.")
    return raw


def _number(raw: str, low: int, high: int) -> int:
    is_number = raw.isascii() and raw.isdigit() and len(raw) <= _MOST_DIGITS
    if not is_number or not low <= int(raw) <= high:
        raise Onjuist(f"{{naam}} moet een getal zijn van {low} tot en met {high}.")
    return int(raw)


def _several(raw: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in raw.split(",") if part.strip())
    if not found:
        raise Onjuist("{naam} noemt geen enkele sleutel.")
    return found
