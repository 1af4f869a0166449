"""Norming: turning raw scores into what goes to the school and the LAS."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, selectinload

from webapp.db import is_among
from webapp.models import Daad, Leerling, Lidmaatschap, Resultaat, Toets
from webapp.models.ids import AccountId, GroepId, LeerlingId, SchoolId, ToetsId
from webapp.services import aanwezig, audit, sloten
from webapp.services.toetsen.normen import CannotNorm, Normpunt, Normuitkomst, interpret
from webapp.services.versturen import leveringen


@dataclass(frozen=True, slots=True)
class Normverslag:
    """What one press on Normeren did."""

    genormeerd: int
    ongewijzigd: int
    afwezig: int = 0
    """Of those normed now: results of leerlingen who are not in the LAS, which wait."""


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
    new = [r for r, uitkomst in zip(resultaten, uitkomsten, strict=True) if _write(r, uitkomst, now)]
    changed = len(new)
    if new:
        leveringen.prepare(session, school_id)
        audit.record(
            session,
            Daad.GENORMEERD,
            f"toets {toets.code}",
            door=door,
            school_id=school_id,
            resultaten=changed,
            ongewijzigd=len(resultaten) - changed,
        )
    return Normverslag(changed, len(resultaten) - changed, _count_absent(session, school_id, new))


def normpunten(toets: Toets) -> list[Normpunt]:
    """Return the norms of a test as values to reckon with."""
    return [Normpunt(norm.schooldag, norm.gemiddelde, norm.standaardafwijking) for norm in toets.normen]


def is_of_older_norms(resultaat: Resultaat) -> bool:
    """Whether the norms that the test has now would give another outcome than the result has."""
    toets = resultaat.toets
    try:
        now = interpret(resultaat.ruwe_score, resultaat.afnamedatum, toets.vaardigheidsscores, normpunten(toets))
    except CannotNorm:
        return True
    return (now.vaardigheidsscore, now.percentiel) != (resultaat.vaardigheidsscore, resultaat.percentiel)


def _count_absent(session: Session, school_id: SchoolId, resultaten: Collection[Resultaat]) -> int:
    ids = {resultaat.leerling_id for resultaat in resultaten}
    query = select(Leerling.id).where(
        Leerling.school_id == school_id, is_among(Leerling.id, ids), aanwezig.absent(session, school_id)
    )
    absent = set(session.scalars(query)) if ids else set()
    return sum(resultaat.leerling_id in absent for resultaat in resultaten)


def _write(resultaat: Resultaat, uitkomst: Normuitkomst, now: datetime) -> bool:
    """Tell whether this result became another one."""
    known = (resultaat.vaardigheidsscore, resultaat.percentiel, resultaat.niveau)
    outcome = (uitkomst.vaardigheidsscore, uitkomst.percentiel, uitkomst.niveau)
    if resultaat.genormeerd_op is not None and known == outcome:
        return False
    resultaat.vaardigheidsscore, resultaat.percentiel, resultaat.niveau = outcome
    resultaat.genormeerd_op = now
    resultaat.versie += 1
    return True
