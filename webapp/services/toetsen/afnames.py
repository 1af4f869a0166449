"""Results that come in from outside: weighed first, which writes nothing, then written.

A file of a school, a supplier and the test centre's own data all pass here, so that one rule says what a result may do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.config import AMSTERDAM
from webapp.db import is_among
from webapp.errors import DomainError
from webapp.models import Daad, Leerling, Levering, LeveringStatus, Resultaat, Toets
from webapp.models.ids import AccountId, GroepId, LeerlingId, SchoolId, ToetsId
from webapp.services import audit, sloten
from webapp.services.toetsen import normering
from webapp.services.toetsen.invoer import ScoreWrong
from webapp.services.toetsen.normen import NIVEAUS, Normuitkomst, niveau
from webapp.services.toetsen.normering import Normverslag
from webapp.services.toetsen.opslaan import forget_norm
from webapp.services.versturen import leveringen

_HIGHEST = Decimal("99999.9")


class AfnameWrong(DomainError):
    """One of the results cannot be taken in."""


class LeerlingUnknown(AfnameWrong):
    """No such leerling at this school: never was one, is of another school, or was erased."""


class ToetsUnknown(AfnameWrong):
    """No test has this code."""


class AfnameTwice(AfnameWrong):
    """Two of the results are of one leerling, one test and one day."""


class NormWrong(AfnameWrong):
    """What the score came to elsewhere is no norm: out of range, at odds with itself, or of a moment that cannot be."""


@dataclass(frozen=True)
class Afgenomen:
    """One test that one leerling took, and what it came to when somebody else normed it."""

    leerling_id: LeerlingId
    toets_id: ToetsId
    afnamedatum: date
    ruwe_score: int
    afgenomen_om: time | None = None
    uitkomst: Normuitkomst | None = None
    genormeerd_op: datetime | None = None
    """When it was normed elsewhere; it comes with `uitkomst`."""
    normversie: str | None = None


class Gevolg(StrEnum):
    """What taking in one result would do."""

    NIEUW = "nieuw"
    GEWIJZIGD = "gewijzigd"
    ONGEWIJZIGD = "ongewijzigd"


@dataclass(frozen=True)
class Voornemen:
    """One result that can be taken in, beside what is here now."""

    afname: Afgenomen
    gevolg: Gevolg
    resultaat: Resultaat | None
    was: int | None
    """The score that stands here for that day."""


@dataclass(frozen=True)
class Ingenomen:
    """What was written, in the order of what came in, and what was normed along."""

    resultaten: tuple[Resultaat, ...]
    aantallen: Counter[Gevolg]
    normverslag: Normverslag


def weigh(
    session: Session, school_id: SchoolId, afnames: Sequence[Afgenomen], *, now: datetime
) -> list[Voornemen | AfnameWrong | ScoreWrong]:
    """Say of each result what it would do, or what is wrong with it, in the same order. Writes nothing.

    A leerling who was merged into another stands for that other. Whether a day is too old is for the caller to say.
    Call it again under `sloten.hold` when its outcome is to be written: `write` does what it is given.
    """
    leerlingen = _as_they_are_now(session, school_id, {afname.leerling_id for afname in afnames})
    toets_ids = {afname.toets_id for afname in afnames}
    toetsen = {toets.id: toets for toets in session.scalars(select(Toets).where(is_among(Toets.id, toets_ids)))}
    known = {
        _key(leerlingen, afname)
        for afname in afnames
        if afname.leerling_id in leerlingen and afname.toets_id in toetsen
    }
    here = _here(session, school_id, {leerling_id for leerling_id, _, _ in known})
    times = Counter(_key(leerlingen, afname) for afname in afnames if afname.leerling_id in leerlingen)
    found: list[Voornemen | AfnameWrong | ScoreWrong] = []
    for afname in afnames:
        wrong = _what_is_wrong(afname, leerlingen, toetsen, now)
        if wrong is None and times[_key(leerlingen, afname)] > 1:
            wrong = AfnameTwice()
        found.append(wrong or _voornemen(afname, leerlingen[afname.leerling_id], here.get(_key(leerlingen, afname))))
    return found


def write(
    session: Session,
    school_id: SchoolId,
    voornemens: Sequence[Voornemen],
    *,
    normeren: bool,
    now: datetime,
    door: AccountId | None,
    bron: str,
) -> Ingenomen:
    """Write what `weigh` said under this lock, all of it; norm the raw ones along when that is asked.

    `bron` names where it came from, for the trail: a file, a supplier. A raw score that has no norm stays raw, and the
    report says so. What was normed elsewhere keeps its outcome and its moment; `versie` rises as with any norming.
    """
    sloten.hold(session, school_id)
    groepen = _groepen(session, school_id, {voornemen.afname.leerling_id for voornemen in voornemens})
    written = [_write(session, school_id, voornemen, groepen) for voornemen in voornemens]
    elsewhere = [
        resultaat for resultaat, voornemen in zip(written, voornemens, strict=True) if _norm(resultaat, voornemen)
    ]
    session.flush()
    counts = Counter(voornemen.gevolg for voornemen in voornemens)
    if counts[Gevolg.NIEUW] + counts[Gevolg.GEWIJZIGD]:
        audit.record(
            session,
            Daad.SCORES_OPGESLAGEN,
            bron,
            door=door,
            school_id=school_id,
            nieuw=counts[Gevolg.NIEUW],
            gewijzigd=counts[Gevolg.GEWIJZIGD],
            ongewijzigd=counts[Gevolg.ONGEWIJZIGD],
        )
    normering.finish(session, school_id, elsewhere, bron, door=door)
    raw = [resultaat for resultaat in written if normeren and resultaat.genormeerd_op is None]
    return Ingenomen(tuple(written), counts, normering.norm_these(session, school_id, raw, bron, now=now, door=door))


def _as_they_are_now(
    session: Session, school_id: SchoolId, ids: Collection[LeerlingId]
) -> dict[LeerlingId, LeerlingId]:
    """Return who each of these is now: themselves, or into whom they were merged. Others are missing."""
    query = select(Leerling.id, Leerling.samengevoegd_met_id).where(Leerling.school_id == school_id)
    rows = session.execute(query.where(is_among(Leerling.id, ids)))
    found = {leerling_id: merged_with or leerling_id for leerling_id, merged_with in rows}
    further = {target for leerling_id, target in found.items() if target != leerling_id} - found.keys()
    beyond = _as_they_are_now(session, school_id, further) if further else {}
    return {leerling_id: beyond.get(target, target) for leerling_id, target in found.items()}


_Key = tuple[LeerlingId, ToetsId, date]


def _key(leerlingen: dict[LeerlingId, LeerlingId], afname: Afgenomen) -> _Key:
    return leerlingen[afname.leerling_id], afname.toets_id, afname.afnamedatum


def _here(session: Session, school_id: SchoolId, leerling_ids: Collection[LeerlingId]) -> dict[_Key, Resultaat]:
    query = select(Resultaat).where(Resultaat.school_id == school_id, is_among(Resultaat.leerling_id, leerling_ids))
    rows = session.scalars(query.options(joinedload(Resultaat.leerling), joinedload(Resultaat.toets)))
    return {(each.leerling_id, each.toets_id, each.afnamedatum): each for each in rows}


def _what_is_wrong(
    afname: Afgenomen, leerlingen: dict[LeerlingId, LeerlingId], toetsen: dict[ToetsId, Toets], now: datetime
) -> AfnameWrong | ScoreWrong | None:
    toets = toetsen.get(afname.toets_id)
    if toets is None:
        return ToetsUnknown()
    if not 0 <= afname.ruwe_score <= toets.aantal_opgaven:
        return ScoreWrong(str(afname.ruwe_score), toets.aantal_opgaven, is_getal=True)
    if not is_norm(afname, now):
        return NormWrong()
    return None if afname.leerling_id in leerlingen else LeerlingUnknown()


def is_norm(afname: Afgenomen, now: datetime) -> bool:
    """Whether the outcome can be one; its niveau may be one off, since others round their percentiel otherwise."""
    uitkomst, moment = afname.uitkomst, afname.genormeerd_op
    if uitkomst is None or moment is None:
        return uitkomst is None and moment is None
    score = uitkomst.vaardigheidsscore
    if not (score.is_finite() and abs(score) <= _HIGHEST and score == round(score, 1)):
        return False
    if not 1 <= uitkomst.percentiel <= 99 or uitkomst.niveau not in NIVEAUS:
        return False
    apart = abs(NIVEAUS.index(uitkomst.niveau) - NIVEAUS.index(niveau(uitkomst.percentiel)))
    return apart <= 1 and datetime.combine(afname.afnamedatum, time(), AMSTERDAM) <= moment <= now


def _voornemen(afname: Afgenomen, leerling_id: LeerlingId, resultaat: Resultaat | None) -> Voornemen:
    afname = replace(afname, leerling_id=leerling_id)
    if resultaat is None:
        return Voornemen(afname, Gevolg.NIEUW, None, None)
    is_other = (
        resultaat.ruwe_score != afname.ruwe_score
        or afname.afgenomen_om not in (None, resultaat.afgenomen_om)
        or afname.uitkomst not in (None, _uitkomst(resultaat))
    )
    return Voornemen(afname, Gevolg.GEWIJZIGD if is_other else Gevolg.ONGEWIJZIGD, resultaat, resultaat.ruwe_score)


def _uitkomst(resultaat: Resultaat) -> Normuitkomst | None:
    if resultaat.vaardigheidsscore is None or resultaat.percentiel is None or resultaat.niveau is None:
        return None
    return Normuitkomst(resultaat.vaardigheidsscore, resultaat.percentiel, resultaat.niveau)


def _groepen(session: Session, school_id: SchoolId, ids: Collection[LeerlingId]) -> dict[LeerlingId, GroepId | None]:
    query = select(Leerling.id, Leerling.groep_id).where(Leerling.school_id == school_id, is_among(Leerling.id, ids))
    return dict(session.execute(query).all())


def _write(
    session: Session,
    school_id: SchoolId,
    voornemen: Voornemen,
    groepen: Mapping[LeerlingId, GroepId | None],
) -> Resultaat:
    afname, resultaat = voornemen.afname, voornemen.resultaat
    if resultaat is None:
        resultaat = Resultaat(
            school_id=school_id,
            leerling_id=afname.leerling_id,
            groep_id=groepen.get(afname.leerling_id),
            toets_id=afname.toets_id,
            afnamedatum=afname.afnamedatum,
            ruwe_score=afname.ruwe_score,
            afgenomen_om=afname.afgenomen_om,
            versie=0,
        )
        session.add(resultaat)
    elif voornemen.gevolg is Gevolg.GEWIJZIGD:
        _change(session, resultaat, afname)
    return resultaat


def _norm(resultaat: Resultaat, voornemen: Voornemen) -> bool:
    """Write what it came to elsewhere, when it did; whether that is another outcome than there was."""
    afname = voornemen.afname
    if afname.uitkomst is None or afname.genormeerd_op is None or voornemen.gevolg is Gevolg.ONGEWIJZIGD:
        return False
    is_new = normering.write(resultaat, afname.uitkomst, afname.genormeerd_op)
    resultaat.normversie = afname.normversie
    return is_new


def _change(session: Session, resultaat: Resultaat, afname: Afgenomen) -> None:
    """Another score loses its norm, and frees a levering that the school was to compare, as when it is typed."""
    resultaat.afgenomen_om = afname.afgenomen_om or resultaat.afgenomen_om
    if resultaat.ruwe_score == afname.ruwe_score:
        return
    resultaat.ruwe_score = afname.ruwe_score
    forget_norm(resultaat)
    levering = session.scalar(
        select(Levering).where(Levering.school_id == resultaat.school_id, Levering.resultaat_id == resultaat.id)
    )
    if levering is not None and levering.status is LeveringStatus.NAKIJKEN:
        leveringen.free_checked(levering)
