"""How far the groepen of a school are with their tests this school year: scored, normed, on the way to the LAS."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import Groep, Leerling, Levering, Lidmaatschap, Resultaat, Toets
from webapp.models.ids import GroepId, SchoolId, ToetsId
from webapp.schooljaar import days_of, schooljaar_of
from webapp.services import aanwezig
from webapp.services.koppeling import levensloop
from webapp.services.versturen.waar import BAKKEN, Bak, Waar, waar


@dataclass
class Afname:
    """One test taken by one groep on one day."""

    datum: date
    ingevuld: int = 0
    te_normeren: int = 0
    standen: Counter[Bak] = field(default_factory=Counter)


@dataclass
class Toetsvoortgang:
    """One test of one groep."""

    toets: Toets
    verwacht: int
    """Leerlingen in the groep of the year that the test is for."""
    afnames: list[Afname] = field(default_factory=list)
    """Newest first."""

    @property
    def laatste(self) -> Afname | None:
        return self.afnames[0] if self.afnames else None

    @property
    def te_scoren(self) -> int:
        """How many leerlingen have no score of the last taking, or of none."""
        return max(self.verwacht - (self.laatste.ingevuld if self.laatste else 0), 0)

    @property
    def te_normeren(self) -> int:
        return sum(afname.te_normeren for afname in self.afnames)

    @property
    def standen(self) -> Counter[Bak]:
        return sum((afname.standen for afname in self.afnames), Counter[Bak]())


@dataclass
class Groepsvoortgang:
    """A groep with the tests that fit it."""

    groep: Groep
    leerlingen: int
    regels: list[Toetsvoortgang]
    afwezig: int = 0
    """Leerlingen who are in the groep here, and not in the LAS."""

    @property
    def te_scoren(self) -> int:
        return sum(regel.te_scoren for regel in self.regels)

    @property
    def te_normeren(self) -> int:
        return sum(regel.te_normeren for regel in self.regels)

    @property
    def standen(self) -> Counter[Bak]:
        return sum((regel.standen for regel in self.regels), Counter[Bak]())


@dataclass(frozen=True)
class NogTeNormeren:
    """How many scores nobody has normed yet, of whichever year."""

    per_groep: Mapping[GroepId, int]
    """Of who stands there now."""
    vertrokken: int = 0
    zonder_groep: int = 0

    @property
    def totaal(self) -> int:
        return sum(self.per_groep.values()) + self.vertrokken + self.zonder_groep


def te_normeren(session: Session, school_id: SchoolId, *, groepen: Collection[GroepId] | None) -> NogTeNormeren:
    """Return what `normering.normeer_alles` would norm; of these groepen, or of the school with those who left."""
    has_left = Leerling.status == Lidmaatschap.VERTROKKEN
    rows = session.execute(
        select(has_left, Leerling.groep_id, func.count())
        .select_from(Resultaat)
        .join(Resultaat.leerling)
        .where(Resultaat.school_id == school_id, Resultaat.genormeerd_op.is_(None))
        .group_by(has_left, Leerling.groep_id)
    ).all()
    here = {groep_id: number for left, groep_id, number in rows if groep_id is not None and not left}
    if groepen is not None:
        return NogTeNormeren({groep_id: number for groep_id, number in here.items() if groep_id in groepen})
    return NogTeNormeren(
        here,
        vertrokken=sum(number for left, _, number in rows if left),
        zonder_groep=sum(number for left, groep_id, number in rows if groep_id is None and not left),
    )


def of_school(
    session: Session, school_id: SchoolId, today: date, *, groepen: Collection[GroepId] | None
) -> list[Groepsvoortgang]:
    """Return every groep with leerlingen (or those of `groepen`), the tests for its years and those it took this year.

    Counted are those who are present. A groep in which nobody is comes last, with the tests for everybody in it.
    """
    toetsen = session.scalars(select(Toets).order_by(Toets.leerjaar, Toets.naam)).all()
    taken = _taken(session, school_id, *days_of(schooljaar_of(today)))
    found = []
    for groep, (per_jaar, absent) in per_groep(session, school_id):
        if groepen is not None and groep.id not in groepen:
            continue
        regels = [
            Toetsvoortgang(toets, per_jaar[toets.leerjaar], _newest_first(days))
            for toets in toetsen
            if (days := taken.get((groep.id, toets.id), {})) or (per_jaar or absent)[toets.leerjaar]
        ]
        found.append(Groepsvoortgang(groep, per_jaar.total(), regels, absent.total()))
    return found


def _newest_first(days: dict[date, Afname]) -> list[Afname]:
    return [days[day] for day in sorted(days, reverse=True)]


def per_groep(session: Session, school_id: SchoolId) -> list[tuple[Groep, tuple[Counter[str], Counter[str]]]]:
    """Return the groepen with leerlingen, youngest first: how many of each year are present, and how many are not."""
    jaargroep, present = func.coalesce(Leerling.jaargroep, Groep.jaargroep, ""), aanwezig.is_present(session, school_id)
    rows = session.execute(
        select(Groep, jaargroep, present, func.count(Leerling.id))
        .join(Leerling, Leerling.groep_id == Groep.id)
        .where(Groep.school_id == school_id, Leerling.status == Lidmaatschap.ACTIEF)
        .group_by(Groep.id, jaargroep, present)
    )
    found: dict[Groep, tuple[Counter[str], Counter[str]]] = defaultdict(lambda: (Counter(), Counter()))
    for groep, jaar, is_present, number in rows:
        found[groep][0 if is_present else 1][jaar] += number
    return sorted(found.items(), key=lambda each: (not each[1][0], min(each[1][0] or each[1][1]), each[0].naam))


def _taken(
    session: Session, school_id: SchoolId, first: date, last: date
) -> dict[tuple[GroepId, ToetsId], dict[date, Afname]]:
    """What was taken in this period: per groep and test, per day."""
    each = (
        select(
            Leerling.groep_id,
            Resultaat.toets_id,
            Resultaat.afnamedatum,
            waar(levensloop.of_school(session, school_id)).label("waar"),
            aanwezig.is_present(session, school_id).label("present"),
        )
        .join(Resultaat.leerling)
        .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
        .where(
            Resultaat.school_id == school_id,
            Resultaat.afnamedatum.between(first, last),
            Leerling.status == Lidmaatschap.ACTIEF,
            Leerling.groep_id.is_not(None),
        )
        .subquery()
    )
    keys = each.c.groep_id, each.c.toets_id, each.c.afnamedatum, each.c.waar
    rows = session.execute(select(*keys, func.count(), func.count().filter(each.c.present)).group_by(*keys))
    found: dict[tuple[GroepId, ToetsId], dict[date, Afname]] = defaultdict(dict)
    for groep_id, toets_id, day, place, number, present in rows:
        afname = found[groep_id, toets_id].setdefault(day, Afname(day))
        afname.ingevuld += present
        if place == Waar.NIET_GENORMEERD:
            afname.te_normeren += number
        else:
            afname.standen[BAKKEN[Waar(place)]] += number
    return found
