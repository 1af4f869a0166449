"""A link that a person made against the evidence, or took from another, is used from the next night on.

Until then a mistake costs nothing: no result of these leerlingen goes, by day or by any button (`may_go` says it).
Whoever makes such a link (the import, merging) calls `rest`; a night that begins afterwards ends it by itself.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.models import Handeling, Leerling, Mutatie, Nacht, Resultaat, Soort
from webapp.models.dubbel import not_maybe_another
from webapp.models.ids import SchoolId
from webapp.models.importbatch import is_held, not_asked_about
from webapp.services.clock import database_clock

_BEGUN = select(func.max(Nacht.begonnen_op)).scalar_subquery()
"""When the last night began."""


def rest(session: Session, leerlingen: Collection[Leerling]) -> None:
    """Let the results of these leerlingen wait for the next night. Under the lock of their school."""
    if leerlingen:
        now = database_clock(session)
        for leerling in leerlingen:
            leerling.wacht_op_nacht_sinds = now


def rests() -> ColumnElement[bool]:
    """The condition that no night began since the link of a leerling was made."""
    since = Leerling.wacht_op_nacht_sinds
    return func.coalesce(since >= func.coalesce(_BEGUN, since), false())


def is_of_today(school_id: InstrumentedAttribute[SchoolId]) -> ColumnElement[bool]:
    """The condition that no night began since a leerling got its number: what goes on request waits for one."""
    came = exists().where(
        Mutatie.school_id == school_id,
        Mutatie.soort == Soort.LEERLING,
        Mutatie.record_id == Leerling.id,
        Mutatie.na.has_key("las_key"),
        Handeling.school_id == Mutatie.school_id,
        Handeling.id == Mutatie.handeling_id,
        Handeling.op >= func.coalesce(_BEGUN, Handeling.op),
    )
    return or_(rests(), came.correlate(Leerling, Resultaat))


def may_go(school_id: InstrumentedAttribute[SchoolId]) -> ColumnElement[bool]:
    """The condition that nobody doubts whose a result is: all that keeps it here for its leerling, for every message.

    Nothing is held or asked about them, no other record may be the same child, no night is waited for, and nobody said
    that the link is wrong.
    """
    return and_(
        ~is_held(Resultaat.leerling_id, school_id),
        not_asked_about(school_id),
        not_maybe_another(),
        ~rests(),
        Leerling.klopt_niet_sinds.is_(None),
    )
