"""The way back of an act: what it did to which records, what happened to them since, and how everything is now.

A record that the act added goes, unless something hangs on it by now: then it stays and loses its link. A field goes
back where it still has the value that the act wrote. What changed since stays as it is, and is listed with who did. Of
a night only a link, an addition and a departure go back: any other field is the LAS's, which would bring it tonight. Of
the turn of a school year all goes back: no night brings it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import (
    Handeling,
    Importbatch,
    Importregel,
    Keuze,
    Leerling,
    Lidmaatschap,
    Medewerker,
    Mutatie,
    Soort,
    Toetreding,
    Wat,
)
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import AccountId, GroepId, SchoolId
from webapp.models.importbatch import IS_WORK, OPEN
from webapp.services import geschiedenis
from webapp.services.controle.batch import names_of_accounts, results_of
from webapp.services.controle.terugkeer import LINK, Blijft, Links, Reden, Sleutel, Stap
from webapp.services.inname.soorten import KINDS, AnyKind, Doel

_DEPARTURES = VANZELF | {Wat.VERTREK}
_UNDOING = frozenset({Wat.TERUGDRAAIEN, Wat.TERUGNEMEN, Wat.SPLITSEN})

Nummer = tuple[Soort, str, str]
"""A number or an ECK iD of the LAS: whose kind, which of both, and what it is."""


@dataclass(frozen=True)
class Terugweg:
    """What the act did, what happened since, and how everything is now."""

    session: Session
    school_id: SchoolId
    mutaties: Sequence[Mutatie]
    later: Mapping[Sleutel, list[tuple[Handeling, Mutatie]]]
    eerder: Mapping[Sleutel, list[Mutatie]]
    """What earlier acts did that are undone by now, newest first."""
    records: Mapping[Soort, dict[int, Doel]]
    """Those that the act changed, and every groep."""
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
    ) -> Terugweg:
        """Read it of a whole act, or of what it did to these records and to whoever exchanged a number with them.

        `regels` are the lines of which it is asked whether they are undone (`is_undone`), `mee` acts that go back too.
        """
        school_id, acts = handeling.school_id, [act.id for act in (handeling, *mee)]
        mine = select(Mutatie).where(Mutatie.school_id == school_id, Mutatie.handeling_id.in_(acts))
        by_record = mine.order_by(Mutatie.soort, Mutatie.record_id).execution_options(populate_existing=True)
        mutaties = session.scalars(by_record).all()
        links = {soort: kind.links(session, school_id) for soort, kind in KINDS.items()}
        if sleutels is not None:
            mutaties = _ring(mutaties, sleutels, [number for regel in regels for number in _numbers_of(regel)])
        if handeling.wat is Wat.AANLEVERING or (handeling.wat is Wat.OVERGANG and sleutels is not None):
            mutaties = [m for m in mutaties if _goes_back(m, links[m.soort].get(m.record_id))]
        records: dict[Soort, dict[int, Doel]] = {}
        for soort, kind in KINDS.items():
            ids = [] if kind.takes_along else [m.record_id for m in mutaties if m.soort is soort]
            found = kind.all_of(session, school_id) if kind.takes_along else kind.find(session, school_id, ids).values()
            records[soort] = {int(row.id): row for row in found}
        asked = select(Importregel.soort, Importregel.doel_id).where(Importregel.school_id == school_id)
        here = asked.join(Importregel.batch).where(Importbatch.status.in_(OPEN), IS_WORK).distinct()
        chosen = {(soort, id_) for soort, id_ in session.execute(here)}
        merged = select(Leerling.samengevoegd_met_id).where(Leerling.school_id == school_id).distinct()
        chosen |= {(Soort.LEERLING, id_) for id_ in session.scalars(merged) if id_ is not None}
        names = names_of_accounts(session, school_id)
        weg = cls(session, school_id, mutaties, defaultdict(list), defaultdict(list), records, links, names, chosen)
        about = {m.record_id for m in mutaties} | {id_ for regel in regels if (id_ := weg._has(regel)) is not None}
        others = (
            select(Handeling, Mutatie)
            .join(Mutatie.handeling)
            .where(Mutatie.school_id == school_id, is_among(Mutatie.record_id, about), Handeling.id.not_in(acts))
            .where(or_(Mutatie.handeling_id > handeling.id, Handeling.teruggedraaid_id.is_not(None)))
            .order_by(Mutatie.handeling_id)
        )
        for act, mutatie in session.execute(others):
            if act.id > handeling.id:
                weg.later[mutatie.soort, mutatie.record_id].append((act, mutatie))
            else:
                weg.eerder[mutatie.soort, mutatie.record_id].insert(0, mutatie)
        return weg

    def steps(self) -> dict[Sleutel, Stap]:
        """What becomes of each record; people first, so that it is known who leaves which groep."""
        found: dict[Sleutel, Stap] = {}
        for soort, kind in reversed(list(KINDS.items())):
            mine = [(m, self.records[soort][m.record_id]) for m in self.mutaties if self._is_here(m, soort)]
            hangs = self._hangs(kind, [doel.id for m, doel in mine if m.voor is None], found)
            for mutatie, doel in mine:
                stap = Stap(soort, doel, was_toegevoegd=mutatie.voor is None)
                if mutatie.voor is None:
                    self._take_away(stap, mutatie.na or {}, hangs)
                else:
                    self._put_back(stap, mutatie)
                if stap.verdwijnt or stap.terug or stap.blijft:
                    found[soort, doel.id] = stap
        gone = {id_ for (soort, id_), stap in found.items() if KINDS[soort].takes_along and stap.verdwijnt}
        there = next(set(self.records[soort]) for soort, kind in KINDS.items() if kind.takes_along) - gone
        for stap in found.values():
            self._leave_taken(stap, found)
            self._leave_groepen(stap, there)
        return found

    def is_undone(self, regel: Importregel, stappen: Mapping[Sleutel, Stap]) -> bool:
        """Whether what was answered about a line does not hold any more, so that it is a question again."""
        if not regel.is_work or regel.keuze is None or regel.gewist_op is not None or regel.toegepast_id is not None:
            return False
        id_ = self._has(regel)
        if id_ is None:
            return True
        stap = stappen.get((regel.soort, id_))
        if stap is not None and stap.lost:
            return True
        name, value = _number_of(regel)
        since = (each for act, each in self.later.get((regel.soort, id_), ()) if _stands(act))
        return self.links[regel.soort][id_].get(name) == value and not any(name in each.velden for each in since)

    def _has(self, regel: Importregel) -> int | None:
        """Our record with which a line was linked, else who has its number now."""
        if regel.keuze is not Keuze.NIET and regel.doel_id in self.links[regel.soort]:
            return regel.doel_id
        return self._holders.get((regel.soort, *_number_of(regel)))

    @cached_property
    def _holders(self) -> dict[tuple[Soort, str, str | None], int]:
        """Who has each number and each ECK iD now."""
        everybody = ((soort, id_, link) for soort, found in self.links.items() for id_, link in found.items())
        return {(soort, name, value): id_ for soort, id_, link in everybody for name, value in link.items()}

    def _is_here(self, mutatie: Mutatie, soort: Soort) -> bool:
        return mutatie.soort is soort and mutatie.record_id in self.records[soort]

    def _take_away(self, stap: Stap, na: Mapping[str, Any], hangs: Mapping[int, tuple[Reden, int]]) -> None:
        """A record that the import added: it goes, unless a person did something with it, or something hangs on it."""
        doel = stap.doel
        persons = (act for act, _ in reversed(self._since(stap)) if act.door is not None and _stands(act))
        by_person = next(persons, None)
        is_linked_anew = any(getattr(doel, n) != na.get(n) for n in LINK[: 1 if na.get("las_key") else 2])
        if by_person is not None or is_linked_anew or (stap.soort, doel.id) in self.gekozen:
            self._stays(stap, Reden.GEWIJZIGD, by=by_person)
        elif doel.id in hangs:
            reden, number = hangs[doel.id]
            self._stays(stap, reden, resultaten=number)
            stap.terug = {name: None for name in LINK if getattr(doel, name) is not None}
        else:
            stap.verdwijnt = True

    def _put_back(self, stap: Stap, mutatie: Mutatie) -> None:
        voor, na = mutatie.voor or {}, mutatie.na or {}
        keeps_link = False
        for veld in mutatie.velden:
            now = geschiedenis.plain(getattr(stap.doel, veld))
            if now == voor.get(veld):
                continue  # somebody took it back already
            if now == na.get(veld) and not (veld == "eckid" and keeps_link):
                stap.terug[veld] = self._before(stap, veld, voor.get(veld))
            else:
                keeps_link = keeps_link or veld == "las_key"
                act = next((act for act, each in reversed(self._since(stap)) if veld in each.velden), None)
                self._stays(stap, Reden.GEWIJZIGD, veld=veld, by=act)
        if "las_key" in stap.terug and "eckid" not in stap.terug and stap.doel.eckid is not None:
            since = [each for _, each in self._since(stap) if "eckid" in each.velden]
            if since:  # a night learned it of the one who loses the link
                stap.terug["eckid"] = (since[0].voor or {}).get("eckid")
        if "las_key" in stap.terug:
            self._bring_back(stap, mutatie)

    def _bring_back(self, stap: Stap, mutatie: Mutatie) -> None:
        """Who left is the one of the LAS: ours, who loses the link with them, is here as they were."""
        acts = reversed(self._since(stap))
        left = next((each for act, each in acts if "status" in each.velden and act.wat in _DEPARTURES), None)
        if left is None or stap.doel.status is not Lidmaatschap.VERTROKKEN:
            return
        made, before = mutatie.na or {}, mutatie.voor or {}
        for veld in left.velden:
            if geschiedenis.plain(getattr(stap.doel, veld)) == (left.na or {}).get(veld):
                had = (left.voor or {}).get(veld)
                stap.terug[veld] = before.get(veld) if veld in mutatie.velden and had == made.get(veld) else had
        stap.blijft = [each for each in stap.blijft if each.veld not in stap.terug]

    def _before(self, stap: Stap, veld: str, value: Any) -> Any:
        """What a field was before; what an import made of it that is undone too does not come back."""
        for each in self.eerder.get((stap.soort, stap.doel.id), ()):
            if veld in each.velden and (each.na or {}).get(veld) == value and (each.voor is not None or veld in LINK):
                value = (each.voor or {}).get(veld)
        return value

    def _since(self, stap: Stap) -> list[tuple[Handeling, Mutatie]]:
        return list(self.later.get((stap.soort, stap.doel.id), ()))

    def _stays(
        self, stap: Stap, reden: Reden, *, veld: str = "", resultaten: int = 0, by: Handeling | None = None
    ) -> None:
        door = self.namen.get(by.door) if by is not None and by.door is not None else None
        op = by.op if by is not None else None
        stap.blijft.append(Blijft(stap.soort, stap.doel.naam, reden, veld, resultaten, door, op))

    def _hangs(self, kind: AnyKind, ids: Sequence[int], found: Mapping[Sleutel, Stap]) -> dict[int, tuple[Reden, int]]:
        """What would be lost with each of these that are new."""
        if kind.has_results:
            counts = results_of(self.session, self.school_id, ids)
            return {id_: (Reden.RESULTATEN, number) for id_, number in counts.items()}
        if kind.has_email:
            here = [
                select(table.leerkracht_id).where(table.school_id == self.school_id, table.leerkracht_id.in_(ids))
                for table in (Medewerker, Toetreding)
            ]
            return {id_: (Reden.INLOG, 0) for id_ in self.session.scalars(union(*here)) if id_ is not None}
        members = self._members(ids, found) if ids else set()
        return {id_: (Reden.LEDEN, 0) for id_ in ids if id_ in members}

    def _members(self, groepen: Sequence[int], found: Mapping[Sleutel, Stap]) -> set[int]:
        """Those of these groepen in which somebody still stands afterwards, beside others."""
        stand = set[int]()
        for soort, kind in KINDS.items():
            if kind.takes_along:
                continue
            in_them = kind.all_of(self.session, self.school_id, groepen=[GroepId(id_) for id_ in groepen])
            for doel in {*self.records[soort].values(), *in_them}:
                stap = found.get((soort, doel.id))
                if stap is None or not stap.verdwijnt:
                    back = stap.terug if stap is not None else {}
                    stand |= _groepen_in(back) if "groepen" in back or "groep_id" in back else kind.groep_ids(doel)
        return stand

    def _leave_taken(self, stap: Stap, found: Mapping[Sleutel, Stap]) -> None:
        """A number that another has by now does not come back, unless that one gives it up."""
        for name in LINK:
            value = stap.terug.get(name)
            holder = self._holders.get((stap.soort, name, value)) if value is not None else None
            if holder is None or holder == stap.doel.id:
                continue
            giver = found.get((stap.soort, holder))
            if giver is None or not (giver.verdwijnt or giver.terug.get(name, value) != value):
                stap.terug[name] = None
                self._stays(stap, Reden.BEZET, veld=name)

    def _leave_groepen(self, stap: Stap, there: Collection[int]) -> None:
        """Nobody goes back to a groep that is not there any more."""
        if stap.terug.get("groep_id") is not None and stap.terug["groep_id"] not in there:
            stap.terug["groep_id"] = None
        if "groepen" in stap.terug:
            stap.terug["groepen"] = [id_ for id_ in stap.terug["groepen"] or () if id_ in there]


def is_new_link(voor: Mapping[str, Any] | None, na: Mapping[str, Any]) -> bool:
    """Whether a record got a link that it had in no way before: neither its number nor its ECK iD stayed the same."""
    stays = any(voor.get(name) and voor.get(name) == na.get(name) for name in LINK) if voor is not None else False
    return not stays and any(na.get(name) for name in LINK)


def _goes_back(mutatie: Mutatie, now: Mapping[str, str | None] | None) -> bool:
    """Whether what a night did to a record, that has these identifiers now, is undone by anybody but the LAS."""
    voor, na = mutatie.voor, mutatie.na or {}
    if voor is None or now is None or na.get("status") == Lidmaatschap.VERTROKKEN:
        return True
    return any(name in na for name in LINK) and is_new_link({**now, **voor}, {**now, **na})


def _ring(mutaties: Sequence[Mutatie], sleutels: Collection[Sleutel], nummers: Collection[Nummer]) -> Sequence[Mutatie]:
    """What was done to these records, and to whoever had or got a number of theirs by the same act."""
    found, names, rest = list[Mutatie](), set(nummers), list(mutaties)
    while mine := [m for m in rest if (m.soort, m.record_id) in sleutels or not names.isdisjoint(_numbers(m))]:
        found += mine
        names.update(*map(_numbers, mine))
        rest = [m for m in rest if m not in mine]
    return sorted(found, key=mutaties.index)


def _number_of(regel: Importregel) -> tuple[str, str | None]:
    """What names a line: its number, else its ECK iD."""
    return ("las_key", regel.las_key) if regel.las_key is not None else ("eckid", regel.eckid)


def _numbers_of(regel: Importregel) -> list[Nummer]:
    return [(regel.soort, name, value) for name, value in KINDS[regel.soort].identifiers(regel)]


def _numbers(mutatie: Mutatie) -> set[Nummer]:
    sides = (mutatie.voor or {}, mutatie.na or {})
    return {(mutatie.soort, name, side[name]) for side in sides for name in LINK if side.get(name)}


def _stands(act: Handeling) -> bool:
    """Whether what an act did holds: it was not taken back, nor took it something back itself."""
    return act.teruggedraaid_id is None and act.wat not in _UNDOING


def _groepen_in(terug: Mapping[str, Any]) -> set[int]:
    return {*(terug.get("groepen") or ()), *filter(None, [terug.get("groep_id")])}
