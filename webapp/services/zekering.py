"""One breaker per LAS: when it fails for several schools, all of them wait, and only a probe asks whether it is over.

Every request is counted before it leaves (`may_ask`) and told of when it ended (`good`, `trouble`, `neither`). All
workers pass here, so this row is locked last in a transaction, and for a moment.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.models import Daad, Koppeling, LasType, Werk, Zekering
from webapp.models.fout import EigenCode, Foutcode, code_of
from webapp.models.ids import KoppelingId
from webapp.models.zekering import Uitkomsten
from webapp.services import audit, schakelaars
from webapp.services.beurten import PEILEN
from webapp.services.clock import database_clock
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.sentences import explain

SCHOOLS = 5
"""As many schools with the same trouble open it."""
_REMEMBERED = 20
MOST_REQUESTS = 40
"""So many are begun at most without one good answer; with more workers the rest waits for the first answers."""
_PATIENCE = timedelta(minutes=5)
"""So long those may take: as long as a job."""
PROBE_EVERY = timedelta(minutes=5)
_STORING = "storing"


def is_closed() -> ColumnElement[bool]:
    """The condition under which a koppeling may speak with its LAS."""
    return ~(
        select(Zekering.id).where(Zekering.las_type == Koppeling.las_type, Zekering.open_sinds.is_not(None)).exists()
    )


def may_speak(werk: Werk) -> ColumnElement[bool]:
    """The condition under which this work may be done now: nothing is switched off, and the LAS is not left alone."""
    return and_(is_closed(), schakelaars.goes_on(werk, Koppeling.las_type))


def of_las(session: Session, las_type: LasType) -> Zekering | None:
    """Return the breaker when it is open."""
    return session.scalar(select(Zekering).where(Zekering.las_type == las_type, Zekering.open_sinds.is_not(None)))


def may_ask(session: Session, las_type: LasType) -> bool:
    """Count one request that is about to leave; False when it may not."""
    row = _locked(session, las_type)
    if row.open_sinds is not None:
        return False
    if row.verzoeken >= MOST_REQUESTS:
        if row.verzoeken_sinds is not None and database_clock(session) - row.verzoeken_sinds > _PATIENCE:
            _open(session, row, Reden.STORING)
        return False
    if not row.verzoeken:
        row.verzoeken_sinds = func.clock_timestamp()
    row.verzoeken += 1
    return True


def good(session: Session, las_type: LasType, koppeling_id: KoppelingId) -> None:
    """The LAS did its work for this school."""
    row = _locked(session, las_type)
    row.verzoeken = 0
    row.uitkomsten = _with(row.uitkomsten, koppeling_id, None)


def trouble(
    session: Session,
    las_type: LasType,
    koppeling_id: KoppelingId,
    code: Foutcode,
    bekend: Collection[Foutcode] = frozenset(),
) -> None:
    """The LAS failed this school; when it does so for several, leave it alone.

    `bekend` is what was wrong with this school before. The same again tells nothing new: the school may have a trouble
    of its own, and several of those would open it again after every good probe.
    """
    if _kind(code) in {_kind(each) for each in bekend}:
        return
    row = _locked(session, las_type)
    row.uitkomsten = _with(row.uitkomsten, koppeling_id, code)
    if row.open_sinds is None and is_widespread(row.uitkomsten, code):
        _open(session, row, code)


def neither(session: Session, las_type: LasType) -> None:
    """No request left after all, or its answer tells only about this one school."""
    row = _locked(session, las_type)
    row.verzoeken = max(0, row.verzoeken - 1)


def close(session: Session, row: Zekering) -> None:
    """The LAS answers again: everything that is due goes on."""
    row.open_sinds = row.fout_code = row.verzoeken_sinds = None
    row.verzoeken, row.uitkomsten, row.peiling_pogingen = 0, [], 0
    PEILEN.later(row, None)
    audit.record(session, Daad.LAS_HERVAT, f"las {row.las_type}", door=None, school_id=None)


def is_widespread(uitkomsten: Uitkomsten, code: Foutcode) -> bool:
    """Whether several schools have this trouble, in a row or among the last outcomes."""
    schools = {school for school, found in uitkomsten if found is not None and _kind(code_of(found)) == _kind(code)}
    return len(schools) >= SCHOOLS


def _kind(code: Foutcode) -> str:
    """What is the same trouble: whatever may be a failing LAS is one kind, every other refusal is its own."""
    if isinstance(code, FaultCode) and code.may_be_disturbance:
        return _STORING
    if not isinstance(code, EigenCode) and explain(code).owner is Owner.NIEMAND:
        return _STORING
    return str(code)


def _with(uitkomsten: Uitkomsten, koppeling_id: KoppelingId, code: Foutcode | None) -> Uitkomsten:
    return [*uitkomsten, (koppeling_id, None if code is None else str(code))][-_REMEMBERED:]


def _open(session: Session, row: Zekering, code: Foutcode) -> None:
    now = database_clock(session)
    row.open_sinds, row.fout_code, row.peiling_pogingen = now, code, 0
    PEILEN.later(row, now + PROBE_EVERY)
    audit.record(session, Daad.LAS_GEPAUZEERD, f"las {row.las_type}", door=None, school_id=None, code=str(code))


def _locked(session: Session, las_type: LasType) -> Zekering:
    query = select(Zekering).where(Zekering.las_type == las_type)
    locked = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(locked)
    if row is None:
        made = {"las_type": las_type, "uitkomsten": [], "verzoeken": 0, "peiling_pogingen": 0}
        session.execute(insert(Zekering).values(made).on_conflict_do_nothing())
        row = session.scalars(locked).one()
    return row
