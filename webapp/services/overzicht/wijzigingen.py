"""What acts changed in the records of a school, each as a few counts: what became of whom.

Every page and mail that says how much changed counts here, in the database: a first import, and the night in which a
school year begins, change everybody. Only of a few is read who they are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, case, func, select, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from webapp.models import Groep, Handeling, Leerkracht, Leerling, Lidmaatschap, Mutatie, Soort
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import HandelingId, SchoolId
from webapp.models.leerlinggegevens import TABLES

FEW = 3
"""So many are named; of more there is a number."""
_ACTS = 60
Doel = Groep | Leerkracht | Leerling
CALLED = ("roepnaam", "voorvoegsel", "achternaam", "naam")
"""What a name is made of."""


class Aard(StrEnum):
    """What became of a record; of several things the first of these."""

    NIEUW = "nieuw"
    WEG = "weg"
    """Not here any more: adding it was undone."""
    VERTROKKEN = "vertrokken"
    TERUG = "terug"
    GEKOPPELD = "gekoppeld"
    """It had no number of the LAS, and has one."""
    NAAM = "naam"
    GROEP = "groep"
    NUMMER = "nummer"
    """Another number, or none any more."""
    ANDERS = "anders"


@dataclass(frozen=True, slots=True)
class Telling:
    """How many records were added, changed and let go."""

    toegevoegd: int = 0
    gewijzigd: int = 0
    vertrokken: int = 0

    @property
    def aantal(self) -> int:
        return self.toegevoegd + self.gewijzigd + self.vertrokken


VERTROKKEN = frozenset({Aard.VERTROKKEN, Aard.WEG})


def telling(per_aard: Mapping[Aard, int]) -> Telling:
    """The three numbers that people read."""
    gone = sum(per_aard.get(aard, 0) for aard in VERTROKKEN)
    new = per_aard.get(Aard.NIEUW, 0)
    return Telling(new, sum(per_aard.values()) - new - gone, gone)


@dataclass(slots=True)
class Deel:
    """Records of one kind to which one act did the same."""

    soort: Soort
    aard: Aard
    ids: list[int] = field(default_factory=list)
    groepen: Counter[tuple[str, str]] = field(default_factory=Counter)
    """From which groep to which, by name; empty for none."""
    namen: dict[int, str] = field(default_factory=dict)
    """What they are called now, when they are few; who is gone is not among them."""
    heette: dict[int, str] = field(default_factory=dict)
    """What they were called before, when this act changed it."""

    @property
    def aantal(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Wijziging:
    """One act, and what it did."""

    handeling: Handeling
    delen: Sequence[Deel]

    def aantal(self, *soorten: Soort) -> int:
        """How many records of these kinds, of all without one."""
        return sum(deel.aantal for deel in self.delen if not soorten or deel.soort in soorten)


def count(
    session: Session, school_id: SchoolId, *which: ColumnElement[bool]
) -> dict[HandelingId, Counter[tuple[Soort, Aard]]]:
    """Count what each of these acts did, by kind and by what became of them; an act that did nothing is not there."""
    query = (
        select(Mutatie.handeling_id, Mutatie.soort, AARD.label("aard"), func.count())
        .join(Mutatie.handeling)
        .where(Mutatie.school_id == school_id, Handeling.school_id == school_id, *which)
        .group_by(Mutatie.handeling_id, Mutatie.soort, "aard")
    )
    found = defaultdict[HandelingId, Counter[tuple[Soort, Aard]]](Counter)
    for act, soort, aard, number in session.execute(query):
        found[act][soort, Aard(aard)] += number
    return found


def total(counted: Mapping[HandelingId, Counter[tuple[Soort, Aard]]]) -> Counter[Aard]:
    """Add up what several acts did, of all kinds together."""
    found = Counter[Aard]()
    for per in counted.values():
        for (_, aard), number in per.items():
            found[aard] += number
    return found


def by_itself(session: Session, school_id: SchoolId, *which: ColumnElement[bool]) -> Counter[Aard]:
    """Count what came from the LAS without a question, in these acts."""
    return total(count(session, school_id, Handeling.wat.in_(VANZELF), *which))


def latest(session: Session, school_id: SchoolId) -> list[Wijziging]:
    """Return the newest acts of a school that did something, the newest first."""
    query = select(Handeling).where(Handeling.school_id == school_id).order_by(Handeling.id.desc()).limit(_ACTS)
    acts = session.scalars(query).all()
    delen = _counted(session, school_id, [act.id for act in acts])
    return [Wijziging(act, delen[act.id]) for act in acts if act.id in delen]


def read_names(session: Session, school_id: SchoolId, wijzigingen: Collection[Wijziging]) -> None:
    """Read of those who are few what they are called, and were called before."""
    for soort, table in TABLES.items():
        few = [
            (each.handeling.id, deel)
            for each in wijzigingen
            for deel in each.delen
            if deel.soort is soort and deel.aantal <= FEW
        ]
        ids = {id_ for _, deel in few for id_ in deel.ids}
        query = select(table).where(table.school_id == school_id, table.id.in_(ids))
        records: dict[int, Doel] = {
            row.id: row for row in cast("Iterable[Doel]", session.scalars(query) if ids else ())
        }
        changed = [(act, id_) for act, deel in few if deel.aard is Aard.NAAM for id_ in deel.ids]
        renamed = _renamed(session, school_id, soort, changed)
        for act, deel in few:
            deel.namen = {id_: records[id_].naam for id_ in deel.ids if id_ in records}
            for id_ in deel.namen.keys() & {id_ for other, id_ in renamed if other == act}:
                voor, na = renamed[act, id_]
                deel.heette[id_], deel.namen[id_] = records[id_].called(voor), records[id_].called(na)


def _renamed(
    session: Session, school_id: SchoolId, soort: Soort, which: Collection[tuple[HandelingId, int]]
) -> dict[tuple[HandelingId, int], tuple[Mapping[str, Any], Mapping[str, Any]]]:
    query = select(Mutatie).where(
        Mutatie.school_id == school_id,
        Mutatie.soort == soort,
        tuple_(Mutatie.handeling_id, Mutatie.record_id).in_(which),
    )
    found = session.scalars(query) if which else ()
    return {(each.handeling_id, each.record_id): (each.voor or {}, each.na or {}) for each in found}


_KEY_WAS, _KEY_IS = (side["las_key"].astext for side in (Mutatie.voor, Mutatie.na))
AARD = case(
    (Mutatie.voor.is_(None), Aard.NIEUW),
    (Mutatie.na.is_(None), Aard.WEG),
    (Mutatie.na["status"].astext == Lidmaatschap.VERTROKKEN, Aard.VERTROKKEN),
    (Mutatie.na["status"].astext == Lidmaatschap.ACTIEF, Aard.TERUG),
    (and_(Mutatie.voor.has_key("las_key"), _KEY_WAS.is_(None), _KEY_IS.is_not(None)), Aard.GEKOPPELD),
    (Mutatie.na.has_any(array(CALLED)), Aard.NAAM),
    (Mutatie.na.has_key("groep_id"), Aard.GROEP),
    (Mutatie.na.has_any(array(("las_key", "eckid"))), Aard.NUMMER),
    else_=Aard.ANDERS,
)


def _counted(session: Session, school_id: SchoolId, acts: Collection[HandelingId]) -> dict[HandelingId, list[Deel]]:
    was, is_ = (side["groep_id"].astext for side in (Mutatie.voor, Mutatie.na))
    each = (
        select(
            Mutatie.handeling_id,
            Mutatie.soort,
            Mutatie.record_id,
            AARD.label("aard"),
            was.label("was"),
            is_.label("is_"),
        )
        .where(Mutatie.school_id == school_id, Mutatie.handeling_id.in_(acts))
        .subquery()
    )
    keys = (each.c.handeling_id, each.c.soort, each.c.aard, each.c.was, each.c.is_)
    rows = session.execute(select(*keys, func.array_agg(each.c.record_id)).group_by(*keys)).all()
    groepen = {
        str(row.id): row.naam
        for row in session.execute(select(Groep.id, Groep.naam).where(Groep.school_id == school_id))
    }
    found = defaultdict[HandelingId, dict[tuple[Soort, Aard], Deel]](dict)
    for act, soort, aard, voor, na, ids in rows:
        deel = found[act].setdefault((soort, Aard(aard)), Deel(soort, Aard(aard)))
        deel.ids += ids
        deel.groepen[groepen.get(voor, ""), groepen.get(na, "")] += len(ids)
    return {act: [delen[key] for key in _ORDER if key in delen] for act, delen in found.items()}


_ORDER = [(soort, aard) for aard in Aard for soort in reversed(Soort)]
