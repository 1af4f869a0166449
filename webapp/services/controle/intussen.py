"""What colleagues chose since somebody opened a page, or since their own last choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import Importbatch, Importregel, Keuze
from webapp.models.ids import AccountId
from webapp.services.controle.batch import names_of_accounts

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wijziging:
    """One choice of a colleague."""

    weergavenaam: str
    keuze: Keuze | None
    door: str | None
    op: datetime
    regel: Importregel | None = None


def since_own(session: Session, batch: Importbatch, me: AccountId) -> Sequence[Wijziging]:
    """What others chose since the last choice of this person; everything when they chose nothing."""
    mine = select(func.max(Importregel.gekozen_op)).where(
        Importregel.school_id == batch.school_id, Importregel.batch_id == batch.id, Importregel.gekozen_door == me
    )
    return changes(session, batch, session.scalar(mine) or _EVER, seen_by=me)


def changes(session: Session, batch: Importbatch, since: datetime, *, seen_by: AccountId) -> Sequence[Wijziging]:
    """What others chose since then, the newest first; leerlingen who went along with a groep are not named."""
    found = session.scalars(
        select(Importregel)
        .where(
            Importregel.school_id == batch.school_id,
            Importregel.batch_id == batch.id,
            Importregel.gekozen_op > since,
            Importregel.gekozen_door.is_distinct_from(seen_by),
        )
        .order_by(Importregel.gekozen_op.desc(), Importregel.id)
    ).all()
    names = names_of_accounts(session, batch.school_id) if found else {}
    return [
        Wijziging(
            regel.weergavenaam,
            regel.keuze,
            names.get(regel.gekozen_door) if regel.gekozen_door is not None else None,
            regel.gekozen_op,
            regel,
        )
        for regel in found
        if regel.gekozen_op is not None
    ]
