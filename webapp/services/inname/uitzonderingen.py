"""What a beheerder left out: shown as a list, taken back when somebody changes their mind."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import Daad, Soort, Uitzondering
from webapp.models.ids import AccountId, KoppelingId, SchoolId, UitzonderingId
from webapp.models.vastgehouden import ALLES_NIEUW, Vastgehouden
from webapp.services import audit, sloten
from webapp.services.inname import ongewoon
from webapp.services.inname.soorten import KINDS
from webapp.services.koppeling import levensloop

_ORDER = list(KINDS)


class NothingToTakeBack(DomainError):
    """None of the chosen records is left out any more, or none was chosen."""


def of_school(session: Session, school_id: SchoolId) -> list[Uitzondering]:
    """Return what this school does not import, groepen first."""
    found = session.scalars(select(Uitzondering).where(Uitzondering.school_id == school_id))
    return sorted(found, key=lambda row: (_ORDER.index(row.soort), row.omschrijving.casefold()))


def groep_keys(session: Session, school_id: SchoolId) -> frozenset[str]:
    """LAS keys of the groepen that this school does not import; a LAS that can leave them out is not asked for them."""
    keys = session.scalars(
        select(Uitzondering.las_key).where(Uitzondering.school_id == school_id, Uitzondering.soort == Soort.GROEP)
    )
    return frozenset(key for key in keys if key is not None)


def import_anyway(
    session: Session,
    school_id: SchoolId,
    ids: Collection[UitzonderingId],
    *,
    koppeling_id: KoppelingId,
    door: AccountId,
) -> int:
    """Forget these exceptions and fetch: the records come back as new. Return how many there were."""
    sloten.lock(session, school_id)
    koppeling = sloten.koppeling(session, koppeling_id)
    rows = session.scalars(
        select(Uitzondering).where(Uitzondering.school_id == school_id, Uitzondering.id.in_(ids))
    ).all()
    if not rows:
        raise NothingToTakeBack
    for row in rows:
        session.delete(row)
    if koppeling is not None:
        ongewoon.agree(koppeling, ALLES_NIEUW, Vastgehouden(ids=[], redenen=[]))
    audit.record(
        session, Daad.TOCH_IMPORTEREN, f"koppeling {koppeling_id}", door=door, school_id=school_id, gegevens=len(rows)
    )
    levensloop.ask_fetch(session, koppeling_id, door=door)
    return len(rows)
