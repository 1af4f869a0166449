"""Which results must reach the LAS: the leveringen are made, renewed and repaired in a few statements per school."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Insert, Update, case, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from webapp.models import Leerling, Levering, LeveringStatus, Resultaat
from webapp.models.fout import EigenCode, Fout
from webapp.services.koppeling import levensloop
from webapp.uwlr.codes import FaultCode, Owner

_REPAIRED_BY_PUPIL = (EigenCode.ALLEEN_ECKID, FaultCode.LEERLING_ONGELDIG)
_IN_DOUBT = (LeveringStatus.ONDERWEG, LeveringStatus.ONBEKEND)


def prepare(session: Session, school_id: int) -> int:
    """Write a levering for every result that must reach the LAS and has none, and renew those that changed.

    A result counts when it was normed after the koppeling started and its leerling is linked. Returns how many
    leveringen were added or are wanted anew.
    """
    session.flush()
    koppeling = levensloop.of_school(session, school_id)
    if koppeling is None or koppeling.gestart_op is None:
        return 0
    added, renewed, repaired = (
        _add(session, school_id, koppeling.gestart_op),
        _renew(session, school_id),
        _repair(session, school_id),
    )
    _refuse_without_key(session, school_id)
    return added + renewed + repaired


def _add(session: Session, school_id: int, gestart_op: datetime) -> int:
    wanted = (
        select(
            Resultaat.id,
            Resultaat.school_id,
            Resultaat.versie,
            literal(0),
            literal(LeveringStatus.KLAAR, Levering.status.type),
            literal(0),
        )
        .join(Resultaat.leerling)
        .where(
            Resultaat.school_id == school_id,
            Resultaat.genormeerd_op >= gestart_op,
            or_(Leerling.las_key.is_not(None), Leerling.eckid.is_not(None)),
            ~select(Levering.resultaat_id).where(Levering.resultaat_id == Resultaat.id).exists(),
        )
        .order_by(Resultaat.id)
    )
    columns = ["resultaat_id", "school_id", "versie", "bevestigd", "status", "pogingen"]
    return _count(session, insert(Levering).from_select(columns, wanted))


def _renew(session: Session, school_id: int) -> int:
    """Ask for the new version of what was normed anew; a levering on its way or in doubt keeps that status."""
    return _count(
        session,
        update(Levering)
        .where(
            Levering.school_id == school_id,
            Levering.resultaat_id == Resultaat.id,
            Levering.versie < Resultaat.versie,
        )
        .values(
            versie=Resultaat.versie,
            status=case(
                (Levering.status.in_(_IN_DOUBT), Levering.status),
                else_=literal(LeveringStatus.KLAAR, Levering.status.type),
            ),
            fout=None,
        ),
    )


def _repair(session: Session, school_id: int) -> int:
    """Put back in line what was refused because of its leerling, once something about that leerling changed."""
    return _count(
        session,
        update(Levering)
        .where(
            Levering.school_id == school_id,
            Levering.status == LeveringStatus.GEWEIGERD,
            Levering.fout_code.in_(_REPAIRED_BY_PUPIL),
            Levering.resultaat_id == Resultaat.id,
            Resultaat.leerling_id == Leerling.id,
            Leerling.las_key.is_not(None),
            Leerling.gewijzigd_op > Levering.gewijzigd_op,
        )
        .values(status=LeveringStatus.KLAAR, fout=None),
    )


def _refuse_without_key(session: Session, school_id: int) -> None:
    session.execute(
        update(Levering)
        .where(
            Levering.school_id == school_id,
            Levering.status == LeveringStatus.KLAAR,
            Levering.bevestigd < Levering.versie,
            Levering.resultaat_id == Resultaat.id,
            Resultaat.leerling_id == Leerling.id,
            Leerling.las_key.is_(None),
            Leerling.eckid.is_not(None),
        )
        .values(status=LeveringStatus.GEWEIGERD, fout=Fout(EigenCode.ALLEEN_ECKID, Owner.LAS))
        .execution_options(synchronize_session=False)
    )


def _count(session: Session, statement: Insert | Update) -> int:
    """Execute and tell how many leveringen it was about."""
    changed = session.execute(
        statement.returning(Levering.resultaat_id), execution_options={"synchronize_session": False}
    )
    return len(changed.all())
