"""Noticing that the database came out of a backup: then all three switches go off, before anything is done.

Two things tell. A copy that was restored lies in another place than its own row says (another server, another database,
or new tables in the same one). And a database that went back in time where it lies, as a restored disk does, does not
know the message that the journal of this host names last.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, exists, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.journaal import Regel
from webapp.models import Aanleiding, Daad, Herkomst, Koppeling, Schakelaar, Verzending, Werk
from webapp.models.ids import KoppelingId, VerzendingId
from webapp.services import audit, schakelaars

REDEN = "wij controleren onze gegevens na een storing"
"""What schools read meanwhile."""
_HERE: ColumnElement[str] = literal_column(
    "concat_ws('/', (SELECT system_identifier FROM pg_control_system()), "
    "(SELECT oid FROM pg_database WHERE datname = current_database()), 'herkomst'::regclass::oid)"
)
_HELD = Schakelaar.aanleiding == Aanleiding.TERUGZETTEN


def watch(session: Session, laatste: Regel | None) -> None:
    """Switch everything off when this database came out of a backup; `laatste` is the last line of the journal here."""
    here, known = session.execute(select(_HERE, select(Herkomst.merk).scalar_subquery())).one()
    if known is None:
        session.execute(insert(Herkomst).values(id=1, merk=here).on_conflict_do_nothing())
    elif known != here or (laatste is not None and _is_unknown(session, laatste)):
        hold(session)


def hold(session: Session) -> None:
    """Let nothing be fetched, sent or mailed until `release`."""
    held = set(session.scalars(select(Schakelaar.werk).where(_HELD)))
    for werk in Werk:
        if werk not in held:
            schakelaars.stop(session, werk, None, reden=REDEN, tot=None, door=None, aanleiding=Aanleiding.TERUGZETTEN)


def release(session: Session) -> None:
    """This database is the one that counts from now on: let everything go on."""
    here = session.scalar(select(_HERE))
    session.execute(insert(Herkomst).values(id=1, merk=here).on_conflict_do_nothing())
    session.execute(update(Herkomst).values(merk=here, nagekeken_op=func.clock_timestamp()))
    for werk in session.scalars(delete(Schakelaar).where(_HELD).returning(Schakelaar.werk)).all():
        audit.record(session, Daad.WEER_VERDER, f"{werk} alle", door=None, school_id=None, reden=REDEN)


def _is_unknown(session: Session, laatste: Regel) -> bool:
    """Whether the message was begun in a database that is not this one; its row was committed before it left."""
    compared = exists().where(Herkomst.nagekeken_op >= laatste.op)
    begun = exists().where(
        Verzending.school_id == Koppeling.school_id,
        Koppeling.id == KoppelingId(laatste.koppeling_id),
        Verzending.koppeling_id == Koppeling.id,
        Verzending.id == VerzendingId(laatste.verzending_id),
        Verzending.begonnen_op == laatste.op,
    )
    return not session.scalar(select(compared | begun))
