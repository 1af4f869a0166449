"""The audit trail: who did what, written in the transaction that does it."""

from __future__ import annotations

from sqlalchemy import insert
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
    values = {"actie": daad, "object": object_, "account_id": door, "tellingen": tellingen}
    if school_id is None:
        # Anybody may add such a line and only klantenservice reads it: so nothing of it is asked back.
        session.execute(insert(Audit.__table__).values(values).inline())  # type: ignore[arg-type]  # it is a Table
    else:
        session.add(Audit(school_id=school_id, **values))
