"""The audit trail: who did what, written in the transaction that does it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.models import Audit, Daad
from webapp.models.ids import AccountId, SchoolId


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
    session.add(Audit(actie=daad, object=object_, account_id=door, school_id=school_id, tellingen=tellingen))
