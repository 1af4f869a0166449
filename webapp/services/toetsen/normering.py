"""Norming: turning raw scores into what goes to the school and the LAS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.db import is_among
from webapp.errors import NotAllowed
from webapp.models import Daad, Leerling, Lidmaatschap, Resultaat, Toets
from webapp.models.ids import AccountId, GroepId, LeerlingId, SchoolId, ToetsId
from webapp.services import aanwezig, audit, sloten, zendkeuze
from webapp.services.toetsen.normen import CannotNorm, Normpunt, Normuitkomst, interpret
from webapp.services.toetsen.rooster import find_groep
from webapp.services.versturen import leveringen, minuut


@dataclass(frozen=True, order=True, slots=True)
class Afname:
    """One test on one day."""

    toets: str
    dag: date


@dataclass(frozen=True, slots=True)
class Normverslag:
    """What one press on Normeren did."""

    genormeerd: int
    ongewijzigd: int
    afwezig: int = 0
    """Of those normed now: results of leerlingen who are not in the LAS, which wait."""
    vertrokken: int = 0
    """Of those normed now: results of leerlingen who left; they wait when the leerling never was in the LAS."""
    blijven: int = 0
    """Of those normed now: results that the school chose not to send."""
    zonder_norm: Mapping[Afname, int] = field(default_factory=dict)
    """How many scores stay as they are because their test has no norm for them, per test and day."""


def normeer(
    session: Session,
    school_id: SchoolId,
    toets_id: ToetsId,
    *,
    now: datetime,
    door: AccountId | None,
    groep_id: GroepId | None = None,
    leerling_ids: Collection[LeerlingId] | None = None,
    afnamedatum: date | None = None,
) -> Normverslag:
    """Norm the results of one test, of a groep or of these leerlingen; raise CannotNorm and write nothing.

    `versie` rises only where the outcome changed, so pressing twice sends nothing twice.
    """
    if (groep_id is None) == (leerling_ids is None):
        raise ValueError("name a groep or leerlingen")
    sloten.hold(session, school_id)
    query = select(Resultaat).where(Resultaat.school_id == school_id, Resultaat.toets_id == toets_id)
    if groep_id is not None:
        stands_there = and_(Leerling.groep_id == groep_id, Leerling.status == Lidmaatschap.ACTIEF)
        query = query.where(Resultaat.leerling.has(stands_there))
    if leerling_ids is not None:
        query = query.where(is_among(Resultaat.leerling_id, leerling_ids))
    if afnamedatum is not None:
        query = query.where(Resultaat.afnamedatum == afnamedatum)
    resultaten = session.scalars(query.order_by(Resultaat.id).execution_options(populate_existing=True)).all()
    toets = session.get_one(Toets, toets_id, options=[selectinload(Toets.normen)])
    normen = normpunten(toets)
    uitkomsten = [interpret(r.ruwe_score, r.afnamedatum, toets.vaardigheidsscores, normen) for r in resultaten]
    new = [r for r, uitkomst in zip(resultaten, uitkomsten, strict=True) if write(r, uitkomst, now)]
    finish(session, school_id, new, f"toets {toets.code}", door=door, ongewijzigd=len(resultaten) - len(new))
    return _verslag(session, school_id, new, len(resultaten) - len(new))


def normeer_alles(
    session: Session,
    school_id: SchoolId,
    *,
    now: datetime,
    door: AccountId,
    groep_id: GroepId | None = None,
    groepen: Collection[GroepId] | None,
) -> Normverslag:
    """Norm every score that nobody normed yet: of a groep, or of the whole school with those who left.

    `groepen` holds those that whoever presses may open; None all. A score without a norm stays as it is, and keeps no
    other from being normed.
    """
    if groep_id is None and groepen is not None:
        raise NotAllowed
    sloten.hold(session, school_id)
    query = select(Resultaat).where(Resultaat.school_id == school_id, Resultaat.genormeerd_op.is_(None))
    if groep_id is not None:
        groep = find_groep(session, school_id, groep_id, groepen=groepen)
        stands_there = and_(Leerling.groep_id == groep.id, Leerling.status == Lidmaatschap.ACTIEF)
        query = query.where(Resultaat.leerling.has(stands_there))
    whole = selectinload(Resultaat.toets).selectinload(Toets.normen)
    resultaten = session.scalars(query.order_by(Resultaat.id).options(whole, joinedload(Resultaat.leerling))).all()
    about = f"school {school_id}" if groep_id is None else f"groep {groep_id}"
    return norm_these(session, school_id, resultaten, about, now=now, door=door)


def norm_these(
    session: Session,
    school_id: SchoolId,
    resultaten: Sequence[Resultaat],
    about: str,
    *,
    now: datetime,
    door: AccountId | None,
) -> Normverslag:
    """Norm each of these results that has a norm; the others stay as they are. Under the lock of the school."""
    new, without = _norm_each(resultaten, now)
    finish(session, school_id, new, about, door=door, zonder_norm=without.total())
    return _verslag(session, school_id, new, 0, without)


def _norm_each(resultaten: Sequence[Resultaat], now: datetime) -> tuple[list[Resultaat], Counter[Afname]]:
    """Return what was normed, and how many of which afname could not be."""
    new: list[Resultaat] = []
    without: Counter[Afname] = Counter()
    for resultaat in resultaten:
        try:
            uitkomst = outcome_of(resultaat)
        except CannotNorm:
            without[Afname(resultaat.toets.naam, resultaat.afnamedatum)] += 1
            continue
        if write(resultaat, uitkomst, now):
            new.append(resultaat)
    return new, without


def outcome_of(resultaat: Resultaat) -> Normuitkomst:
    """Return what the norms that the test has now make of a raw score; raise CannotNorm."""
    toets = resultaat.toets
    return interpret(resultaat.ruwe_score, resultaat.afnamedatum, toets.vaardigheidsscores, normpunten(toets))


def finish(
    session: Session,
    school_id: SchoolId,
    new: Collection[Resultaat],
    about: str,
    *,
    door: AccountId | None,
    **counts: int,
) -> None:
    """Get what was normed on its way, and write down that it was."""
    if new:
        if leveringen.prepare(session, school_id):
            minuut.normed(session, school_id)
        audit.record(session, Daad.GENORMEERD, about, door=door, school_id=school_id, resultaten=len(new), **counts)


def _verslag(
    session: Session,
    school_id: SchoolId,
    new: Collection[Resultaat],
    ongewijzigd: int,
    zonder_norm: Mapping[Afname, int] | None = None,
) -> Normverslag:
    left = sum(resultaat.leerling.status is Lidmaatschap.VERTROKKEN for resultaat in new)
    keuzes = zendkeuze.of_school(session, school_id)
    goes = [resultaat for resultaat in new if keuzes.why_stays(resultaat) is None]
    absent = _count_absent(session, school_id, goes)
    return Normverslag(len(new), ongewijzigd, absent, left, len(new) - len(goes), zonder_norm or {})


def normpunten(toets: Toets) -> list[Normpunt]:
    """Return the norms of a test as values to reckon with."""
    return [Normpunt(norm.schooldag, norm.gemiddelde, norm.standaardafwijking) for norm in toets.normen]


def is_of_older_norms(resultaat: Resultaat) -> bool:
    """Whether the norms that the test has now would give another outcome than the result has."""
    try:
        now = outcome_of(resultaat)
    except CannotNorm:
        return True
    return (now.vaardigheidsscore, now.percentiel) != (resultaat.vaardigheidsscore, resultaat.percentiel)


def _count_absent(session: Session, school_id: SchoolId, resultaten: Collection[Resultaat]) -> int:
    ids = {resultaat.leerling_id for resultaat in resultaten}
    never_linked = and_(Leerling.status == Lidmaatschap.VERTROKKEN, ~Leerling.is_linked())
    query = select(Leerling.id).where(
        Leerling.school_id == school_id,
        is_among(Leerling.id, ids),
        or_(aanwezig.absent(session, school_id), never_linked),
    )
    absent = set(session.scalars(query)) if ids else set()
    return sum(resultaat.leerling_id in absent for resultaat in resultaten)


def write(resultaat: Resultaat, uitkomst: Normuitkomst, now: datetime) -> bool:
    """Give a result this outcome; tell whether it became another one."""
    known = (resultaat.vaardigheidsscore, resultaat.percentiel, resultaat.niveau)
    outcome = (uitkomst.vaardigheidsscore, uitkomst.percentiel, uitkomst.niveau)
    if resultaat.genormeerd_op is not None and known == outcome:
        return False
    resultaat.vaardigheidsscore, resultaat.percentiel, resultaat.niveau = outcome
    resultaat.genormeerd_op, resultaat.normversie = now, None
    resultaat.versie += 1
    return True
