"""One lease for all work: when a row is due, who has it and until when, and how often it was tried.

Always by the clock of the database. A claim lasts a minute and is renewed by whoever works (`jobs.lease`), so a worker
that dies or stands still loses it; what it still writes after that is refused by `locked_if_ours`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.interfaces import ORMOption

from webapp.models import Alarm, Koppeling, Mail, Opruiming, Zekering

LEASE = timedelta(seconds=60)
MOST_AT_ONCE = 500
"""So many rows of one kind a round of the sweep looks at."""
MOST_DEATHS = 3
"""How often work is taken over from a worker that fell silent; after that it is taken for what felled them."""
DIED = "WorkerDied"
"""Stands in `Fout.gegevens` where otherwise the class of an error stands."""
_CLAIMS = "claims"
"""In `session.info`: the tokens that this job took, which outlive a transaction that broke off."""


class RowBusy(Exception):
    """Somebody holds the row, so the claim on it was not renewed: to be tried again soon."""


Row = TypeVar("Row", Koppeling, Mail, Zekering, Alarm, Opruiming)


@dataclass(frozen=True)
class Beurt(Generic[Row]):
    """One kind of work, as the columns of the row that carries it. `op` is empty when there is nothing to do."""

    table: type[Row]
    op: InstrumentedAttribute[datetime | None]
    claim: InstrumentedAttribute[str | None]
    tot: InstrumentedAttribute[datetime | None]
    pogingen: InstrumentedAttribute[int]

    def free(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions under which the work is due and in nobody's hands."""
        now = func.clock_timestamp()
        return self.op <= now, or_(self.tot.is_(None), self.tot < now)

    def due(self, session: Session, *where: ColumnElement[bool], limit: int = MOST_AT_ONCE) -> list[int]:
        """Return the rows that can be taken, longest waiting first."""
        query = select(self.table.id).where(*self.free(), *where).order_by(self.op).limit(limit)
        return list(session.scalars(query))

    def take(self, session: Session, row_id: int, *where: ColumnElement[bool], counts: bool = True) -> str | None:
        """Take the work of this row; return the token, or None when it is not due or in other hands."""
        token = str(uuid4())
        won = session.scalar(
            update(self.table)
            .where(self.table.id == row_id, *self.free(), *where)
            .values(
                {
                    self.claim: token,
                    self.tot: func.clock_timestamp() + LEASE,
                    self.pogingen: self.pogingen + (1 if counts else 0),
                }
            )
            .returning(self.table.id)
        )
        if won is None:
            return None
        session.info[_CLAIMS, self.op.key, row_id] = token
        return token

    def left_lying(self, session: Session, row_id: int) -> Row | None:
        """Lock and return due work that was not given back in time: whoever had it died, or stands still."""
        return session.scalar(
            select(self.table)
            .where(self.table.id == row_id, self.claim.is_not(None), *self.free())
            .with_for_update(key_share=True, skip_locked=True)
            .execution_options(populate_existing=True)
        )

    def locked_after_crash(self, session: Session, row_id: int) -> tuple[Row | None, bool]:
        """Lock the row of work that broke off, unless it is another's now; tell whether the claim on it was ours.

        An error before the claim held leaves no claim behind: then nobody has the row.
        """
        token = session.info.get((_CLAIMS, self.op.key, row_id))
        row = session.scalar(
            select(self.table)
            .where(
                self.table.id == row_id,
                or_(self.claim == token, self.tot.is_(None), self.tot < func.clock_timestamp()),
            )
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return row, row is not None and token is not None and getattr(row, self.claim.key) == token

    def renew(self, session: Session, row_id: int, token: str) -> bool:
        """Keep a claim that has not lapsed; tell whether it is still ours. Raise RowBusy when another locks the row."""
        mine = select(self.table.id).where(
            self.table.id == row_id, self.claim == token, self.tot >= func.clock_timestamp()
        )
        if session.scalar(mine) is None:
            return False
        renewed = session.scalar(
            update(self.table)
            .where(self.table.id.in_(mine.with_for_update(skip_locked=True, key_share=True)))
            .values({self.tot: func.clock_timestamp() + LEASE})
            .returning(self.table.id)
            .execution_options(synchronize_session=False)
        )
        if renewed is None:
            raise RowBusy
        return True

    def locked_if_ours(
        self, session: Session, row_id: int, token: str, *where: ColumnElement[bool], options: Sequence[ORMOption] = ()
    ) -> Row | None:
        """Lock the row and return it while the claim is ours; a worker that stood still too long gets None."""
        return session.scalar(
            select(self.table)
            .where(self.table.id == row_id, self.claim == token, *where)
            .options(*options)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )

    def prolong(self, row: Row, now: datetime) -> None:
        """Let the claim on this locked row last a whole lease from now."""
        self._set(row, self.tot, now + LEASE)

    def give_back(self, row: Row) -> None:
        """Let whoever comes next take it."""
        self._set(row, self.claim, None)
        self._set(row, self.tot, None)

    def later(self, row: Row, when: datetime | None) -> None:
        """Give it back, to be taken at that moment; never again when there is none."""
        self.give_back(row)
        self._set(row, self.op, when)

    @staticmethod
    def _set(row: Row, column: InstrumentedAttribute[Any], value: object) -> None:
        setattr(row, column.key, value)


OPHALEN = Beurt(
    Koppeling,
    Koppeling.ophalen_op,
    Koppeling.ophalen_claim,
    Koppeling.ophalen_claim_tot,
    Koppeling.ophalen_pogingen,
)
ZENDEN = Beurt(
    Koppeling,
    Koppeling.zenden_op,
    Koppeling.zenden_claim,
    Koppeling.zenden_claim_tot,
    Koppeling.zenden_pogingen,
)
MAILEN = Beurt(Mail, Mail.volgende_op, Mail.claim, Mail.claim_tot, Mail.pogingen)
PEILEN = Beurt(
    Zekering,
    Zekering.peiling_op,
    Zekering.peiling_claim,
    Zekering.peiling_claim_tot,
    Zekering.peiling_pogingen,
)
MELDEN = Beurt(
    Alarm,
    Alarm.webhook_op,
    Alarm.webhook_claim,
    Alarm.webhook_claim_tot,
    Alarm.webhook_pogingen,
)
OPRUIMEN = Beurt(Opruiming, Opruiming.volgende_op, Opruiming.claim, Opruiming.claim_tot, Opruiming.pogingen)
