"""A brake on guessing: after some tries in vain each next one waits longer. Nobody is locked out for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.models import Rem
from webapp.services.clock import database_clock

FREE = 5
"""So many tries in vain cost nothing but the last, after which the first pause begins."""
_FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)
_DOUBLED = 20
"""Times at most: by then every pause is at its longest."""
_FORGOTTEN = timedelta(days=1)
"""Without a try for so long, counting begins anew."""
_SOME = 1_000
"""Rows that are too old, taken away at once: more than one login can leave behind."""


@dataclass(frozen=True)
class Poging:
    """One try: which it is in a row, and whether it may be made, or how long it has to wait."""

    nummer: int
    wacht: timedelta | None = None


def take(session: Session, sleutel: str, *, first: timedelta = _FIRST, longest: timedelta = LONGEST) -> Poging:
    """Count one try before it is made, so that tries at the same moment count too; `free` takes back one that is right.

    The pause after try number n is `first`, doubled for each one after the fifth, and at most `longest`.
    """
    now, nth = func.clock_timestamp(), Rem.pogingen + 1
    is_old = Rem.vrij_op < now - _FORGOTTEN
    doubled = first.total_seconds() * func.power(2, func.least(nth - FREE, _DOUBLED))
    seconds = case((is_old, 0), (nth < FREE, 0), else_=func.least(doubled, longest.total_seconds()))
    found = session.scalar(
        insert(Rem)
        .values(sleutel=sleutel, pogingen=1, vrij_op=now)
        .on_conflict_do_update(
            index_elements=[Rem.sleutel],
            set_={
                "pogingen": case((is_old, 1), else_=nth),
                "vrij_op": now + func.make_interval(0, 0, 0, 0, 0, 0, seconds),
            },
            where=Rem.vrij_op <= now,
        )
        .returning(Rem.pogingen)
    )
    if found is not None:
        return Poging(found)
    held = session.execute(select(Rem.vrij_op, Rem.pogingen).where(Rem.sleutel == sleutel)).one_or_none()
    return Poging(1) if held is None else Poging(held.pogingen, _left(session, held.vrij_op))  # None: freed just now


def free(session: Session, sleutel: str) -> None:
    """Forget what was tried in vain: this try was right. What is too old to count goes with it."""
    session.execute(delete(Rem).where(Rem.sleutel == sleutel))
    old = select(Rem.sleutel).where(Rem.vrij_op < func.clock_timestamp() - _FORGOTTEN).limit(_SOME)
    session.execute(delete(Rem).where(Rem.sleutel.in_(old.with_for_update(skip_locked=True))))


def _left(session: Session, free_at: datetime) -> timedelta:
    return max(free_at - database_clock(session), timedelta(seconds=1))
