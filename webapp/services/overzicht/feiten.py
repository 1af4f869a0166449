"""The status line as facts: what is open, how far the koppeling is, who is to act; `woorden/overzicht.py` says it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.models import Account, Audit, Daad, Koppeling, KoppelingStatus
from webapp.models.ids import SchoolId
from webapp.services.clock import database_now
from webapp.services.koppeling import levensloop
from webapp.services.overzicht import open_einden
from webapp.services.overzicht.einde import VAN_STATUS, Aan, Einde, OpenEinde

_NONE = (OpenEinde(Einde.GEEN_KOPPELING, Aan.U),)
_ENDED = (VAN_STATUS[KoppelingStatus.BEEINDIGD],)
"""A school that stopped is not asked to begin again."""
_STAP = {
    KoppelingStatus.ONBEVESTIGD: 0,
    KoppelingStatus.AANGEVRAAGD: 0,
    KoppelingStatus.INGETROKKEN: 0,
    KoppelingStatus.OPENGEZET: 1,
    KoppelingStatus.INGEDIEND: 2,
    KoppelingStatus.AFGEWEZEN: 2,
    KoppelingStatus.GOEDGEKEURD: 4,
    KoppelingStatus.ACTIEF: 5,
    KoppelingStatus.GEPAUZEERD: 5,
    KoppelingStatus.BEEINDIGD: 5,
}
"""Which of the six steps a koppeling is at, counted from zero; a later question does not undo the first import."""


@dataclass(frozen=True)
class Feiten:
    """What is known of one school's koppeling."""

    koppeling: Koppeling | None
    einden: tuple[OpenEinde, ...] = _NONE
    """All that is open, the worst first; nothing when all is in order."""

    @property
    def ergste(self) -> OpenEinde | None:
        """The worst that is open."""
        return self.einden[0] if self.einden else None

    @property
    def aan(self) -> Aan:
        """Who is to act about the worst; the school, where it has something to do beside what waits for others."""
        if self.ergste is None:
            return Aan.IN_ORDE
        is_for_others = self.ergste.aan in {Aan.TESTCENTRUM, Aan.LAS} or self.ergste.einde is Einde.JAAR_UITGESTELD
        return Aan.U if is_for_others and any(einde.aan is Aan.U for einde in self.einden) else self.ergste.aan

    @property
    def stap(self) -> int:
        """Which of the six steps this is, counted from zero."""
        koppeling = self.koppeling
        if koppeling is None:
            return 0
        if koppeling.status is KoppelingStatus.AFGEWEZEN and koppeling.ingediend_op is None:
            return 0 if koppeling.opengezet_op is None else 1
        return _STAP[koppeling.status]


def of_school(session: Session, school_id: SchoolId, settings: Settings) -> Feiten:
    """Gather the facts of one school."""
    koppeling = levensloop.of_school(session, school_id)
    if koppeling is not None:
        return of_koppeling(session, koppeling, settings)
    ended = exists().where(Koppeling.school_id == school_id, Koppeling.status == KoppelingStatus.BEEINDIGD)
    return Feiten(None, _ENDED) if session.scalar(select(ended)) else Feiten(None)


def of_koppeling(session: Session, koppeling: Koppeling, settings: Settings) -> Feiten:
    """Gather the facts of one koppeling, also of one that no school has yet, or has ended."""
    einden = open_einden.of_koppeling(session, koppeling, settings, database_now(session))
    if koppeling.status is KoppelingStatus.GEPAUZEERD:
        door = _paused_by(session, koppeling)
        einden = tuple(replace(each, door=door) if each.einde is Einde.GEPAUZEERD else each for each in einden)
    return Feiten(koppeling, einden)


def _paused_by(session: Session, koppeling: Koppeling) -> str | None:
    query = (
        select(Account.naam)
        .join(Audit, Audit.account_id == Account.id)
        .where(Audit.school_id == koppeling.school_id, Audit.object == f"koppeling {koppeling.id}")
        .where(Audit.actie == Daad.GEPAUZEERD)
    )
    return session.scalar(query.order_by(Audit.id.desc()).limit(1))
