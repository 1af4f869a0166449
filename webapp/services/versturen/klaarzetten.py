"""Which results must reach the LAS: made, renewed and repaired in a few statements per school."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, any_, case, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.db import count_changed
from webapp.models import Daad, Koppeling, Leerling, Levering, LeveringStatus, Resultaat
from webapp.models.fout import EigenCode, Fout
from webapp.models.ids import SchoolId
from webapp.models.koppeling import ENDED
from webapp.models.levering import IN_DOUBT
from webapp.services import audit
from webapp.services.zendkeuze import goes_along
from webapp.uwlr.codes import FaultCode, Owner

_REPAIRED_BY_PUPIL = (EigenCode.ALLEEN_ECKID, FaultCode.LEERLING_ONGELDIG)
_STAYS = IN_DOUBT | {LeveringStatus.ELDERS_AFGELEVERD}
"""What a new version does not change."""
_TO_LOOK_AT = Resultaat.klaargezet < Resultaat.versie


def prepare(session: Session, school_id: SchoolId) -> int:
    """Write a levering for every result that must reach the LAS and has none, and renew those that changed.

    A result counts when it was normed after the koppeling started, its leerling is linked and the school lets it go.
    Returns how many leveringen were added or are wanted anew. Under the lock of the school. What it is done with it
    does not look at again (`Resultaat.klaargezet`), so that it costs as much with years of results as without.
    """
    session.flush()
    doubted = _doubt_once_more(session, school_id)
    gestart_op = session.scalar(
        select(Koppeling.gestart_op).where(Koppeling.school_id == school_id, Koppeling.status.not_in(ENDED))
    )
    if gestart_op is None:
        return 0
    added, renewed, repaired = (
        _add(session, school_id, gestart_op),
        _renew(session, school_id),
        _repair(session, school_id),
    )
    _done(session, school_id, gestart_op)
    _refuse_without_key(session, school_id)
    return doubted + added + renewed + repaired


def _add(session: Session, school_id: SchoolId, gestart_op: datetime) -> int:
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
            Leerling.school_id == school_id,
            _TO_LOOK_AT,
            Resultaat.genormeerd_op >= gestart_op,
            goes_along(Resultaat.school_id),
            or_(Leerling.las_key.is_not(None), Leerling.eckid.is_not(None)),
        )
        .order_by(Resultaat.id)
    )
    columns = ["resultaat_id", "school_id", "versie", "bevestigd", "status", "pogingen"]
    new = insert(Levering).from_select(columns, wanted).on_conflict_do_nothing(index_elements=[Levering.resultaat_id])
    return count_changed(session, new, Levering.resultaat_id)


def _renew(session: Session, school_id: SchoolId) -> int:
    """Ask for the new version of what was normed anew; a levering on its way or in doubt keeps that status.

    One that has to be looked at waits for a score that is saved, not for another norm.
    """
    # As an array: so PostgreSQL looks these up, and does not read all leveringen of the school to join them.
    wanted = func.array(select(Resultaat.id).where(Resultaat.school_id == school_id, _TO_LOOK_AT).scalar_subquery())
    return count_changed(
        session,
        update(Levering)
        .where(
            Levering.school_id == school_id,
            Levering.resultaat_id == any_(wanted),
            Levering.resultaat_id == Resultaat.id,
            Levering.versie < Resultaat.versie,
            Levering.status != LeveringStatus.NAKIJKEN,
            goes_along(Levering.school_id),
        )
        .values(
            versie=Resultaat.versie,
            status=case(
                (Levering.status.in_(_STAYS), Levering.status),
                else_=literal(LeveringStatus.KLAAR, Levering.status.type),
            ),
            fout=None,
        ),
        Levering.resultaat_id,
    )


def _done(session: Session, school_id: SchoolId, gestart_op: datetime) -> None:
    """Leave alone from here on what has its levering, and what was normed too early to get one.

    What waits for its leerling to be linked, or to be compared with the LAS, is looked at again.
    """
    levering = exists().where(Levering.school_id == school_id, Levering.resultaat_id == Resultaat.id)
    session.execute(
        update(Resultaat)
        .where(
            Resultaat.school_id == school_id,
            _TO_LOOK_AT,
            or_(
                levering.where(Levering.versie >= Resultaat.versie),
                and_(Resultaat.genormeerd_op < gestart_op, ~levering),
            ),
        )
        .values(klaargezet=Resultaat.versie)
        .execution_options(synchronize_session=False)
    )


def _doubt_once_more(session: Session, school_id: SchoolId) -> int:
    """What a silent worker may have sent late goes once more, when its time has come."""
    return count_changed(
        session,
        update(Levering)
        .where(
            Levering.school_id == school_id,
            Levering.nog_eens_op <= func.clock_timestamp(),
            Levering.status != LeveringStatus.ONDERWEG,
        )
        .values(
            nog_eens_op=None,
            bevestigd=0,
            status=case(
                (
                    Levering.status == LeveringStatus.BEVESTIGD,
                    literal(LeveringStatus.ONBEKEND, Levering.status.type),
                ),
                else_=Levering.status,
            ),
        ),
        Levering.resultaat_id,
    )


def _repair(session: Session, school_id: SchoolId) -> int:
    """Put back in line what was refused because of its leerling, once something about that leerling changed."""
    return count_changed(
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
        Levering.resultaat_id,
    )


def _refuse_without_key(session: Session, school_id: SchoolId) -> None:
    refused = count_changed(
        session,
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
        .values(status=LeveringStatus.GEWEIGERD, fout=Fout(EigenCode.ALLEEN_ECKID, Owner.LAS)),
        Levering.resultaat_id,
    )
    if refused:
        code = str(EigenCode.ALLEEN_ECKID)
        audit.record(
            session,
            Daad.RESULTATEN_GEWEIGERD,
            f"school {school_id}",
            door=None,
            school_id=school_id,
            resultaten=refused,
            code=code,
        )
