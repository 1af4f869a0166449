"""What an import leaves behind goes on as an aanlevering of its own, with the answers that it has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import BatchStatus, Importbatch, Importregel, Keuze
from webapp.services.inname.batch import fingerprint
from webapp.services.inname.soorten import KINDS

_STAYS = ("ongewijzigd", "gewijzigd", "automatisch")


def leave(session: Session, batch: Importbatch, waiting: Collection[Importregel]) -> Importbatch | None:
    """Move these lines of an aanlevering that is written by now to a follow-up. It was mailed about already."""
    if not waiting:
        return None
    session.flush()
    follow_up = Importbatch(
        school_id=batch.school_id,
        koppeling_id=batch.koppeling_id,
        status=BatchStatus.WACHT_OP_CONTROLE,
        schooljaar=batch.schooljaar,
        vingerafdruk=fingerprint([regel for regel in waiting if regel.toegepast_id is None], {}),
        tellingen=_counts(batch, [regel for regel in batch.regels if regel not in waiting]),
        opgehaald_op=batch.opgehaald_op,
        gemaild_op=batch.gemaild_op,
        vervolg_van_id=batch.id,
    )
    session.add(follow_up)
    session.flush()
    session.execute(
        update(Importregel)
        .where(
            Importregel.school_id == batch.school_id,
            Importregel.batch_id == batch.id,
            is_among(Importregel.id, [regel.id for regel in waiting]),
        )
        .values(batch_id=follow_up.id)
    )
    session.expire(batch, ["regels"])
    for regel in waiting:
        session.expire(regel, ["batch"])
    return follow_up


def of(session: Session, batch: Importbatch) -> Importbatch | None:
    """The last follow-up of an aanlevering, whatever became of it: its import may leave one, and its undo another."""
    query = select(Importbatch).where(Importbatch.school_id == batch.school_id, Importbatch.vervolg_van_id == batch.id)
    return session.scalar(query.order_by(Importbatch.id.desc()).limit(1))


def _counts(batch: Importbatch, written: Sequence[Importregel]) -> dict[str, Any]:
    """Whoever was written or looked at before is unchanged by now."""
    return {
        soort: {
            "ongewijzigd": sum(batch.tellingen.get(soort, {}).get(name, 0) for name in _STAYS)
            + sum(r.soort is soort and r.toegepast_id is None and r.keuze is not Keuze.NIET for r in written)
        }
        for soort in KINDS
    }
