"""Children whose identifiers the LAS exchanged, or whose names it put right: who is who, only a person knows.

An exchange is closed: as many incoming records as existing ones, each called like one of them and carrying an
identifier of another. Where one of them is missing there is no exchange, but a question about each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from webapp.matching.blocks import Index
from webapp.matching.evidence import compare
from webapp.matching.prepare import Prepared, prepare_all
from webapp.matching.rivals import fit, is_better
from webapp.matching.values import Persoon


@dataclass(frozen=True, slots=True)
class Verwisseling:
    """One incoming record of an exchange."""

    incoming_id: str
    naam_id: str
    """The existing record that is called like it."""
    nummer_id: str
    """The existing record that has its identifier."""
    wat: tuple[str, ...]
    """Which identifiers point there: `las_key`, `eckid`."""


def find_exchanges(incoming: Iterable[Persoon], existing: Iterable[Persoon]) -> list[list[Verwisseling]]:
    """Return the exchanges among these records, each in the order in which one points to the next."""
    ours, theirs = prepare_all(list(incoming)), prepare_all(list(existing))
    found: list[list[Verwisseling]] = []
    done, index = set[int](), Index(theirs)
    for column in ("las_key", "eckid"):
        holders = {getattr(record, column): record for record in theirs if getattr(record, column) is not None}
        holder_of = {
            record.nr: holders[getattr(record, column)]
            for record in ours
            if record.nr not in done and getattr(record, column) in holders
        }
        called = _called(ours, index, holder_of)
        for ring in _rings(holder_of, called):
            done.update(ring)
            found.append([_verwisseling(ours[nr], called[nr], holder_of[nr]) for nr in ring])
    return found


def _called(ours: list[Prepared], index: Index, holder_of: Mapping[int, Prepared]) -> dict[int, Prepared]:
    """Who of the holders has the name of each incoming record, better than the one who has its identifier."""
    found = {}
    holders = {holder.nr for holder in holder_of.values()}
    for nr, holder in holder_of.items():
        near = {other: compare(ours[nr], index.records[other]) for other in index.near(ours[nr]) & holders}
        known = near.setdefault(holder.nr, compare(ours[nr], holder))
        best = max(map(fit, near.values()))
        named = [other for other, evidence in near.items() if fit(evidence) == best]
        if len(named) == 1 and is_better(near[named[0]], known):
            found[nr] = index.records[named[0]]
    return found


def _rings(holder_of: Mapping[int, Prepared], called: Mapping[int, Prepared]) -> Iterator[list[int]]:
    """Follow from whose identifier a record has to who is called like that one, until it comes back to the first."""
    names = [record.nr for record in called.values()]
    by_name = {record.nr: nr for nr, record in called.items() if names.count(record.nr) == 1}
    seen = set[int]()
    for first in sorted(by_name.values()):
        ring, nr = list[int](), first
        while nr not in seen:
            seen.add(nr)
            ring.append(nr)
            following = by_name.get(holder_of[nr].nr)
            if following is None:
                break
            if following == first and len(ring) > 1:
                yield ring
            nr = following


def _verwisseling(record: Prepared, named: Prepared, holder: Prepared) -> Verwisseling:
    both = [(column, getattr(record, column), getattr(holder, column)) for column in ("las_key", "eckid")]
    wat = tuple(column for column, own, held in both if own is not None and own == held)
    return Verwisseling(record.id, named.id, holder.id, wat)
