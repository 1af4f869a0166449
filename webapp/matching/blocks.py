"""Hash tables that bring together the records worth comparing, and refuse crowds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from heapq import nsmallest

from webapp.matching.achternaam import AchternaamGelijkenis, compare_achternamen
from webapp.matching.datums import swapped
from webapp.matching.prepare import Prepared
from webapp.matching.sounds import sound

CROWD = 64
"""More records than this under one key are a placeholder or a test file, not people who happen to share it."""

_FEW = 16
_MOST_LISTED = 512
_MOST_COMPARED = 48

Table = dict[Hashable, list[int]]


class Index:
    """The records of one side by everything that can find them quickly for linking."""

    def __init__(self, records: list[Prepared]) -> None:
        self.records = records
        self.eckids: Table = defaultdict(list)
        self.las_keys: Table = defaultdict(list)
        self.datums: Table = defaultdict(list)
        self.names: Table = defaultdict(list)
        self._split: dict[Hashable, Table] = {}
        for record in records:
            if record.eckid:
                self.eckids[record.eckid].append(record.nr)
            if record.las_key:
                self.las_keys[record.las_key].append(record.nr)
            if record.geboortedatum:
                self.datums[record.geboortedatum].append(record.nr)
            if record.name_key:
                self.names[record.name_key].append(record.nr)
        tables = (self.eckids, self.las_keys, self.datums, self.names)
        self._has_crowds = any(len(hits) > CROWD for table in tables for hits in table.values())

    def near(self, record: Prepared) -> set[int]:
        """Return who shares an identifier, the date, or the name with a near date; of a crowd only the first."""
        found: set[int] = set()
        for hits in self._hits(record):
            found.update(hits if len(hits) <= CROWD else hits[:_FEW])
        return found

    def is_crowded(self, record: Prepared) -> bool:
        """Tell whether more records share a key with this one than can be looked at."""
        return self._has_crowds and any(len(hits) > CROWD for hits in self._hits(record))

    def is_unique(self, record: Prepared, by_eckid: bool = False) -> bool:
        """Tell whether nobody else on this side carries the record's ECK iD or, unless it is not looked at, LAS key."""
        return (not record.eckid or len(self.eckids[record.eckid]) == 1) and (
            by_eckid or not record.las_key or len(self.las_keys[record.las_key]) == 1
        )

    def twins(self, record: Prepared) -> Iterator[Prepared]:
        """Yield who else on this side has the same birth date and may have the same surname."""
        for nr in self.datums.get(record.geboortedatum, ())[: CROWD + 1]:
            other = self.records[nr]
            if other is not record and (
                compare_achternamen(other.achternaam, record.achternaam) is not AchternaamGelijkenis.ANDERS
            ):
                yield other

    def _hits(self, record: Prepared) -> Iterator[list[int]]:
        if record.eckid and (hits := self.eckids.get(record.eckid)):
            yield hits
        if record.las_key and (hits := self.las_keys.get(record.las_key)):
            yield hits
        if record.geboortedatum and (hits := self.datums.get(record.geboortedatum)):
            yield hits
        if record.name_key and (hits := self.names.get(record.name_key)):
            yield from [hits] if len(hits) <= CROWD else self._namesakes(record.name_key, record, hits)

    def _namesakes(self, name: Hashable, record: Prepared, hits: list[int]) -> Iterator[list[int]]:
        """Yield, out of a crowd with one name, those whose birth date is near or missing."""
        if record.geboortedatum is None:
            yield hits
            return
        if name not in self._split:
            self._split[name] = _by_parts_of_date(self.records[nr] for nr in hits)
        for key in (*parts_of_date(record.geboortedatum), None):
            if key in self._split[name]:
                yield self._split[name][key]


def _by_parts_of_date(records: Iterable[Prepared]) -> Table:
    table: Table = defaultdict(list)
    for record in records:
        for key in parts_of_date(record.geboortedatum) if record.geboortedatum else (None,):
            table[key].append(record.nr)
    return table


def parts_of_date(day: date) -> tuple[Hashable, ...]:
    """Return keys of which two near dates share one: two parts equal, day and month exchanged, or 1 January."""
    other = swapped(day)
    keys = (("jm", day.year, day.month), ("jd", day.year, day.day), ("md", day.month, day.day))
    return (*keys, ("om", other), ("om", day)) if other else keys


class FuzzyIndex:
    """The records of one side by sound and part of the name, for suggestions only."""

    def __init__(self, records: list[Prepared]) -> None:
        self.table: Table = defaultdict(list)
        self.names: dict[int, str] = {}
        for record in records:
            letters = _letters(record)
            self.names[record.nr] = _usual(record)
            for key in set(_fuzzy_keys(record, letters | {_ANY} if letters else {_NONE})):
                self.table[key].append(record.nr)

    def near(self, record: Prepared) -> list[int]:
        """Return who may be meant by a record that no rule could place; of many, those who share most with it.

        Who share as much are taken by how many letters their first names have in common from the beginning.
        """
        shared: Counter[int] = Counter()
        letters = _letters(record)
        for key in set(_fuzzy_keys(record, letters | {_NONE} if letters else {_ANY, _NONE})):
            shared.update(self.table.get(key, [])[:_MOST_LISTED])
        name = _usual(record)
        if len(shared) <= _MOST_COMPARED:
            return list(shared)
        return nsmallest(_MOST_COMPARED, shared, key=lambda nr: (-shared[nr], -_begin(name, self.names[nr]), nr))


_ANY, _NONE = "*", "?"


def _begin(one: str, other: str) -> int:
    """Return how many letters two names have in common from the beginning."""
    return next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))


def _usual(record: Prepared) -> str:
    return record.voornamen.usual if record.voornamen else ""


def _letters(record: Prepared) -> frozenset[str]:
    return record.voornamen.letters if record.voornamen else frozenset()


def _fuzzy_keys(record: Prepared, letters: frozenset[str] | set[str]) -> Iterator[Hashable]:
    names, achternaam, day = record.voornamen, record.achternaam, record.geboortedatum
    usual, skelet = (names.usual, names.skelet) if names else ("", "")
    if day and names:
        for part in parts_of_date(day):
            for letter in names.letters:
                yield part, letter
    if achternaam:
        for klank in {achternaam.klank, *map(sound, achternaam.parts)}:
            for letter in letters:
                yield "achternaam", klank, letter
        if usual:
            yield "begin", achternaam.klank[:2], skelet
            yield "verwisseld", frozenset((achternaam.base, usual))
    if usual:
        yield "roepnaam", skelet, day.year if day else None
    for name in {usual, *(names.namen if names else ())} - {""}:
        yield "voornaam", name
