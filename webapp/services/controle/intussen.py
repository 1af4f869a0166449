"""What colleagues chose since somebody opened a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Importbatch, Importregel, Keuze
from webapp.models.ids import AccountId
from webapp.services.controle.batch import names_of_accounts


@dataclass(frozen=True, slots=True)
class Wijziging:
    """One choice of a colleague."""

    weergavenaam: str
    keuze: Keuze | None
    door: str | None
    op: datetime


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
        )
        for regel in found
        if regel.gekozen_op is not None
    ]
