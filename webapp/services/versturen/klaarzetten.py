"""Which results must reach the LAS: made, renewed and repaired in a few statements per school; and which go next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from itertools import takewhile

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from webapp.db import count_changed, is_among
from webapp.models import (
    Bezorging,
    Daad,
    Koppeling,
    Leerling,
    Levering,
    LeveringStatus,
    Resultaat,
    Toets,
)
from webapp.models.fout import EigenCode, Fout
from webapp.models.ids import ResultaatId, SchoolId
from webapp.models.koppeling import ENDED
from webapp.models.levering import IN_DOUBT, TE_VERSTUREN
from webapp.schooljaar import schooljaar_of
from webapp.services import audit
from webapp.services.nachtrust import may_go
from webapp.services.versturen.bericht import COLUMNS, Gekozen
from webapp.services.zendkeuze import goes_along
from webapp.uwlr.codes import FaultCode, Owner

_REPAIRED_BY_PUPIL = (EigenCode.ALLEEN_ECKID, FaultCode.LEERLING_ONGELDIG)
_STAYS = IN_DOUBT | {LeveringStatus.ELDERS_AFGELEVERD}
"""What a new version does not change."""
_SCHOOLJAAR = extract("year", Resultaat.afnamedatum - text("interval '7 months'"))
"""The year in which the school year of a result began: 1 August less seven months is 1 January."""
_SHRINK_AFTER = 2
"""Attempts without an answer before a batch is halved: one bad record may be what makes the LAS fall over."""


def prepare(session: Session, school_id: SchoolId) -> int:
    """Write a levering for every result that must reach the LAS and has none, and renew those that changed.

    A result counts when it was normed after the koppeling started, its leerling is linked and the school lets it go.
    Returns how many leveringen were added or are wanted anew. Under the lock of the school.
    """
    session.flush()
    _doubt_once_more(session, school_id)
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
    _refuse_without_key(session, school_id)
    return added + renewed + repaired


def sendable() -> ColumnElement[bool]:
    """The condition under which a levering, joined with its result and leerling, goes along in the next message."""
    return and_(
        TE_VERSTUREN,
        Resultaat.genormeerd_op.is_not(None),
        Leerling.las_key.is_not(None),
        Resultaat.afnamedatum < _end_of_schooljaar(),
        may_go(Levering.school_id),
        goes_along(Levering.school_id),
    )


def _end_of_schooljaar() -> ColumnElement[date]:
    """The first day after the school year that the LAS of this school is in: what is of the next one waits for it."""
    last_year = cast(func.right(func.max(Koppeling.schooljaar), 4), Integer)
    return (
        select(func.make_date(last_year, 8, 1))
        .where(Koppeling.school_id == Levering.school_id, Koppeling.status.not_in(ENDED))
        .correlate(Levering)
        .scalar_subquery()
    )


def choose(session: Session, school_id: SchoolId, *, limit: int, only: Collection[ResultaatId] | None) -> list[Gekozen]:
    """Return the next results to send: those that never failed first, and per test together.

    They are all of one school year, because a message names one. When a refused message is halved, the results of one
    test stay together, so that a test that the LAS does not know is found in few messages. The caller holds the school.
    """
    query = (
        select(Levering.pogingen, *COLUMNS)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .where(Levering.school_id == school_id, sendable())
        .order_by(Levering.pogingen, _SCHOOLJAAR, Toets.code, Leerling.id, Resultaat.id)
        .limit(limit)
    )
    if only is not None:
        query = query.where(is_among(Levering.resultaat_id, only))
    found = enumerate(session.execute(query))
    fits = takewhile(lambda each: each[0] < _room(each[1].pogingen, limit), found)
    resultaten = [Gekozen._make(row[1:]) for _, row in fits]
    same_year = takewhile(lambda each: _year_of(each) == _year_of(resultaten[0]), resultaten)
    return list(same_year)


def _year_of(resultaat: Gekozen) -> str:
    return schooljaar_of(resultaat.afnamedatum)


def choose_control(session: Session, school_id: SchoolId) -> list[Gekozen]:
    """Return the result that was confirmed last and did not change since, nor its leerling; nothing where none is."""
    query = (
        select(*COLUMNS)
        .join_from(Resultaat, Levering, Levering.resultaat_id == Resultaat.id)
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .where(
            Levering.school_id == school_id,
            Levering.status == LeveringStatus.BEVESTIGD,
            Levering.bevestigd >= Levering.versie,
            Levering.versie == Resultaat.versie,
            Levering.nog_eens_op.is_(None),
            Resultaat.genormeerd_op.is_not(None),
            may_go(Levering.school_id),
            goes_along(Levering.school_id),
            exists().where(
                Bezorging.school_id == school_id,
                Bezorging.sleutel == Resultaat.sleutel,
                Bezorging.leerlingid == Leerling.las_key,
                Bezorging.elders_op.is_(None),
            ),
        )
        .order_by(Levering.bevestigd_op.desc().nulls_last(), Resultaat.id)
        .limit(1)
    )
    return [Gekozen._make(row) for row in session.execute(query)]


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
            Resultaat.genormeerd_op >= gestart_op,
            goes_along(Resultaat.school_id),
            or_(Leerling.las_key.is_not(None), Leerling.eckid.is_not(None)),
            ~select(Levering.resultaat_id).where(Levering.resultaat_id == Resultaat.id).exists(),
        )
        .order_by(Resultaat.id)
    )
    columns = ["resultaat_id", "school_id", "versie", "bevestigd", "status", "pogingen"]
    return count_changed(session, insert(Levering).from_select(columns, wanted), Levering.resultaat_id)


def _renew(session: Session, school_id: SchoolId) -> int:
    """Ask for the new version of what was normed anew; a levering on its way or in doubt keeps that status.

    One that has to be looked at waits for a score that is saved, not for another norm.
    """
    return count_changed(
        session,
        update(Levering)
        .where(
            Levering.school_id == school_id,
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


def _doubt_once_more(session: Session, school_id: SchoolId) -> None:
    """What a silent worker may have sent late goes once more, when its time has come."""
    session.execute(
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
        )
        .execution_options(synchronize_session=False)
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


def _room(pogingen: int, limit: int) -> int:
    """How large a batch may be that holds a result with so many attempts without an answer."""
    return max(1, limit >> max(0, pogingen - _SHRINK_AFTER))
