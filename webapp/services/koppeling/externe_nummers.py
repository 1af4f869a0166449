"""Old external numbers: keys of an earlier administration that would make the first match go wrong."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import Daad, Groep, Leerling, Resultaat, Wat
from webapp.models.ids import AccountId, SchoolId
from webapp.models.koppeling import KoppelingAct
from webapp.services import audit, geschiedenis, sloten
from webapp.services.koppeling.errors import NumbersChanged, NumbersInUse


@dataclass(frozen=True)
class ExterneNummers:
    """How many records still carry an external number."""

    leerlingen: int
    groepen: int

    @property
    def total(self) -> int:
        return self.leerlingen + self.groepen


def count(session: Session, school_id: SchoolId) -> ExterneNummers:
    """Count the leerlingen and groepen of a school that carry an external number."""
    leerlingen, groepen = (
        session.scalar(
            select(func.count()).select_from(table).where(table.school_id == school_id, table.las_key.is_not(None))
        )
        for table in (Leerling, Groep)
    )
    return ExterneNummers(leerlingen or 0, groepen or 0)


def count_resultaten(session: Session, school_id: SchoolId) -> int:
    """Count the test results of a school: clearing leaves every one of them where it is."""
    query = select(func.count()).select_from(Resultaat).where(Resultaat.school_id == school_id)
    return session.scalar(query) or 0


def clear(session: Session, school_id: SchoolId, *, confirmed: int, door: AccountId) -> ExterneNummers:
    """Clear them, and nothing else: names, groups and test results stay.

    `confirmed` is the number that the beheerder saw; raise NumbersChanged when it is no longer true, and NumbersInUse
    when the koppeling runs and the numbers are the living links.
    """
    sloten.lock(session, school_id)
    koppeling = sloten.koppeling_of(session, school_id)
    if koppeling is None or not koppeling.mag(KoppelingAct.NUMMERS_WISSEN):
        raise NumbersInUse
    found = count(session, school_id)
    if found.total != confirmed:
        raise NumbersChanged
    geschiedenis.act(session, school_id, Wat.NUMMERS_WISSEN, door=door)
    for table in (Leerling, Groep):
        for row in session.scalars(select(table).where(table.school_id == school_id, table.las_key.is_not(None))):
            row.las_key = None
    session.flush()
    audit.record(
        session,
        Daad.EXTERNE_NUMMERS_GEWIST,
        f"school {school_id}",
        door=door,
        school_id=school_id,
        leerlingen=found.leerlingen,
        groepen=found.groepen,
    )
    return found
