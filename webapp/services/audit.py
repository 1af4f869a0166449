"""The audit trail: who did what, written in the transaction that does it."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, insert, select, text
from sqlalchemy.orm import Session

from webapp import logregel
from webapp.models import Audit, Daad, Importbatch, Koppeling, Mail, Overdracht, Spoordag, Toetreding
from webapp.models.ids import AccountId, SchoolId

_IS_BEGIN = Audit.actie == Daad.OEFENSCHOOL_BEGONNEN
Thing = Importbatch | Koppeling | Mail | Overdracht | Toetreding


def record(
    session: Session,
    daad: Daad,
    object_: str,
    *,
    door: AccountId | None,
    school_id: SchoolId | None,
    **tellingen: int | str,
) -> None:
    """Write down one act. `door` is an account id, None the system; `tellingen` holds counts and words, never names."""
    logregel.act(session, daad, object_, school_id)
    values = {"actie": daad, "object": object_, "account_id": door, "tellingen": tellingen}
    if school_id is None:
        # Anybody may add such a line and only klantenservice reads it: so nothing of it is asked back.
        session.execute(insert(Audit.__table__).values(values).inline())  # type: ignore[arg-type]  # it is a Table
    else:
        session.add(Audit(school_id=school_id, **values))


def about(session: Session, daad: Daad, row: Thing, *, door: AccountId | None, **tellingen: int | str) -> None:
    """The same of one of these rows, in the trail of its school."""
    record(session, daad, f"{row.__tablename__} {row.id}", door=door, school_id=row.school_id, **tellingen)


def begun(session: Session, school_id: SchoolId) -> datetime | None:
    """When the oefenschool was last made anew; None for a school that lives on."""
    return session.scalar(select(func.max(Audit.op)).where(Audit.school_id == school_id, _IS_BEGIN))


def of_its_life(school_id: SchoolId) -> ColumnElement[bool]:
    """The condition that an act of this school is of its life now: of the oefenschool it is not of a day before."""
    begin = select(func.coalesce(func.max(Audit.id), 0)).where(Audit.school_id == school_id, _IS_BEGIN)
    return and_(Audit.school_id == school_id, Audit.id >= begin.correlate(None).scalar_subquery())


_LOOKED = text("""
    INSERT INTO audit (account_id, school_id, actie, object, tellingen)
    SELECT :door, CAST(:school AS integer), 'namen gezien', CAST(:object AS varchar), CAST(:tellingen AS jsonb)
    WHERE NOT EXISTS (
        SELECT FROM audit
        WHERE actie = 'namen gezien' AND account_id = :door AND object = CAST(:object AS varchar)
        AND (op AT TIME ZONE 'Europe/Amsterdam')::date = (now() AT TIME ZONE 'Europe/Amsterdam')::date
        AND coalesce(school_id, 0) = coalesce(CAST(:school AS integer), 0)
    )
    ON CONFLICT DO NOTHING
""")
"""The index `uq_audit_gezien` has the last word; it is asked first, so that a refresh takes no number."""


def looked(
    session: Session, object_: str, *, door: AccountId, school_id: SchoolId | None, **tellingen: int | str
) -> None:
    """Write down that somebody saw names, once per account, page, school and local day."""
    values = {"door": door, "school": school_id, "object": object_, "tellingen": json.dumps(tellingen)}
    session.execute(_LOOKED, values)


def root_of(session: Session, day: date) -> str | None:
    """Return the root of a day of the trail; None while it is not sealed."""
    return session.scalar(select(Spoordag.wortel).where(Spoordag.datum == day))


def newest_root(session: Session) -> tuple[date, str] | None:
    """Return the last day that was sealed, with its root: it holds all days up to then."""
    row = session.execute(select(Spoordag.datum, Spoordag.wortel).order_by(Spoordag.datum.desc()).limit(1)).first()
    return (row.datum, row.wortel) if row is not None else None
