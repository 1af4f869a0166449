"""What an act did to which records, what happened to them since, and how everything is now: as values.

Nothing is read whole for it: an act may have changed everybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import Handeling, Importbatch, Importregel, Keuze, Leerling, Lidmaatschap, Mutatie, Soort, Wat
from webapp.models.geschiedenis import fields_left
from webapp.models.ids import AccountId, HandelingId, SchoolId
from webapp.models.importbatch import IS_WORK, OPEN
from webapp.services.controle.batch import names_of_accounts
from webapp.services.controle.terugkeer import LINK, Links, Sleutel
from webapp.services.geschiedenis import VELDEN, Rij
from webapp.services.inname.soorten import KINDS

Nummer = tuple[Soort, str, str]
"""A number or an ECK iD of the LAS: whose kind, which of both, and what it is."""


class Verandering(NamedTuple):
    """What an act did to one record: a row of `Mutatie`."""

    handeling_id: HandelingId
    soort: Soort
    record_id: int
    voor: Mapping[str, Any] | None
    na: Mapping[str, Any] | None

    @property
    def velden(self) -> tuple[str, ...]:
        """The fields that the act left other than it found them."""
        return fields_left(self.voor, self.na)


_COLUMNS = (Mutatie.handeling_id, Mutatie.soort, Mutatie.record_id, Mutatie.voor, Mutatie.na)


@dataclass(frozen=True)
class Gebeurd:
    """What the act did, what happened since, and how everything is now."""

    session: Session
    school_id: SchoolId
    veranderingen: Sequence[Verandering]
    later: Mapping[Sleutel, list[tuple[Handeling, Verandering]]]
    eerder: Mapping[Sleutel, list[Verandering]]
    """What earlier acts did that are undone by now, newest first."""
    records: Mapping[Soort, Mapping[int, Rij]]
    """How those that the act changed are, and every groep: in the fields that are written down."""
    links: Links
    namen: Mapping[AccountId, str]
    gekozen: set[tuple[Soort, int | None]]
    """Records that somebody chose in the open review, or merged another into."""

    @classmethod
    def read(
        cls,
        session: Session,
        handeling: Handeling,
        sleutels: Collection[Sleutel] | None = None,
        regels: Collection[Importregel] = (),
        mee: Sequence[Handeling] = (),
    ) -> Self:
        """Read it of a whole act, or of what it did to these records and to whoever exchanged a number with them.

        `regels` are the lines of which it is asked whether they are undone, `mee` acts that go back too.
        """
        school_id, acts = handeling.school_id, [act.id for act in (handeling, *mee)]
        mine = select(*_COLUMNS).where(Mutatie.school_id == school_id, Mutatie.handeling_id.in_(acts))
        changed = [Verandering(*row) for row in session.execute(mine.order_by(Mutatie.soort, Mutatie.record_id))]
        links = {soort: kind.values(session, school_id, _link(kind.table)) for soort, kind in KINDS.items()}
        if sleutels is not None:
            changed = _ring(changed, sleutels, [number for regel in regels for number in _numbers_of(regel)])
        if handeling.wat is Wat.AANLEVERING or (handeling.wat is Wat.OVERGANG and sleutels is not None):
            changed = [each for each in changed if _goes_back(each, links[each.soort].get(each.record_id))]
        records = dict[Soort, Mapping[int, Rij]]()
        for soort, kind in KINDS.items():
            ids = [each.record_id for each in changed if each.soort is soort]
            those = () if kind.takes_along else (is_among(kind.table.id, ids),)
            records[soort] = kind.values(session, school_id, VELDEN[kind.table], *those)
        gekozen, namen = _chosen(session, school_id), names_of_accounts(session, school_id)
        found = cls(session, school_id, changed, defaultdict(list), defaultdict(list), records, links, namen, gekozen)
        found._read_others(handeling, acts, regels)
        return found

    def _read_others(
        self, handeling: Handeling, acts: Collection[HandelingId], regels: Collection[Importregel]
    ) -> None:
        """What other acts did to whom this is about: later ones, and earlier ones that are undone."""
        about = {m.record_id for m in self.veranderingen}
        about |= {id_ for regel in regels if (id_ := self.record_of(regel)) is not None}
        others = (
            select(Handeling, *_COLUMNS)
            .join(Mutatie.handeling)
            .where(Mutatie.school_id == self.school_id, is_among(Mutatie.record_id, about), Handeling.id.not_in(acts))
            .where(or_(Mutatie.handeling_id > handeling.id, Handeling.teruggedraaid_id.is_not(None)))
            .order_by(Mutatie.handeling_id)
        )
        for act, *row in self.session.execute(others):
            each = Verandering(*row)
            if act.id > handeling.id:
                self.later[each.soort, each.record_id].append((act, each))
            else:
                self.eerder[each.soort, each.record_id].insert(0, each)

    def record_of(self, regel: Importregel) -> int | None:
        """Our record with which a line was linked, else who has its number now."""
        if regel.keuze is not Keuze.NIET and regel.doel_id in self.links[regel.soort]:
            return regel.doel_id
        return self.holders.get((regel.soort, *number_of(regel)))

    @cached_property
    def holders(self) -> dict[tuple[Soort, str, str | None], int]:
        """Who has each number and each ECK iD now."""
        everybody = ((soort, id_, link) for soort, found in self.links.items() for id_, link in found.items())
        return {(soort, name, value): id_ for soort, id_, link in everybody for name, value in link.items()}


def _link(table: type) -> list[str]:
    return [name for name in LINK if name in VELDEN[table]]


def _chosen(session: Session, school_id: SchoolId) -> set[tuple[Soort, int | None]]:
    asked = select(Importregel.soort, Importregel.doel_id).where(Importregel.school_id == school_id)
    here = asked.join(Importregel.batch).where(Importbatch.status.in_(OPEN), IS_WORK).distinct()
    merged = select(Leerling.samengevoegd_met_id).where(Leerling.school_id == school_id).distinct()
    return {(soort, id_) for soort, id_ in session.execute(here)} | {
        (Soort.LEERLING, id_) for id_ in session.scalars(merged) if id_ is not None
    }


def is_new_link(voor: Mapping[str, Any] | None, na: Mapping[str, Any]) -> bool:
    """Whether a record got a link that it had in no way before: neither its number nor its ECK iD stayed the same."""
    stays = any(voor.get(name) and voor.get(name) == na.get(name) for name in LINK) if voor is not None else False
    return not stays and any(na.get(name) for name in LINK)


def _goes_back(mutatie: Verandering, now: Mapping[str, str | None] | None) -> bool:
    """Whether what a night did to a record, that has these identifiers now, is undone by anybody but the LAS."""
    voor, na = mutatie.voor, mutatie.na or {}
    if voor is None or now is None or na.get("status") == Lidmaatschap.VERTROKKEN:
        return True
    return any(name in na for name in LINK) and is_new_link({**now, **voor}, {**now, **na})


def _ring(changed: list[Verandering], sleutels: Collection[Sleutel], nummers: Collection[Nummer]) -> list[Verandering]:
    """What was done to these records, and to whoever had or got a number of theirs by the same act."""
    found, names, rest = list[Verandering](), set(nummers), list(changed)
    while mine := [m for m in rest if (m.soort, m.record_id) in sleutels or not names.isdisjoint(_numbers(m))]:
        found += mine
        names.update(*map(_numbers, mine))
        rest = [m for m in rest if m not in mine]
    return sorted(found, key=changed.index)


def number_of(regel: Importregel) -> tuple[str, str | None]:
    """What names a line: its number, else its ECK iD."""
    return ("las_key", regel.las_key) if regel.las_key is not None else ("eckid", regel.eckid)


def _numbers_of(regel: Importregel) -> list[Nummer]:
    return [(regel.soort, name, value) for name, value in KINDS[regel.soort].identifiers(regel)]


def _numbers(mutatie: Verandering) -> set[Nummer]:
    sides = (mutatie.voor or {}, mutatie.na or {})
    return {(mutatie.soort, name, side[name]) for side in sides for name in LINK if side.get(name)}
