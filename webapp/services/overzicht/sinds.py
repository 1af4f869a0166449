"""Since when fetching or sending fails: the first failure after the last time that it went well, of many at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.models import Audit, Daad, Koppeling, Uitkomst, Verzending
from webapp.models.ids import KoppelingId

_BEGIN = func.coalesce(Koppeling.opgehaald_op, Koppeling.beslist_op, Koppeling.aangevraagd_op)
"""Where nothing else is known: when it last went well, or was to begin."""


def fetching(session: Session, ids: Collection[KoppelingId]) -> dict[KoppelingId, datetime]:
    """Since when nothing can be fetched for these koppelingen."""
    first = func.min(Audit.op)
    is_voided = Audit.actie == Daad.SLEUTEL_GEVRAAGD
    failed = and_(or_(_failure(Daad.OPHALEN_MISLUKT, "ophalen"), is_voided), Audit.op > _BEGIN)
    return _moments(session, ids, failed, func.coalesce(func.least(first, Koppeling.ophalen_twijfel), _BEGIN))


def sending(session: Session, ids: Collection[KoppelingId]) -> dict[KoppelingId, datetime]:
    """Since when nothing can be sent for these koppelingen.

    Every message is a row with its outcome: a confirmation is good, and so is a refusal for another reason than the one
    that is in the way now, because then the LAS did its work.
    """
    earlier = aliased(Verzending)
    is_good = or_(
        earlier.uitkomst == Uitkomst.BEVESTIGD,
        and_(earlier.uitkomst == Uitkomst.GEWEIGERD, earlier.fout_code.is_distinct_from(Koppeling.zend_fout_code)),
    )
    good = select(func.max(earlier.begonnen_op)).where(
        earlier.school_id == Koppeling.school_id, earlier.koppeling_id == Koppeling.id, is_good
    )
    last_good = func.coalesce(good.correlate(Koppeling).scalar_subquery(), Koppeling.gestart_op, _BEGIN)
    first_bad = (
        select(func.min(Verzending.begonnen_op))
        .where(
            Verzending.school_id == Koppeling.school_id,
            Verzending.koppeling_id == Koppeling.id,
            Verzending.begonnen_op > last_good,
            Verzending.uitkomst != Uitkomst.BEGONNEN,
        )
        .correlate(Koppeling)
        .scalar_subquery()
    )
    failed = and_(_failure(Daad.VERSTUREN_GESTOPT, "versturen"), Audit.op > last_good)
    first = func.least(func.min(Audit.op), first_bad, Koppeling.zenden_twijfel)
    return _moments(session, ids, failed, func.coalesce(first, _BEGIN))


def _failure(daad: Daad, bij: str) -> ColumnElement[bool]:
    """The lines of the trail that tell of such a failure, also of one in our own program."""
    ours = and_(Audit.actie == Daad.INTERNE_FOUT, Audit.tellingen["bij"].astext == bij)
    return or_(Audit.actie == daad, ours)


def _moments(
    session: Session, ids: Collection[KoppelingId], failed: ColumnElement[bool], first: ColumnElement[datetime]
) -> dict[KoppelingId, datetime]:
    about = and_(
        Audit.school_id == Koppeling.school_id, Audit.object == func.concat("koppeling ", Koppeling.id), failed
    )
    query = select(Koppeling.id, first).outerjoin(Audit, about).where(Koppeling.id.in_(ids)).group_by(Koppeling.id)
    return dict(session.execute(query).all()) if ids else {}
