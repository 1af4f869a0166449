"""A hold: who seems to have left, what a beheerder says about it, and the way back. The import never closes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import (
    Account,
    BatchStatus,
    Daad,
    Groep,
    Importbatch,
    Importregel,
    Koppeling,
    Leerling,
    Levering,
    LeveringStatus,
    Lidmaatschap,
    Mail,
    MailSoort,
    MailStatus,
    Resultaat,
    Soort,
    Wat,
)
from webapp.models.ids import AccountId, BatchId, SchoolId
from webapp.models.importbatch import IS_WORK
from webapp.models.vastgehouden import Geparkeerd, Vastgehouden
from webapp.services import aanwezig, audit, geschiedenis, sloten
from webapp.services.clock import database_now
from webapp.services.controle import kandidaten
from webapp.services.controle.batch import get
from webapp.services.controle.errors import LeaversChanged, NothingParked
from webapp.services.inname.batch import hold
from webapp.services.inname.soorten import KINDS

BEDENKTIJD = timedelta(days=30)
"""So long parking can be taken back."""
IS_LINKED = or_(Leerling.las_key.is_not(None), Leerling.eckid.is_not(None))
"""Who is counted on the page: not who is here and never was in the LAS."""


@dataclass(frozen=True, slots=True)
class Verdwenen:
    """Somebody who seems to have left."""

    soort: Soort
    naam: str
    groep: str = ""
    """Where a leerling stands here."""
    resultaten: int = 0


@dataclass(frozen=True, slots=True)
class Groepsstand:
    """One groep: how many we have, and who is gone from it."""

    naam: str
    bij_ons: int
    verdwenen: tuple[Verdwenen, ...] = ()

    @property
    def in_las(self) -> int:
        return self.bij_ons - len(self.verdwenen)

    @property
    def met_resultaten(self) -> int:
        return sum(wie.resultaten > 0 for wie in self.verdwenen)


@dataclass(frozen=True, slots=True)
class Gemaild:
    """A beheerder who was told of a hold."""

    account_id: AccountId
    naam: str
    status: MailStatus
    op: datetime | None
    """When the last mail about it went."""
    is_gevraagd: bool
    """Whether a colleague asked for an answer."""


@dataclass(frozen=True)
class Stand:
    """A hold as it is now."""

    batch: Importbatch
    aantallen: dict[Soort, int]
    """Who is held, by kind; a groep that only stays because somebody in it does is not counted."""
    groepen: list[Groepsstand]
    """Where somebody is gone, those that lost most first."""
    overig: Groepsstand
    """All other leerlingen; its name is the number of their groepen."""
    anderen: list[Verdwenen]
    """Who is held and is no leerling."""
    resultaten: int
    met_resultaten: int
    wachten: int
    """Results of these leerlingen that are not in the LAS yet."""
    gemaild: list[Gemaild]
    opnieuw: datetime | None
    """When a later aanlevering brought the same."""

    @property
    def totaal(self) -> int:
        """What the form sends back, so that what was shown is what is done."""
        return total(self.batch)

    @property
    def namen(self) -> list[Verdwenen]:
        """Everybody by name, in the order of their groepen."""
        return [wie for groep in self.groepen for wie in groep.verdwenen] + self.anderen

    @property
    def bij_ons(self) -> int:
        return self.overig.bij_ons + sum(groep.bij_ons for groep in self.groepen)


def total(batch: Importbatch) -> int:
    """How many records are held, of all kinds, with the groepen that stay along."""
    return sum(len(batch.held(soort)) for soort in Soort)


def of_school(session: Session, school_id: SchoolId) -> Importbatch | None:
    """Return the aanlevering of this school of which something is held now."""
    query = select(Importbatch).where(
        Importbatch.school_id == school_id, Importbatch.status == BatchStatus.VASTGEHOUDEN
    )
    return session.scalar(query)


def of_batch(session: Session, batch: Importbatch) -> Stand:
    """Gather what the page about a hold shows."""
    gone = set(batch.held(Soort.LEERLING))
    results = kandidaten.results_of(session, batch.school_id, gone)
    groepen, overig = _groepen(session, batch.school_id, gone, results)
    others = [soort for soort in batch.verdwenen if not KINDS[soort].has_results]
    return Stand(
        batch=batch,
        aantallen=batch.verdwenen,
        groepen=groepen,
        overig=overig,
        anderen=[wie for soort in others for wie in _others(session, batch, soort)],
        resultaten=sum(results.values()),
        met_resultaten=len(results),
        wachten=_waiting(session, batch.school_id, gone),
        gemaild=_mailed(session, batch),
        opnieuw=_looked_again(session, batch),
    )


def _others(session: Session, batch: Importbatch, soort: Soort) -> list[Verdwenen]:
    found = KINDS[soort].find(session, batch.school_id, batch.held(soort)).values()
    return _by_name(Verdwenen(soort, doel.naam) for doel in found)


def _by_name(found: Iterable[Verdwenen]) -> list[Verdwenen]:
    return sorted(found, key=lambda wie: wie.naam.casefold())


def _groepen(
    session: Session, school_id: SchoolId, gone: set[int], results: Mapping[int, int]
) -> tuple[list[Groepsstand], Groepsstand]:
    rows = session.execute(
        select(Leerling, Groep.naam)
        .outerjoin(Groep, Groep.id == Leerling.groep_id)
        .where(Leerling.school_id == school_id, Leerling.status == Lidmaatschap.ACTIEF, IS_LINKED)
    )
    per_groep = defaultdict[str, list[Leerling]](list)
    for leerling, naam in rows:
        per_groep[naam or "zonder groep"].append(leerling)
    hit, rest = [], Counter[str]()
    for naam, leerlingen in per_groep.items():
        lost = [leerling for leerling in leerlingen if leerling.id in gone]
        if not lost:
            rest[naam] = len(leerlingen)
            continue
        gone_here = (Verdwenen(Soort.LEERLING, each.naam, naam, results.get(each.id, 0)) for each in lost)
        hit.append(Groepsstand(naam, len(leerlingen), tuple(_by_name(gone_here))))
    hit.sort(key=lambda groep: (groep.in_las > 0, groep.naam))
    return hit, Groepsstand(str(len(rest)), rest.total())


def _waiting(session: Session, school_id: SchoolId, gone: set[int]) -> int:
    query = (
        select(func.count())
        .select_from(Levering)
        .join(Resultaat, Resultaat.id == Levering.resultaat_id)
        .where(
            Levering.school_id == school_id,
            is_among(Resultaat.leerling_id, gone),
            Levering.bevestigd < Levering.versie,
            Levering.status.not_in((LeveringStatus.GEWEIGERD, LeveringStatus.NAKIJKEN)),
        )
    )
    return session.scalar(query) or 0


def _mailed(session: Session, batch: Importbatch) -> list[Gemaild]:
    """Everybody who was told of this hold, also while an earlier aanlevering carried it; their last mail counts."""
    query = (
        select(Account, Mail)
        .join(Account, Account.id == Mail.account_id)
        .where(
            Mail.school_id == batch.school_id,
            Mail.soort.in_((MailSoort.VASTGEHOUDEN, MailSoort.DOORGEGEVEN)),
            Mail.aangemaakt_op >= batch.vastgehouden_op,
        )
        .order_by(Account.id, Mail.id)
    )
    last = {
        account.id: Gemaild(
            account.id, account.naam, mail.status, mail.verzonden_op, mail.soort is MailSoort.DOORGEGEVEN
        )
        for account, mail in session.execute(query)
    }
    return list(last.values())


def _looked_again(session: Session, batch: Importbatch) -> datetime | None:
    last = session.scalar(
        select(Koppeling.opgehaald_op).where(Koppeling.id == batch.koppeling_id, Koppeling.school_id == batch.school_id)
    )
    begun = batch.vastgehouden_op
    return last if last is not None and begun is not None and last > begun else None


def park(session: Session, school_id: SchoolId, batch_id: BatchId, *, confirmed: int, door: AccountId) -> Importbatch:
    """Park who is held; `confirmed` is the number that was shown. Raise LeaversChanged when it is another by now."""
    sloten.lock(session, school_id)
    batch = get(session, school_id, batch_id)
    if batch.status is not BatchStatus.VASTGEHOUDEN or not batch.verdwenen or total(batch) != confirmed:
        raise LeaversChanged
    geschiedenis.act(session, school_id, Wat.VERTREK, batch_id=batch.id, door=door)
    batch.geparkeerd = _depart(session, batch, door)
    answered(batch, [str(soort) for soort in Soort])
    parked = {KINDS[Soort(soort)].meer: len(ids) for soort, ids in batch.geparkeerd["ids"].items()}
    audit.about(session, Daad.VERTREK_BEVESTIGD, batch, door=door, **parked)
    return batch


def answered(batch: Importbatch, keys: Collection[str]) -> None:
    """A beheerder said that this is right; what else is held stays held."""
    batch.vastgehouden = {key: held for key, held in batch.vastgehouden.items() if key not in keys}
    if not batch.vastgehouden:
        batch.vastgehouden_op = None
    batch.rev += 1


def _depart(session: Session, batch: Importbatch, door: AccountId) -> Geparkeerd:
    ids, groep_van = defaultdict[str, list[int]](list), dict[str, int]()
    now = database_now(session)
    asked_about = aanwezig.meant(aanwezig.open_lines(session, batch.school_id, Soort.LEERLING))
    for soort, kind in KINDS.items():
        for doel in kind.find(session, batch.school_id, batch.held(soort)).values():
            if doel.status is not Lidmaatschap.ACTIEF or (kind.has_results and doel.id in asked_about):
                continue
            ids[str(soort)].append(doel.id)
            if kind.follows_groep:
                groep_van |= {str(doel.id): groep_id for groep_id in kind.groep_ids(doel)}
            kind.depart(doel, now)
    return Geparkeerd(op=now.isoformat(), door=door, ids=dict(ids), groep_van=groep_van)


def parked_counts(batch: Importbatch) -> dict[Soort, int]:
    """How many people were parked, leerlingen first; groepen when that is all."""
    ids = batch.geparkeerd["ids"] if batch.geparkeerd is not None else {}
    number = {soort: len(ids[soort]) for soort in reversed(Soort) if soort in ids}
    people = {soort: n for soort, n in number.items() if not KINDS[soort].takes_along}
    return people or number


def parked(session: Session, school_id: SchoolId) -> Sequence[Importbatch]:
    """Return the aanleveringen of which parking can still be taken back, newest first."""
    found = session.scalars(
        select(Importbatch)
        .where(Importbatch.school_id == school_id, Importbatch.geparkeerd.is_not(None))
        .order_by(Importbatch.id.desc())
    )
    now = database_now(session)
    return [batch for batch in found if _may_come_back(batch, now)]


def _may_come_back(batch: Importbatch, now: datetime) -> bool:
    return batch.geparkeerd is not None and now - datetime.fromisoformat(batch.geparkeerd["op"]) < BEDENKTIJD


def take_back(session: Session, school_id: SchoolId, batch_id: BatchId, *, door: AccountId) -> int:
    """Undo parking: who has not come back meanwhile stands in their groep again, and is held as before.

    Return how many leerlingen came back. Raise NothingParked when it was undone before, or is too long ago.
    """
    sloten.lock(session, school_id)
    batch = get(session, school_id, batch_id)
    if batch.geparkeerd is None or not _may_come_back(batch, database_now(session)):
        raise NothingParked
    geschiedenis.act(session, school_id, Wat.TERUGHALEN, batch_id=batch.id, door=door)
    held, geparkeerd = dict[str, Vastgehouden](), batch.geparkeerd
    groepen = KINDS[Soort.GROEP].find(session, school_id, set(geparkeerd["groep_van"].values()))
    for soort, ids in geparkeerd["ids"].items():
        kind = KINDS[Soort(soort)]
        for doel in kind.find(session, school_id, ids).values():
            if doel.status is Lidmaatschap.VERTROKKEN:
                groep_id = geparkeerd["groep_van"].get(str(doel.id))
                kind.come_back(doel, groep_id if groep_id in groepen else None)
                held.setdefault(soort, Vastgehouden(ids=[], redenen=["teruggedraaid"]))["ids"].append(doel.id)
    batch.geparkeerd = None
    session.flush()
    if held:
        hold(session, batch, held, since=database_now(session))
    back = {KINDS[Soort(soort)].meer: len(each["ids"]) for soort, each in held.items()}
    audit.about(session, Daad.VERTREK_TERUGGEDRAAID, batch, door=door, **back)
    return back.get(KINDS[Soort.LEERLING].meer, 0)


def has_open_lines(session: Session, batch: Importbatch) -> bool:
    """Whether there is more to answer than the hold."""
    query = select(Importregel.id).where(
        Importregel.school_id == batch.school_id, Importregel.batch_id == batch.id, IS_WORK
    )
    return session.scalar(query.limit(1)) is not None
