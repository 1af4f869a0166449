"""What the results of all groepen say beside the norm, added up by the database.

Who and what counts is as in `analyse.py`, which does the same for one groep by name; a test holds the two together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, selectinload

from webapp.models import Groep, Leerling, Lidmaatschap, Resultaat, Toets
from webapp.models.ids import GroepId, SchoolId, ToetsId
from webapp.schooljaar import days_of, schooljaar_of
from webapp.services import aanwezig
from webapp.services.toetsen import voortgang
from webapp.services.toetsen.normering import normpunten
from webapp.services.toetsen.spreiding import Beeld, Ronde, rondes


@dataclass(frozen=True)
class Groepsregel:
    """A groep among the others that took a test: its last taking of the school year."""

    groep: Groep
    ronde: Ronde
    verwacht: int | None
    te_normeren: int
    beeld: Beeld


@dataclass(frozen=True)
class Toetsanalyse:
    """One test, with every groep that took it in a school year."""

    toets: Toets
    regels: tuple[Groepsregel, ...]

    @property
    def beeld(self) -> Beeld:
        return reduce(add, (regel.beeld for regel in self.regels))


def schooljaren(session: Session, school_id: SchoolId, *, groepen: Collection[GroepId] | None) -> list[str]:
    """Return the school years in which whoever sits in these groepen took a test, newest first."""
    days = select(Resultaat.afnamedatum).join(Resultaat.leerling).where(*_where(school_id, None, groepen)).distinct()
    return sorted({schooljaar_of(day) for day in session.scalars(days)}, reverse=True)


def of_school(
    session: Session, school_id: SchoolId, schooljaar: str, *, today: date, groepen: Collection[GroepId] | None
) -> list[Toetsanalyse]:
    """Return every test of a school year, with the last taking of every groep (or those of `groepen`)."""
    is_now = schooljaar == schooljaar_of(today)
    standing = voortgang.per_groep(session, school_id)
    last = {key: rondes(days)[0] for key, days in _days(session, school_id, schooljaar, groepen).items()}
    taken = select(Toets).where(Toets.id.in_({toets_id for _, toets_id in last}))
    toetsen = session.scalars(taken.options(selectinload(Toets.normen)).order_by(Toets.leerjaar, Toets.naam)).all()
    sums = _sums(session, school_id, schooljaar, groepen)
    found = []
    for toets in toetsen:
        regels = [
            _regel(groep, toets, last[groep.id, toets.id], per_jaar, sums[groep.id, toets.id], is_now=is_now)
            for groep, (per_jaar, _) in standing
            if (groep.id, toets.id) in last
        ]
        if regels:
            found.append(Toetsanalyse(toets, tuple(regels)))
    return found


@dataclass(frozen=True, slots=True)
class _Som:
    """Last results of leerlingen of one groep, of one test, of one day and one niveau."""

    dag: date
    niveau: str | None
    """None: not normed yet."""
    is_ander_jaar: bool
    aantal: int
    som: Decimal


def _regel(
    groep: Groep, toets: Toets, ronde: Ronde, per_jaar: Counter[str], sums: Iterable[_Som], *, is_now: bool
) -> Groepsregel:
    of_year = per_jaar[toets.leerjaar] + per_jaar[""]
    only_year = is_now and of_year > 0
    here = [som for som in sums if ronde.has(som.dag) and not (only_year and som.is_ander_jaar)]
    niveaus: Counter[str] = Counter()
    dagen: Counter[date] = Counter()
    total = Decimal(0)
    for som in here:
        if som.niveau is not None:
            niveaus[som.niveau] += som.aantal
            dagen[som.dag] += som.aantal
            total += som.som
    return Groepsregel(
        groep,
        ronde,
        (of_year or per_jaar.total()) if is_now else None,
        sum(som.aantal for som in here if som.niveau is None),
        Beeld(normpunten(toets), niveaus, dagen, total),
    )


def _days(
    session: Session, school_id: SchoolId, schooljaar: str, groepen: Collection[GroepId] | None
) -> dict[tuple[GroepId, ToetsId], list[date]]:
    """On which days whoever sits in a groep now took a test."""
    query = (
        select(Leerling.groep_id, Resultaat.toets_id, Resultaat.afnamedatum)
        .join(Resultaat.leerling)
        .where(*_where(school_id, schooljaar, groepen))
        .distinct()
    )
    found: dict[tuple[GroepId, ToetsId], list[date]] = defaultdict(list)
    for groep_id, toets_id, day in session.execute(query):
        if groep_id is not None:
            found[groep_id, toets_id].append(day)
    return found


def _sums(
    session: Session, school_id: SchoolId, schooljaar: str, groepen: Collection[GroepId] | None
) -> dict[tuple[GroepId, ToetsId], list[_Som]]:
    """The last result of the school year of everybody present, added up by the database."""
    jaargroep = func.coalesce(Leerling.jaargroep, Groep.jaargroep, Toets.leerjaar)
    last = (
        select(
            Leerling.groep_id,
            Resultaat.toets_id,
            Resultaat.afnamedatum,
            Resultaat.niveau,
            (jaargroep != Toets.leerjaar).label("ander_jaar"),
            Resultaat.vaardigheidsscore,
        )
        .ext(distinct_on(Resultaat.leerling_id, Resultaat.toets_id))
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .join(Groep, Groep.id == Leerling.groep_id)
        .where(*_where(school_id, schooljaar, groepen), aanwezig.is_present(session, school_id))
        .order_by(Resultaat.leerling_id, Resultaat.toets_id, Resultaat.afnamedatum.desc())
        .subquery()
    )
    keys = (last.c.groep_id, last.c.toets_id, last.c.afnamedatum, last.c.niveau, last.c.ander_jaar)
    rows = session.execute(select(*keys, func.count(), func.sum(last.c.vaardigheidsscore)).group_by(*keys))
    found: dict[tuple[GroepId, ToetsId], list[_Som]] = defaultdict(list)
    for groep_id, toets_id, day, niveau, is_other, number, total in rows:
        found[groep_id, toets_id].append(_Som(day, niveau, is_other, number, total or Decimal(0)))
    return found


def _where(
    school_id: SchoolId, schooljaar: str | None, groepen: Collection[GroepId] | None
) -> Iterator[ColumnElement[bool]]:
    """Only results of this school and year, of leerlingen who stand in a groep, or in one of `groepen`."""
    yield Resultaat.school_id == school_id
    yield Leerling.status == Lidmaatschap.ACTIEF
    yield Leerling.groep_id.is_not(None) if groepen is None else Leerling.groep_id.in_(groepen)
    if schooljaar is not None:
        yield Resultaat.afnamedatum.between(*days_of(schooljaar))
