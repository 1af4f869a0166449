"""The audit trail: who did what, written in the transaction that does it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.models import Audit


def record(
    session: Session,
    actie: str,
    object_: str,
    *,
    door: int | None,
    school_id: int | None,
    **tellingen: int | str,
) -> None:
    """Add one act. `door` is an account id, or None for the system; `tellingen` holds counts and words, never names."""
    session.add(Audit(actie=actie, object=object_, account_id=door, school_id=school_id, tellingen=tellingen))
