"""What hindered a night: when a LAS was left alone, and why results were refused. Kept with the night when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from webapp.models import Audit, Daad, Koppeling, Levering, LeveringStatus, Nacht, Zekering
from webapp.services.nachtwerk import RUNS

_LAS = "las "
"""What the trail calls a LAS by, before its name."""


@dataclass(frozen=True, slots=True)
class Storing:
    """A LAS was left alone from one moment to another; it still is when there is no other."""

    las_type: str
    van: datetime
    tot: datetime | None
    code: str


@dataclass(frozen=True, slots=True)
class Reden:
    """So many results were refused for one reason, and who acts on it; text, so that every version can read it."""

    code: str
    eigenaar: str
    aantal: int


def storingen(session: Session, nacht: Nacht) -> list[Storing]:
    """Return when a LAS was left alone in this night, the first first."""
    if nacht.klaar_op is not None:
        return [_read(row) for row in nacht.tellingen.get("storingen", ())]
    return sorted(_from_trail(session, nacht), key=lambda each: (each.van, each.las_type))


def redenen(session: Session, nacht: Nacht) -> list[Reden]:
    """Return why results were refused in this night, the most frequent first."""
    if nacht.klaar_op is not None:
        return [Reden(*row) for row in nacht.tellingen.get("redenen", ())]
    number = func.count()
    code, eigenaar = (
        func.coalesce(cast(column, String), "") for column in (Levering.fout_code, Levering.fout_eigenaar)
    )
    query = (
        select(code, eigenaar, number)
        .join(Koppeling, Koppeling.school_id == Levering.school_id)
        .where(RUNS, Koppeling.gestart_op < nacht.begonnen_op)
        .where(Levering.status == LeveringStatus.GEWEIGERD, Levering.gewijzigd_op >= nacht.begonnen_op)
        .group_by(code, eigenaar)
        .order_by(number.desc(), code, eigenaar)
    )
    return [Reden(*row) for row in session.execute(query)]


def summary(session: Session, nacht: Nacht) -> dict[str, list[Any]]:
    """What `Nacht.tellingen` keeps of it; to be taken before the night is over."""
    return {
        "storingen": [_written(each) for each in storingen(session, nacht)],
        "redenen": [[each.code, each.eigenaar, each.aantal] for each in redenen(session, nacht)],
    }


def _from_trail(session: Session, nacht: Nacht) -> Iterator[Storing]:
    """The breakers say what is so now, the trail what was so before."""
    assert nacht.begonnen_op is not None
    open_now = {row.las_type: row for row in session.scalars(select(Zekering).where(Zekering.open_sinds.is_not(None)))}
    began = dict[str, tuple[datetime, str]]()
    query = select(Audit.actie, Audit.object, Audit.op, Audit.tellingen).where(
        Audit.op >= nacht.begonnen_op,
        Audit.school_id.is_(None),
        Audit.actie.in_((Daad.LAS_GEPAUZEERD, Daad.LAS_HERVAT)),
    )
    for daad, object_, moment, tellingen in session.execute(query.order_by(Audit.op, Audit.id)):
        las = object_.removeprefix(_LAS)
        if daad is Daad.LAS_GEPAUZEERD:
            began[las] = moment, str(tellingen.get("code", ""))
        else:  # one that ends without a beginning began before the night
            van, code = began.pop(las, (nacht.begonnen_op, ""))
            yield Storing(las, van, moment, code)
    for las, row in open_now.items():
        assert row.open_sinds is not None
        yield Storing(las, max(row.open_sinds, nacht.begonnen_op), None, str(row.fout_code))


def _written(storing: Storing) -> list[str | None]:
    tot = None if storing.tot is None else storing.tot.isoformat()
    return [storing.las_type, storing.van.isoformat(), tot, storing.code]


def _read(row: list[Any]) -> Storing:
    las_type, van, tot, code = row
    return Storing(las_type, datetime.fromisoformat(van), None if tot is None else datetime.fromisoformat(tot), code)
