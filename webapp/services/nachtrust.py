"""A link that a person made against the evidence, or took from another, is used from the next night on.

Until then a mistake costs nothing: no result of these leerlingen goes, by day or by any button (`sendable` asks it).
Whoever makes such a link (the import, merging) calls `rest`; a night that begins afterwards ends it by itself.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from webapp.models import Leerling, Nacht
from webapp.services.clock import database_clock


def rest(session: Session, leerlingen: Collection[Leerling]) -> None:
    """Let the results of these leerlingen wait for the next night. Under the lock of their school."""
    if leerlingen:
        now = database_clock(session)
        for leerling in leerlingen:
            leerling.wacht_op_nacht_sinds = now


def rests() -> ColumnElement[bool]:
    """The condition that no night began since the link of a leerling was made."""
    since = Leerling.wacht_op_nacht_sinds
    begun = select(func.max(Nacht.begonnen_op)).scalar_subquery()
    return func.coalesce(since >= func.coalesce(begun, since), false())
