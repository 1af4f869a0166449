"""A folder of CSV files, of which only the rows of one school at a time are in memory.

The first look remembers where the rows of each school stand; so they have to stand together.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from webapp.services.inlezen.fouten import Fout, Mis
from webapp.services.inlezen.velden import VAN_EEN_SCHOOL, Bestand, Rij, Sleutel, check_head, read_row

_ENDS = ".csv"


@dataclass(frozen=True, slots=True)
class _Plek:
    """Where rows that stand together begin: byte and line; and how many they are."""

    byte: int
    regel: int
    aantal: int


@dataclass
class _Lezer:
    """Goes through the lines of a file from a place on, and knows at any moment how far it is."""

    pad: Path
    bestand: Bestand
    byte: int = 0
    regel: int = 0
    fouten: list[Fout] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        with self.pad.open("rb") as file:
            file.seek(self.byte)
            for raw in file:
                self.byte, self.regel = self.byte + len(raw), self.regel + 1
                try:
                    yield raw.decode("utf-8-sig" if self.regel == 1 else "utf-8")
                except UnicodeDecodeError:
                    self.fouten.append(Fout(self.bestand, self.regel, Mis.UTF8))
                    yield raw.decode("utf-8", "replace")

    def records(self, separator: str) -> Iterator[tuple[_Plek, list[str]]]:
        """Each record that is not empty, with where it begins."""
        reader = csv.reader(self.lines(), delimiter=separator, strict=True)
        while True:
            begin = (self.byte, self.regel + 1)
            try:
                cells = next(reader, None)
            except csv.Error:
                self.fouten.append(Fout(self.bestand, begin[1], Mis.CSV))
                return
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield _Plek(*begin, 1), cells


@dataclass
class Tabel:
    """One file of the folder: its columns, and where the rows of each school stand."""

    bestand: Bestand
    pad: Path
    namen: list[str]
    scheiding: str
    plekken: dict[Sleutel | None, _Plek]

    def rows(self, sleutel: Sleutel | None) -> tuple[list[Rij], list[Fout]]:
        """The rows of a school, or of a file that is of none (None), and what is wrong with them."""
        plek = self.plekken.get(sleutel)
        if plek is None:
            return [], []
        lezer, rows = _Lezer(self.pad, self.bestand, plek.byte, plek.regel - 1), list[Rij]()
        for here, cells in lezer.records(self.scheiding):
            row, wrong = read_row(self.bestand, dict(zip(self.namen, cells, strict=False)), here.regel)
            rows.append(row)
            lezer.fouten += wrong
            if len(rows) == plek.aantal:
                break
        return rows, lezer.fouten


@dataclass
class Map:
    """All files of a folder that could be understood, and what could not."""

    tabellen: dict[Bestand, Tabel] = field(default_factory=dict)
    fouten: list[Fout] = field(default_factory=list)

    def rows(self, bestand: Bestand, sleutel: Sleutel | None = None) -> tuple[list[Rij], list[Fout]]:
        return self.tabellen[bestand].rows(sleutel) if bestand in self.tabellen else ([], [])

    def count(self, bestand: Bestand, sleutel: Sleutel) -> int:
        """How many rows a file has of a school."""
        plek = self.tabellen[bestand].plekken.get(sleutel) if bestand in self.tabellen else None
        return plek.aantal if plek is not None else 0

    def schools(self) -> list[Sleutel]:
        """Every school that some file has rows of, in the order of the files."""
        found = (tabel.plekken for bestand, tabel in self.tabellen.items() if bestand in VAN_EEN_SCHOOL)
        return list(dict.fromkeys(key for plekken in found for key in plekken if key is not None))


def open_map(folder: Path) -> Map:
    """Look through every file once; a file that is none of ours is a fault, so that nothing is left unread unseen."""
    found = Map()
    known = {f"{bestand}{_ENDS}": bestand for bestand in Bestand}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() == _ENDS and path.name not in known:
            found.fouten.append(Fout(path.name, 0, Mis.ONBEKEND_BESTAND))
    for name, bestand in known.items():
        if (folder / name).is_file():
            _look(found, bestand, folder / name)
    if not found.tabellen and not found.fouten:
        found.fouten.append(Fout(folder.name, 0, Mis.LEEG))
    return found


def _look(found: Map, bestand: Bestand, path: Path) -> None:
    with path.open("rb") as file:
        first = file.readline().decode("utf-8-sig", "replace")
    scheiding = ";" if first.count(";") >= first.count(",") else ","
    lezer = _Lezer(path, bestand)
    records = lezer.records(scheiding)
    head = next(records, None)
    namen = [cell.strip().lower() for cell in head[1]] if head is not None else []
    wrong = check_head(bestand, namen) if head is not None else [Fout(bestand, 1, Mis.LEEG)]
    if wrong:
        found.fouten += wrong
        return
    tabel = found.tabellen[bestand] = Tabel(bestand, path, namen, scheiding, {})
    last: Sleutel | None = None
    for plek, cells in records:
        if len(cells) != len(namen):
            found.fouten.append(Fout(bestand, plek.regel, Mis.CELLEN))
            continue
        key = _school(namen, cells) if bestand in VAN_EEN_SCHOOL else None
        known = tabel.plekken.get(key)
        if known is not None and key is not None and key != last:
            found.fouten.append(Fout(bestand, plek.regel, Mis.NIET_BIJ_ELKAAR, "brin"))
        begin, aantal = (known, known.aantal) if known is not None else (plek, 0)
        tabel.plekken[key] = _Plek(begin.byte, begin.regel, aantal + 1)
        last = key
    found.fouten += lezer.fouten


def _school(namen: list[str], cells: list[str]) -> Sleutel:
    """Of which school a row is, as it is written; whether that is a BRIN is judged with the row."""
    values = dict(zip(namen, (cell.strip() for cell in cells), strict=True))
    return values["brin"].upper(), values.get("vestiging", "").zfill(2)
