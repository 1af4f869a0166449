"""The parts of the page: a bar per groep or test, a card per reason, a row per result."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import url_for

from webapp.accounts import is_beheerder, own_groepen
from webapp.filters import datum
from webapp.models import Groep, Leerling, Toets
from webapp.models.fout import Fout, Foutcode, Situatie
from webapp.models.ids import GroepId, ToetsId
from webapp.presentation import namen, own_feiten
from webapp.services.toetsen.ontbreekt import Ontbrekend
from webapp.services.versturen.waar import AANDACHT, Bak, Rij, Telling, Waar
from webapp.services.zendkeuze import Keuzes
from webapp.uwlr.codes import Owner
from webapp.woorden import redenen
from webapp.woorden.redenen import Redenkaart
from webapp.woorden.toetsen import groepsnaam
from webapp.woorden.waar import Badge, stand_of

TE_DOEN = "invoeren"
"""A score that is still to be filled in: no result yet, and a part of the bar."""


@dataclass(frozen=True)
class Balk:
    """How far the results of one groep or test are: a bar, with the same numbers beside it."""

    naam: str
    onder: str
    url: str
    aantallen: Mapping[str, int]

    @property
    def delen(self) -> list[tuple[str, float, float]]:
        """The parts of the bar: where each begins and how long it is, of a hundred; the smallest can be seen."""
        shown = {bak: number for bak, number in self.aantallen.items() if number}
        total, found, at = sum(shown.values()), list[tuple[str, float, float]](), 0.0
        room = 100 - 1.5 * len(shown)
        for bak, number in shown.items():
            length = 1.5 + room * number / total
            found.append((bak, round(at, 2), round(length, 2)))
            at += length
        return found


@dataclass(frozen=True)
class Regel:
    """One result, or a score that is missing, as it stands in a list."""

    leerling: Leerling
    toets: Toets
    dag: date | None
    groep: str
    nu: str
    """The groep that the leerling sits in now, when that is another; or that they left."""
    stand: Badge
    rij: Rij | None = None

    @property
    def url(self) -> str:
        """The page of the leerling, for who may open it."""
        mine = own_groepen()
        may = mine is None or (self.leerling.groep_id in mine and not self.leerling.vertrokken_op)
        return url_for("overzicht.record", soort="leerling", doel_id=self.leerling.id) if may else ""

    @property
    def mag_opnieuw(self) -> bool:
        """Whether trying again can help: not where somebody else has to act first."""
        levering = self.rij.levering if self.rij is not None and self.rij.waar is Waar.GEWEIGERD else None
        return levering is not None and levering.fout_eigenaar is Owner.SCHOOL and is_beheerder()

    @property
    def is_na_te_kijken(self) -> bool:
        return self.rij is not None and self.rij.waar is Waar.NAKIJKEN


@dataclass(frozen=True)
class Kaart:
    """One reason with the first of its results."""

    kaart: Redenkaart
    aantal: int
    reden: str
    """As it stands in an address."""
    regels: list[Regel] = field(default_factory=list)


def per_groep(tellingen: Iterable[Telling], groepen: Sequence[Groep], url: Callable[[GroepId], str]) -> list[Balk]:
    """A bar for each groep in which something was taken, in their order."""
    counts = defaultdict[GroepId, Counter[str]](Counter)
    for telling in tellingen:
        counts[telling.groep_id or GroepId(0)][telling.bak] += telling.aantal
    named = {**{groep.id: groepsnaam(groep) for groep in groepen}, GroepId(0): "Zonder groep"}
    return [Balk(naam, "", url(id_), _in_order(counts[id_])) for id_, naam in named.items() if id_ in counts]


def per_toets(tellingen: Iterable[Telling], missing: Iterable[Ontbrekend], toetsen: Sequence[Toets]) -> list[Balk]:
    """A bar for each test, with the last day on which it was taken and the scores that are missing."""
    counts, last = defaultdict[ToetsId, Counter[str]](Counter), dict[ToetsId, date]()
    for telling in tellingen:
        counts[telling.toets_id][telling.bak] += telling.aantal
        last[telling.toets_id] = max(telling.laatste, last.get(telling.toets_id, telling.laatste))
    for each in missing:
        counts[each.toets.id][TE_DOEN] += 1
    found = sorted((toets for toets in toetsen if toets.id in last), key=lambda toets: last[toets.id], reverse=True)
    return [Balk(toets.naam, datum(last[toets.id]), "", _in_order(counts[toets.id])) for toets in found]


def _in_order(counts: Mapping[str, int]) -> dict[str, int]:
    return {str(bak): counts.get(bak, 0) for bak in (*Bak, TE_DOEN)}


def regel(rij: Rij, gaat: str, keuzes: Keuzes) -> Regel:
    """A result as it stands in a list."""
    resultaat, leerling = rij.resultaat, rij.resultaat.leerling
    acts = is_beheerder()
    stand = stand_of(resultaat, rij.levering, rij.waar, namen(), keuzes, for_beheerder=acts, wanneer=gaat)
    now = ""
    if leerling.vertrokken_op is not None:
        now = "vertrokken"
    elif rij.groep is not None and leerling.groep is not None and leerling.groep.id != rij.groep.id:
        now = f"nu in {groepsnaam(leerling.groep).lower()}"
    groep = groepsnaam(rij.groep) if rij.groep is not None else "zonder groep"
    return Regel(leerling, resultaat.toets, resultaat.afnamedatum, groep, now, stand, rij)


def te_doen(each: Ontbrekend) -> Regel:
    """A score that is missing, as it stands in the same list."""
    tekst = f"De groep maakte deze toets op {datum(each.ronde.laatste)}. Vul de score in en kies Opslaan en normeren."
    return Regel(each.leerling, each.toets, None, "", "", Badge("nog invoeren", "letop", "pen", tekst))


def kaarten(tellingen: Collection[Telling], rijen: Iterable[Rij], gaat: str, keuzes: Keuzes) -> list[Kaart]:
    """A card for each reason that asks attention: what the school does first, then the largest."""
    counts = Counter[tuple[Waar, Foutcode | None, Owner | None]]()
    refused = defaultdict[tuple[Waar, Foutcode | None, Owner | None], list[datetime]](list)
    for telling in tellingen:
        if telling.bak in AANDACHT:
            why = (telling.code, telling.eigenaar) if telling.waar is Waar.GEWEIGERD else (None, None)
            counts[telling.waar, *why] += telling.aantal
            refused[telling.waar, *why] += telling.geweigerd or ()
    rows = defaultdict[str, list[Regel]](list)
    for rij in rijen:
        rows[_key(rij.waar, rij.levering.fout_code if rij.levering is not None else None)].append(
            regel(rij, gaat, keuzes)
        )
    einden, found = own_feiten().einden, list[Kaart]()
    for (waar, code, owner), number in counts.items():
        fout = Fout(code, owner, {"situatie": Situatie.ALLEEN}) if code is not None and owner is not None else None
        key = _key(waar, code)
        if waar is Waar.GEWEIGERD:
            card = redenen.refused(fout, number, namen(), refused[waar, code, owner])
        else:
            card = redenen.waits(waar, number, namen(), einden)
        found.append(Kaart(card, number, key, rows[key]))
    return sorted(found, key=lambda each: (each.kaart.soort != "u", -each.aantal, each.reden))


def _key(waar: Waar, code: Foutcode | None) -> str:
    return f"{waar}:{code}" if waar is Waar.GEWEIGERD and code is not None else str(waar)
