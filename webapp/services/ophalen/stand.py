"""How far a fetch is, for the page that somebody looks at while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import BatchStatus, Importbatch, Koppeling, Schakelaar, Werk
from webapp.models.importbatch import OPEN
from webapp.services import schakelaars, zekering
from webapp.services.clock import database_now


class Stand(StrEnum):
    """What the last fetch came to."""

    BEZIG = "bezig"
    MISLUKT = "mislukt"
    CONTROLEREN = "controleren"
    OVERGENOMEN = "overgenomen"
    NIETS_NIEUWS = "niets_nieuws"
    NOOIT = "nooit"
    STILGEZET = "stilgezet"
    LAS_GEPAUZEERD = "las_gepauzeerd"
    """The LAS is left alone because it fails for several schools."""


@dataclass(frozen=True)
class Ophaalstand:
    """The last fetch of one koppeling."""

    stand: Stand
    sinds: datetime | None = None
    """Since when it is due or busy."""
    seconden: int = 0
    """How long that is, by the clock of the database."""
    batch: Importbatch | None = None
    schakelaar: Schakelaar | None = None
    """Why it waits, when it was switched off."""


def of_koppeling(session: Session, koppeling: Koppeling) -> Ophaalstand:
    """Tell whether a fetch is due or running, and else what the last one brought."""
    now = database_now(session)
    if koppeling.is_running and _is_busy(koppeling, now):
        sinds = min(koppeling.ophalen_op or now, now)
        if not _is_claimed(koppeling, now):
            schakelaar = schakelaars.longest(session, Werk.OPHALEN, koppeling.las_type)
            if schakelaar is not None:
                return Ophaalstand(Stand.STILGEZET, sinds, schakelaar=schakelaar)
            if zekering.of_las(session, koppeling.las_type) is not None:
                return Ophaalstand(Stand.LAS_GEPAUZEERD, sinds)
        return Ophaalstand(Stand.BEZIG, sinds, int((now - sinds).total_seconds()))
    if koppeling.fout_code:
        return Ophaalstand(Stand.MISLUKT)
    if koppeling.opgehaald_op is None:
        return Ophaalstand(Stand.NOOIT)
    own = select(Importbatch).where(
        Importbatch.school_id == koppeling.school_id, Importbatch.koppeling_id == koppeling.id
    )
    batch = session.scalar(own.where(Importbatch.status.in_(OPEN)))
    if batch is not None:
        return Ophaalstand(Stand.CONTROLEREN, batch=batch)
    by_itself = Importbatch.status == BatchStatus.AUTOMATISCH_VERWERKT
    written = session.scalar(
        own.where(by_itself, Importbatch.opgehaald_op == koppeling.opgehaald_op).order_by(Importbatch.id)
    )
    return Ophaalstand(Stand.OVERGENOMEN, batch=written) if written else Ophaalstand(Stand.NIETS_NIEUWS)


def _is_busy(koppeling: Koppeling, now: datetime) -> bool:
    due = koppeling.ophalen_op is not None and koppeling.ophalen_op <= now
    return due or _is_claimed(koppeling, now)


def _is_claimed(koppeling: Koppeling, now: datetime) -> bool:
    return koppeling.ophalen_claim_tot is not None and koppeling.ophalen_claim_tot > now
