"""The row from which the health page is answered: written by the sweep, read by whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.models import Levensteken
from webapp.models.alarm import Onderdeelstand
from webapp.services.clock import database_clock
from webapp.services.overzicht.metingen import Meting

_ID = 1


def round_done(session: Session) -> None:
    """Write that the sweep finished a round."""
    _write(session, ronde_op=func.clock_timestamp())


def looked(session: Session, problemen: Mapping[str, str | None]) -> datetime:
    """Write how the parts are now; of what did not change, the moment since when stays. Return the moment."""
    now = database_clock(session)
    row = session.get(Levensteken, _ID, populate_existing=True)
    before = {} if row is None else row.onderdelen
    _write(session, op=now, onderdelen={naam: _stand(before.get(naam), wat, now) for naam, wat in problemen.items()})
    return now


def tell(session: Session, alarmen: Sequence[tuple[bool, str]]) -> None:
    """Write what the health page says of alarms."""
    _write(session, alarmen=[list(each) for each in alarmen])


def measured(session: Session, metingen: Sequence[Meting]) -> None:
    """Write the figures, in place of those of before."""
    _write(session, metingen=[list(each) for each in metingen])


def _stand(before: Onderdeelstand | None, probleem: str | None, now: datetime) -> Onderdeelstand:
    is_same = before is not None and (before["probleem"] is None) == (probleem is None)
    return Onderdeelstand(probleem=probleem, sinds=before["sinds"] if is_same and before else now.isoformat())


def _write(session: Session, **values: object) -> None:
    new = insert(Levensteken).values(id=_ID, **{"onderdelen": {}, "alarmen": [], **values})
    session.execute(new.on_conflict_do_update(index_elements=[Levensteken.id], set_=values))
