"""The status line as facts: what is so, how far the koppeling is, and who is to act; `woorden/overzicht.py` says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.models import (
    Bezorging,
    Importbatch,
    Importregel,
    Koppeling,
    KoppelingStatus,
    Levering,
    LeveringStatus,
    Schakelaar,
    Werk,
)
from webapp.models.ids import BatchId, SchoolId
from webapp.models.importbatch import OPEN
from webapp.models.levering import TE_VERWIJDEREN
from webapp.schooljaar import schooljaar_of
from webapp.services import schakelaars, zekering
from webapp.services.clock import database_now
from webapp.services.koppeling import levensloop
from webapp.uwlr.codes import Owner


class Aan(StrEnum):
    """Who is to act; the badge on the page has this value as its kind."""

    IN_ORDE = "in-orde"
    U = "u"
    TESTCENTRUM = "testcentrum"
    LAS = "las"
    PAUZE = "pauze"


class Toestand(StrEnum):
    """What the status line is about: the first of these that holds."""

    GEEN_KOPPELING = "geen koppeling"
    AANGEVRAAGD = "aangevraagd"
    OPENGEZET = "opengezet"
    INGEDIEND = "ingediend"
    AFGEWEZEN = "afgewezen"
    GEPAUZEERD = "gepauzeerd"
    BEEINDIGD = "beeindigd"
    ELDERS_AFGELEVERD = "elders afgeleverd"
    SLEUTEL_GEWEIGERD = "sleutel geweigerd"
    CONTROLEREN = "controleren"
    OPHALEN_MISLUKT = "ophalen mislukt"
    VERSTUREN_MISLUKT = "versturen mislukt"
    EERSTE_KEER = "eerste keer"
    STILGEZET = "stilgezet"
    LAS_GEPAUZEERD = "las gepauzeerd"
    NIEUW_SCHOOLJAAR = "nieuw schooljaar"
    IN_ORDE = "in orde"


@dataclass(frozen=True)
class Feiten:
    """What is known of one school's koppeling."""

    koppeling: Koppeling | None
    open_vragen: int = 0
    open_batch_id: BatchId | None = None
    ooit_verwerkt: bool = False
    nieuw_schooljaar: str | None = None
    """The school year of today, when the koppeling still fetches an earlier one."""
    te_verwijderen: int = 0
    """Results that stand at another leerling in the LAS."""
    las_sinds: datetime | None = None
    """Since when the LAS is left alone because it fails for several schools."""

    stilgezet: Schakelaar | None = None
    """What klantenservice switched off, when something of this school waits for it."""

    @property
    def toestand(self) -> Toestand:
        koppeling = self.koppeling
        if koppeling is None:
            return Toestand.GEEN_KOPPELING
        if not koppeling.is_running:
            return _WAITING[koppeling.status]
        if self.te_verwijderen:
            return Toestand.ELDERS_AFGELEVERD
        if koppeling.is_sleutel_geweigerd:
            return Toestand.SLEUTEL_GEWEIGERD
        if self.open_batch_id:
            return Toestand.CONTROLEREN
        if self.stilgezet is not None:
            return Toestand.STILGEZET
        if self.las_sinds is not None:
            return Toestand.LAS_GEPAUZEERD
        if koppeling.fout is not None:
            return Toestand.OPHALEN_MISLUKT
        if koppeling.zend_fout_eigenaar is Owner.KLANTENSERVICE:
            return Toestand.VERSTUREN_MISLUKT
        if koppeling.opgehaald_op is None:
            return Toestand.EERSTE_KEER
        return Toestand.NIEUW_SCHOOLJAAR if self.nieuw_schooljaar else Toestand.IN_ORDE

    @property
    def aan(self) -> Aan:
        """Who is to act."""
        fout = None if self.koppeling is None else self.koppeling.fout
        if self.toestand is Toestand.OPHALEN_MISLUKT and fout is not None:
            return _AAN_BY_OWNER.get(fout.eigenaar, Aan.LAS)
        return _AAN[self.toestand]

    @property
    def stap(self) -> int:
        """Which of the six steps this is, counted from zero."""
        running = 5 if self.ooit_verwerkt and not self.open_batch_id else 4
        return _STAP.get(self.toestand, running)


_WAITING = {
    KoppelingStatus.AANGEVRAAGD: Toestand.AANGEVRAAGD,
    KoppelingStatus.OPENGEZET: Toestand.OPENGEZET,
    KoppelingStatus.INGEDIEND: Toestand.INGEDIEND,
    KoppelingStatus.AFGEWEZEN: Toestand.AFGEWEZEN,
    KoppelingStatus.GEPAUZEERD: Toestand.GEPAUZEERD,
    KoppelingStatus.BEEINDIGD: Toestand.BEEINDIGD,
}
_AAN = {
    Toestand.GEEN_KOPPELING: Aan.U,
    Toestand.AANGEVRAAGD: Aan.TESTCENTRUM,
    Toestand.OPENGEZET: Aan.U,
    Toestand.INGEDIEND: Aan.TESTCENTRUM,
    Toestand.AFGEWEZEN: Aan.U,
    Toestand.GEPAUZEERD: Aan.PAUZE,
    Toestand.BEEINDIGD: Aan.PAUZE,
    Toestand.ELDERS_AFGELEVERD: Aan.U,
    Toestand.SLEUTEL_GEWEIGERD: Aan.U,
    Toestand.CONTROLEREN: Aan.U,
    Toestand.VERSTUREN_MISLUKT: Aan.TESTCENTRUM,
    Toestand.EERSTE_KEER: Aan.LAS,
    Toestand.STILGEZET: Aan.TESTCENTRUM,
    Toestand.LAS_GEPAUZEERD: Aan.LAS,
    Toestand.NIEUW_SCHOOLJAAR: Aan.U,
    Toestand.IN_ORDE: Aan.IN_ORDE,
}
_AAN_BY_OWNER = {Owner.KLANTENSERVICE: Aan.TESTCENTRUM, Owner.SCHOOL: Aan.U}
_STAP = {
    Toestand.GEEN_KOPPELING: 0,
    Toestand.AANGEVRAAGD: 0,
    Toestand.OPENGEZET: 1,
    Toestand.INGEDIEND: 2,
    Toestand.AFGEWEZEN: 2,
    Toestand.GEPAUZEERD: 5,
    Toestand.BEEINDIGD: 5,
    Toestand.EERSTE_KEER: 4,
    Toestand.IN_ORDE: 5,
}
"""Step of each toestand; in the others it depends on whether an import was ever written."""


def of_school(session: Session, school_id: SchoolId) -> Feiten:
    """Gather the facts of one school."""
    koppeling = levensloop.of_school(session, school_id)
    batch = session.scalar(select(Importbatch).where(Importbatch.school_id == school_id, Importbatch.status.in_(OPEN)))
    done = session.scalar(select(func.count()).select_from(Importbatch).where(Importbatch.school_id == school_id)) or 0
    open_ = zekering.of_las(session, koppeling.las_type) if koppeling is not None else None
    return Feiten(
        koppeling,
        open_vragen=_open_vragen(session, batch) if batch else 0,
        open_batch_id=batch.id if batch else None,
        ooit_verwerkt=done > bool(batch),
        nieuw_schooljaar=_nieuw_schooljaar(koppeling, database_now(session)),
        te_verwijderen=_te_verwijderen(session, school_id),
        las_sinds=open_.open_sinds if open_ is not None else None,
        stilgezet=_stilgezet(session, koppeling) if koppeling is not None and koppeling.is_running else None,
    )


def _stilgezet(session: Session, koppeling: Koppeling) -> Schakelaar | None:
    """What stands still while something of this school waits for it."""
    fetching = schakelaars.longest(session, Werk.OPHALEN, koppeling.las_type)
    if fetching is not None and koppeling.ophalen_op is not None and koppeling.ophalen_op <= database_now(session):
        return fetching
    sending = schakelaars.longest(session, Werk.VERSTUREN, koppeling.las_type)
    if sending is None:
        return None
    waits = exists().where(
        Levering.school_id == koppeling.school_id,
        Levering.bevestigd < Levering.versie,
        Levering.status.not_in((LeveringStatus.GEWEIGERD, LeveringStatus.NAKIJKEN)),
    )
    return sending if session.scalar(select(waits)) else None


def _te_verwijderen(session: Session, school_id: SchoolId) -> int:
    query = select(func.count()).select_from(Bezorging)
    return session.scalar(query.where(Bezorging.school_id == school_id, TE_VERWIJDEREN)) or 0


def _open_vragen(session: Session, batch: Importbatch) -> int:
    query = select(func.count()).where(
        Importregel.school_id == batch.school_id,
        Importregel.batch_id == batch.id,
        Importregel.toegepast_id.is_(None),
    )
    return session.scalar(query) or 0


def _nieuw_schooljaar(koppeling: Koppeling | None, now: datetime) -> str | None:
    current = schooljaar_of(now.astimezone(AMSTERDAM).date())
    if koppeling is None or koppeling.schooljaar is None or koppeling.schooljaar >= current:
        return None
    return current
