"""Rows of the two CSV files: read, checked and turned into values; what is wrong with one is said, never guessed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from webapp.matching.values import Groepsgegeven, Persoon

KINDS = ("leerling", "leerkracht", "groep")
COMMON_COLUMNS = (
    "type", "school", "eckid", "achternaam", "voorvoegsel", "voornamen", "voorletters", "roepnaam", "geboortedatum",
    "geslacht", "jaargroep", "groep", "email",
)  # fmt: skip
EXISTING_COLUMNS = ("existing_id", "ext_key", *COMMON_COLUMNS)
# The key of an incoming record is the LAS's own, so it stands in both places.
INCOMING_COLUMNS = ("incoming_key", "incoming_key", *COMMON_COLUMNS)

_GESLACHT = {"M": "1", "V": "2", "": None}
_ISO_LENGTH = 10

Row = Sequence[str]


@dataclass(frozen=True)
class BadRow:
    """A row that was skipped, and why; names the place, never the person."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, regel {self.line}: {self.reason}"


class BadFile(ValueError):
    """The file as a whole cannot be read; the message says why."""


def read_rows(path: Path, columns: tuple[str, ...], skip: Callable[[BadRow], None]) -> Iterator[Row]:
    """Yield the good rows with their fields in the order of `columns`, and hand the others to `skip`.

    A row is one line: a quote that is never closed then costs that line and not the rest of the file.
    """
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        header = _split(file.readline().rstrip("\r\n")) or []
        if header in ([], [""]):
            raise BadFile(f"{path.name} is leeg.")
        missing = sorted(set(columns) - set(header))
        if missing and header and ";" in header[0]:
            raise BadFile(f"{path.name} heeft puntkomma's tussen de kolommen; bewaar het bestand met komma's.")
        if missing:
            raise BadFile(f"In {path.name} ontbreekt: {', '.join(missing)}.")
        places = [header.index(column) for column in columns]
        for number, raw in enumerate(file, 2):
            line = raw.rstrip("\r\n")
            if not line:
                continue
            fields = _split(line)
            if fields is None:
                skip(BadRow(path.name, number, "geen geldige CSV of geen UTF-8"))
            elif len(fields) != len(header):
                skip(BadRow(path.name, number, f"{len(fields)} velden in plaats van {len(header)}"))
            else:
                row = [fields[place] for place in places]
                reason = _problem(row)
                if reason:
                    skip(BadRow(path.name, number, reason))
                else:
                    yield row


def _split(line: str) -> list[str] | None:
    if not line.isascii():
        try:
            line.encode()
        except UnicodeEncodeError:
            return None
    if '"' not in line:
        return line.split(",")
    try:
        [fields] = csv.reader([line], strict=True)
    except (csv.Error, ValueError):
        return None
    return fields


def _problem(row: Row) -> str | None:
    own_id, _, kind, school, _, _, _, _, _, _, geboortedatum, geslacht, *_ = row
    if not own_id.strip():
        return "de sleutel ontbreekt"
    if kind not in KINDS:
        return "type is niet leerling, leerkracht of groep"
    if not school.strip():
        return "de school ontbreekt"
    if geslacht not in _GESLACHT:
        return "geslacht is niet M, V of leeg"
    if geboortedatum and not _is_date(geboortedatum):
        return "geboortedatum is geen datum als 2016-03-14"
    return None


def _is_date(text: str) -> bool:
    if len(text) != _ISO_LENGTH:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def to_persoon(row: Row) -> Persoon:
    """Turn a checked row into a leerling or leerkracht."""
    (own_id, key, _, _, eckid, achternaam, voorvoegsel, voornamen, voorletters, roepnaam, geboortedatum, geslacht,
     jaargroep, groep, email) = row  # fmt: skip
    return Persoon(
        own_id,
        key or None,
        eckid or None,
        achternaam or None,
        voorvoegsel or None,
        roepnaam or None,
        voornamen or None,
        voorletters or None,
        date.fromisoformat(geboortedatum) if geboortedatum else None,
        _GESLACHT[geslacht],
        jaargroep or None,
        groep or None,
        email or None,
    )


def to_groep(row: Row) -> Groepsgegeven:
    """Turn a checked row into a groep, whose name stands in the column `groep`."""
    return Groepsgegeven(row[0], row[1] or None, row[13] or None, row[12] or None)
