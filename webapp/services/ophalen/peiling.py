"""The probe of a LAS that is left alone: a school that worked last asks for its data; nothing of the answer is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.config import Settings
from webapp.crypto import Keyring
from webapp.models import Daad, Koppeling, LasType, Werk, Zekering
from webapp.models.fout import Foutcode
from webapp.models.ids import ZekeringId
from webapp.models.koppeling import RUNNING
from webapp.services import audit, schakelaars, zekering
from webapp.services.beurten import PEILEN
from webapp.services.clock import database_clock
from webapp.services.koppeling import sleutel
from webapp.uwlr.codes import Owner
from webapp.uwlr.profiles import PROFILES
from webapp.uwlr.values import Autorisatie, Leerlinggegevensverzoek

_MAY_ASK = schakelaars.goes_on(Werk.OPHALEN, Zekering.las_type)
_LONG_BEFORE = timedelta(hours=1)
"""A doubt about a school that began so long before the trouble is about that school."""
_TURNS = 5
"""Among so many schools the probe goes round: one of them may have a trouble of its own."""


@dataclass(frozen=True)
class Peiling:
    """One probe in our hands."""

    zekering_id: ZekeringId
    claim: str
    las_type: LasType
    fout_code: Foutcode | None
    open_sinds: datetime
    verzoek: Leerlinggegevensverzoek
    autorisatie: Autorisatie = field(repr=False)


def due(session: Session) -> list[int]:
    """Return the breakers whose probe is due and free."""
    return PEILEN.due(session, _MAY_ASK)


def claim(session: Session, zekering_id: ZekeringId, *, settings: Settings, keyring: Keyring) -> Peiling | None:
    """Take a probe that is due; None when it is not, is in other hands, or there is no school to ask for."""
    token = PEILEN.take(session, zekering_id, _MAY_ASK)
    if token is None:
        return None
    row = session.get_one(Zekering, zekering_id, populate_existing=True)
    koppeling = _that_worked(session, row)
    if koppeling is None:
        zekering.close(session, row)
        return None
    return Peiling(
        zekering_id=row.id,
        claim=token,
        las_type=row.las_type,
        fout_code=row.fout_code,
        open_sinds=row.open_sinds or database_clock(session),
        verzoek=PROFILES[koppeling.las_type].verzoek(koppeling.schooljaar or "", koppeling.brin, koppeling.vestiging),
        autorisatie=sleutel.autorisatie(koppeling, settings=settings, keyring=keyring),
    )


def failed(session: Session, peiling: Peiling) -> None:
    """The trouble is not over: the next probe follows in some minutes."""
    row = PEILEN.locked_if_ours(session, peiling.zekering_id, peiling.claim)
    if row is not None:
        PEILEN.later(row, database_clock(session) + zekering.PROBE_EVERY)


def crashed(session: Session, zekering_id: ZekeringId, klasse: str) -> None:
    """Record an error that nobody expected; the next probe may ask another school."""
    row, counted = PEILEN.locked_after_crash(session, zekering_id)
    if row is not None and row.open_sinds is not None:
        row.peiling_pogingen += not counted
        PEILEN.later(row, database_clock(session) + zekering.PROBE_EVERY)
        audit.record(
            session, Daad.INTERNE_FOUT, f"las {row.las_type}", door=None, school_id=None, bij="peilen", klasse=klasse
        )


def wake_up(session: Session, peiling: Peiling) -> None:
    """Let every school that waits or was stopped for this trouble try again at once; its key worked before.

    In a transaction before that of `succeeded`: who fetches locks the koppeling first, then the breaker.
    """
    now = database_clock(session)
    theirs = Koppeling.las_type == peiling.las_type, Koppeling.status.in_(RUNNING), Koppeling.gewerkt_op.is_not(None)
    waits = or_(Koppeling.fout_code == peiling.fout_code, Koppeling.fout_eigenaar == Owner.NIEMAND)
    session.execute(
        update(Koppeling)
        .where(*theirs, waits)
        .values(ophalen_op=now, ophalen_pogingen=0, ophalen_twijfel=_older(Koppeling.ophalen_twijfel, peiling))
    )
    waits = or_(Koppeling.zend_fout_code == peiling.fout_code, Koppeling.zend_fout_eigenaar == Owner.NIEMAND)
    session.execute(
        update(Koppeling)
        .where(*theirs, waits)
        .values(
            zenden_op=now,
            zenden_pogingen=0,
            zenden_twijfel=_older(Koppeling.zenden_twijfel, peiling),
            zend_fout_eigenaar=Owner.NIEMAND,
        )
    )


def _older(twijfel: InstrumentedAttribute[datetime | None], peiling: Peiling) -> ColumnElement[datetime | None]:
    """What is doubted since this trouble is doubted no more."""
    return case((twijfel < peiling.open_sinds - _LONG_BEFORE, twijfel))


def succeeded(session: Session, peiling: Peiling) -> None:
    """The LAS answers as before: close the breaker."""
    row = PEILEN.locked_if_ours(session, peiling.zekering_id, peiling.claim)
    if row is not None:
        zekering.close(session, row)


def _that_worked(session: Session, row: Zekering) -> Koppeling | None:
    """The school that worked last; at the next probes the ones before it."""
    query = (
        select(Koppeling)
        .where(Koppeling.las_type == row.las_type, Koppeling.status.in_(RUNNING), Koppeling.sleutel.is_not(None))
        .order_by(Koppeling.gewerkt_op.desc().nulls_last(), Koppeling.id)
        .limit(_TURNS)
    )
    found = session.scalars(query).all()
    return found[(row.peiling_pogingen - 1) % len(found)] if found else None
