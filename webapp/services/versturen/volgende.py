"""Which results go next, of those that are ready: the condition, the batch, and the one to try a refusal with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import takewhile

from sqlalchemy import ColumnElement, Integer, and_, cast, exists, extract, func, select, text, true
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import Bezorging, Koppeling, Leerling, Levering, LeveringStatus, Resultaat, Toets
from webapp.models.ids import GroepId, ResultaatId, SchoolId
from webapp.models.koppeling import ENDED
from webapp.models.levering import TE_VERSTUREN
from webapp.schooljaar import schooljaar_of
from webapp.services.nachtrust import may_go
from webapp.services.versturen.bericht import COLUMNS, Gekozen
from webapp.services.zendkeuze import goes_along

_SCHOOLJAAR = extract("year", Resultaat.afnamedatum - text("interval '7 months'"))
"""The year in which the school year of a result began: 1 August less seven months is 1 January."""
_SHRINK_AFTER = 2
"""Attempts without an answer before a batch is halved: one bad record may be what makes the LAS fall over."""


def sendable() -> ColumnElement[bool]:
    """The condition under which a levering, joined with its result and leerling, goes along in the next message."""
    return and_(TE_VERSTUREN, can_leave())


def can_leave() -> ColumnElement[bool]:
    """The condition that nothing keeps a levering here: what is put back in line without it goes nowhere."""
    return and_(
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


def choose(
    session: Session,
    school_id: SchoolId,
    *,
    limit: int,
    only: Collection[ResultaatId] | None,
    without: Collection[GroepId] = (),
) -> list[Gekozen]:
    """Return the next results to send: those that never failed first, and per test together; not of these groepen.

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
    if without:
        query = query.where(is_among(Leerling.groep_id, without).is_not(true()))
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


def _room(pogingen: int, limit: int) -> int:
    """How large a batch may be that holds a result with so many attempts without an answer."""
    return max(1, limit >> max(0, pogingen - _SHRINK_AFTER))
