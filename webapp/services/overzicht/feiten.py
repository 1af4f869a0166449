"""The status line as facts: what is open, how far the koppeling is, who is to act; `woorden/overzicht.py` says it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.models import Importbatch, Koppeling, KoppelingStatus
from webapp.models.ids import SchoolId
from webapp.models.importbatch import OPEN
from webapp.services.clock import database_now
from webapp.services.koppeling import levensloop
from webapp.services.overzicht import open_einden
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde

_NONE = (OpenEinde(Einde.GEEN_KOPPELING, Aan.U),)
_STAP = {
    KoppelingStatus.AANGEVRAAGD: 0,
    KoppelingStatus.OPENGEZET: 1,
    KoppelingStatus.INGEDIEND: 2,
    KoppelingStatus.AFGEWEZEN: 2,
    KoppelingStatus.GEPAUZEERD: 5,
    KoppelingStatus.BEEINDIGD: 5,
}
"""Which of the six steps a koppeling that does not run is at, counted from zero."""
_FIRST_IMPORT, _EVERY_NIGHT = 4, 5
_BEFORE_IMPORT = frozenset({Einde.EERSTE_KEER, Einde.CONTROLEREN, Einde.VASTGEHOUDEN})


@dataclass(frozen=True)
class Feiten:
    """What is known of one school's koppeling."""

    koppeling: Koppeling | None
    einden: tuple[OpenEinde, ...] = _NONE
    """All that is open, the worst first; nothing when all is in order."""
    ooit_verwerkt: bool = False

    @property
    def ergste(self) -> OpenEinde | None:
        """The worst that is open."""
        return self.einden[0] if self.einden else None

    @property
    def aan(self) -> Aan:
        """Who is to act about the worst."""
        return self.ergste.aan if self.ergste is not None else Aan.IN_ORDE

    @property
    def stap(self) -> int:
        """Which of the six steps this is, counted from zero."""
        if self.koppeling is None:
            return 0
        if not self.koppeling.is_running:
            return _STAP[self.koppeling.status]
        if not self.einden:
            return _EVERY_NIGHT
        is_first = not self.ooit_verwerkt or any(each.einde in _BEFORE_IMPORT for each in self.einden)
        return _FIRST_IMPORT if is_first else _EVERY_NIGHT


def of_school(session: Session, school_id: SchoolId, settings: Settings) -> Feiten:
    """Gather the facts of one school."""
    koppeling = levensloop.of_school(session, school_id)
    return Feiten(None) if koppeling is None else of_koppeling(session, koppeling, settings)


def of_koppeling(session: Session, koppeling: Koppeling, settings: Settings) -> Feiten:
    """Gather the facts of one koppeling, also of one that no school has yet, or has ended."""
    einden = open_einden.of_koppeling(session, koppeling, settings, database_now(session))
    done = exists().where(Importbatch.school_id == koppeling.school_id, Importbatch.status.not_in(OPEN))
    return Feiten(koppeling, einden, ooit_verwerkt=bool(session.scalar(select(done))))
