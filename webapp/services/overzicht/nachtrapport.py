"""All that the report of one night shows, from one moment: page, chart and file say the same of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.models import Nacht, Nachtstand, Schoolstand, Zekering
from webapp.services import nachten, nachthinder, nachttempo, nachtverloop
from webapp.services.nachthinder import Reden, Storing
from webapp.services.nachttempo import Punt, Stuk
from webapp.services.nachtverloop import Verloop

MOST_POINTS = 120
"""So many points a chart and its table have at most: a night that goes on all day gets fewer per hour."""
_OLD = timedelta(minutes=3)
_SLOWEST = 5


@dataclass(frozen=True)
class Rapport:
    """One night, as it was at its last point."""

    nacht: Nacht
    punten: Sequence[Nachtstand]
    stukken: Sequence[Stuk]
    storingen: Sequence[Storing]
    redenen: Sequence[Reden]
    dicht: Sequence[Zekering]
    """The LAS that are left alone at this moment, while the night runs."""
    traagst: Sequence[Verloop]
    gemiddeld_ms: int | None
    sluit_op: datetime
    per_minuut: float | None
    klaar_rond: datetime | None
    """When it is expected to be done; none when nobody can tell."""
    niet_op_tijd: int
    """How many schools are not expected to be done when the window closes."""
    is_oud: bool
    """Whether nobody wrote a point for minutes, while the night runs."""

    @property
    def stand(self) -> Nachtstand | None:
        """How far it is; none of a night before there were points."""
        return self.punten[-1] if self.punten else None

    @property
    def loopt(self) -> bool:
        return self.nacht.begonnen_op is not None and self.nacht.klaar_op is None


def of_night(session: Session, nacht: Nacht, now: datetime, settings: Settings) -> Rapport:
    """Gather the report of one night."""
    points, faults = nachtverloop.points(session, nacht), nachthinder.storingen(session, nacht)
    begin, loopt = nacht.begonnen_op, nacht.begonnen_op is not None and nacht.klaar_op is None
    told = [Punt(point.op, point.klaar, point.bevestigd) for point in points]
    sluit_op = nachten.window(nacht.datum, settings)[1]
    per_minute, done, late = None, None, 0
    if begin is not None and loopt and points:
        last, to_go = points[-1].op, points[-1].scholen.get(Schoolstand.TE_GAAN, 0)
        per_minute = nachttempo.speed(begin, told, [(each.van, each.tot or last) for each in faults])
        if all(each.tot is not None for each in faults) and to_go:
            done = nachttempo.done_at(last, per_minute, to_go)
        if done is not None and per_minute and last < sluit_op < done:
            late = nachttempo.left_at(sluit_op, last, per_minute, to_go)
    left_alone = select(Zekering).where(Zekering.open_sinds.is_not(None)).order_by(Zekering.open_sinds, Zekering.id)
    slowest, average = nachtverloop.slowest(session, nacht, now, _SLOWEST)
    return Rapport(
        nacht=nacht,
        punten=points,
        stukken=nachttempo.pieces(begin, told, MOST_POINTS) if begin is not None else (),
        storingen=faults,
        redenen=nachthinder.redenen(session, nacht) if begin is not None else (),
        dicht=session.scalars(left_alone).all() if loopt else (),
        traagst=slowest,
        gemiddeld_ms=average,
        sluit_op=sluit_op,
        per_minuut=per_minute,
        klaar_rond=done,
        niet_op_tijd=late,
        is_oud=loopt and now - (points[-1].op if points else begin or now) > _OLD,
    )
