"""The way back of an act: the rules of what goes back, over what happened (`gebeurd.py`).

A record that the act added goes, unless something hangs on it by now: then it stays and loses its link. A field goes
back where it still has the value that the act wrote. What changed since stays as it is, and is listed with who did. Of
a night only a link, an addition and a departure go back: any other field is the LAS's, which would bring it tonight. Of
the turn of a school year all goes back: no night brings it again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select, union

from webapp.models import Handeling, Importregel, Lidmaatschap, Medewerker, Toetreding, Wat
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import GroepId
from webapp.services import geschiedenis
from webapp.services.controle.batch import results_of
from webapp.services.controle.gebeurd import Gebeurd, Verandering, number_of
from webapp.services.controle.terugkeer import LINK, Blijft, Reden, Sleutel, Stap
from webapp.services.geschiedenis import VELDEN
from webapp.services.inname.soorten import KINDS, AnyKind

_DEPARTURES = VANZELF | {Wat.VERTREK}
_UNDOING = frozenset({Wat.TERUGDRAAIEN, Wat.TERUGNEMEN, Wat.SPLITSEN})


class Terugweg(Gebeurd):
    """What happened, and what follows from it."""

    def steps(self) -> dict[Sleutel, Stap]:
        """What becomes of each record; people first, so that it is known who leaves which groep."""
        found: dict[Sleutel, Stap] = {}
        for soort, kind in reversed(list(KINDS.items())):
            here = self.records[soort]
            mine = [each for each in self.veranderingen if each.soort is soort and each.record_id in here]
            hangs = self._hangs(kind, [each.record_id for each in mine if each.voor is None], found)
            for each in mine:
                stap = Stap(soort, each.record_id, here[each.record_id], was_toegevoegd=each.voor is None)
                if each.voor is None:
                    self._take_away(stap, each.na or {}, hangs)
                else:
                    self._put_back(stap, each)
                if stap.verdwijnt or stap.terug or stap.blijft:
                    found[stap.sleutel] = stap
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
        id_ = self.record_of(regel)
        if id_ is None:
            return True
        stap = stappen.get((regel.soort, id_))
        if stap is not None and stap.lost:
            return True
        name, value = number_of(regel)
        since = (each for act, each in self.later.get((regel.soort, id_), ()) if _stands(act))
        return self.links[regel.soort][id_].get(name) == value and not any(name in each.velden for each in since)

    def _take_away(self, stap: Stap, na: Mapping[str, Any], hangs: Mapping[int, tuple[Reden, int]]) -> None:
        """A record that the import added: it goes, unless a person did something with it, or something hangs on it."""
        persons = (act for act, _ in reversed(self._since(stap)) if act.door is not None and _stands(act))
        by_person = next(persons, None)
        is_linked_anew = any(stap.nu.get(n) != na.get(n) for n in LINK[: 1 if na.get("las_key") else 2])
        if by_person is not None or is_linked_anew or stap.sleutel in self.gekozen:
            self._stays(stap, Reden.GEWIJZIGD, by=by_person)
        elif stap.id in hangs:
            reden, number = hangs[stap.id]
            self._stays(stap, reden, resultaten=number)
            stap.terug = {name: None for name in LINK if stap.nu.get(name) is not None}
        else:
            stap.verdwijnt = True

    def _put_back(self, stap: Stap, mutatie: Verandering) -> None:
        voor, na = mutatie.voor or {}, mutatie.na or {}
        keeps_link = False
        for veld in mutatie.velden:
            now = geschiedenis.plain(stap.nu[veld])
            if now == voor.get(veld):
                continue  # somebody took it back already
            if now == na.get(veld) and not (veld == "eckid" and keeps_link):
                stap.terug[veld] = self._before(stap, veld, voor.get(veld))
            else:
                keeps_link = keeps_link or veld == "las_key"
                act = next((act for act, each in reversed(self._since(stap)) if veld in each.velden), None)
                self._stays(stap, Reden.GEWIJZIGD, veld=veld, by=act)
        if "las_key" in stap.terug and "eckid" not in stap.terug and stap.nu.get("eckid") is not None:
            since = [each for _, each in self._since(stap) if "eckid" in each.velden]
            if since:  # a night learned it of the one who loses the link
                stap.terug["eckid"] = (since[0].voor or {}).get("eckid")
        if "las_key" in stap.terug:
            self._bring_back(stap, mutatie)

    def _bring_back(self, stap: Stap, mutatie: Verandering) -> None:
        """Who left is the one of the LAS: ours, who loses the link with them, is here as they were."""
        acts = reversed(self._since(stap))
        left = next((each for act, each in acts if "status" in each.velden and act.wat in _DEPARTURES), None)
        if left is None or stap.nu["status"] is not Lidmaatschap.VERTROKKEN:
            return
        made, before = mutatie.na or {}, mutatie.voor or {}
        for veld in left.velden:
            if geschiedenis.plain(stap.nu[veld]) == (left.na or {}).get(veld):
                had = (left.voor or {}).get(veld)
                stap.terug[veld] = before.get(veld) if veld in mutatie.velden and had == made.get(veld) else had
        stap.blijft = [each for each in stap.blijft if each.veld not in stap.terug]

    def _before(self, stap: Stap, veld: str, value: Any) -> Any:
        """What a field was before; what an import made of it that is undone too does not come back."""
        for each in self.eerder.get(stap.sleutel, ()):
            if veld in each.velden and (each.na or {}).get(veld) == value and (each.voor is not None or veld in LINK):
                value = (each.voor or {}).get(veld)
        return value

    def _since(self, stap: Stap) -> Sequence[tuple[Handeling, Verandering]]:
        return self.later.get(stap.sleutel, ())

    def _stays(
        self, stap: Stap, reden: Reden, *, veld: str = "", resultaten: int = 0, by: Handeling | None = None
    ) -> None:
        door = self.namen.get(by.door) if by is not None and by.door is not None else None
        op = by.op if by is not None else None
        stap.blijft.append(Blijft(stap.soort, stap.naam, reden, veld, resultaten, door, op))

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
            within = kind.within([GroepId(id_) for id_ in groepen])
            in_them = kind.values(self.session, self.school_id, VELDEN[kind.table], within)
            for id_, nu in {**self.records[soort], **in_them}.items():
                stap = found.get((soort, id_))
                if stap is None or not stap.verdwijnt:
                    stand |= _groepen_in(nu if stap is None else nu | stap.terug)
        return stand

    def _leave_taken(self, stap: Stap, found: Mapping[Sleutel, Stap]) -> None:
        """A number that another has by now does not come back, unless that one gives it up."""
        for name in LINK:
            value = stap.terug.get(name)
            holder = self.holders.get((stap.soort, name, value)) if value is not None else None
            if holder is None or holder == stap.id:
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


def _stands(act: Handeling) -> bool:
    """Whether what an act did holds: it was not taken back, nor took it something back itself."""
    return act.teruggedraaid_id is None and act.wat not in _UNDOING


def _groepen_in(terug: Mapping[str, Any]) -> set[int]:
    return {*(terug.get("groepen") or ()), *filter(None, [terug.get("groep_id")])}
