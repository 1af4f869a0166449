"""When a new school year begins for a school: not on 1 August, but once its LAS has it.

From 1 August until then every fetch asks for the new year first, and goes on with the old one while that is not there.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.models import Daad, Koppeling, Leerling, Lidmaatschap
from webapp.models.ids import SchoolId
from webapp.schooljaar import schooljaar_of
from webapp.services import audit
from webapp.uwlr.values import Leerlinggegevens

_ENOUGH = 0.8


def to_ask(koppeling: Koppeling, today: date) -> str | None:
    """The school year that has begun by the calendar, while this koppeling still fetches an earlier one."""
    current = schooljaar_of(today)
    return current if koppeling.schooljaar is not None and koppeling.schooljaar < current else None


def is_there(session: Session, school_id: SchoolId, gegevens: Leerlinggegevens) -> bool:
    """Whether an answer of the new year has a groep for enough of those who stay: the highest jaargroep leaves.

    Not while most of them still stand in the jaargroep of last year: some LASes begin a year with the groepen of the
    old one. A school that is linked with nobody chooses its year itself; where there is one jaargroep, all may stay.
    """
    linked = session.execute(
        select(Leerling.las_key, Leerling.eckid, Leerling.jaargroep).where(
            Leerling.school_id == school_id,
            Leerling.status == Lidmaatschap.ACTIEF,
            or_(Leerling.las_key.is_not(None), Leerling.eckid.is_not(None)),
        )
    ).all()
    numbers = (jaargroep for _, _, jaargroep in linked if jaargroep and jaargroep.isdigit())
    highest = max(numbers, key=int, default=None)
    staying = [row for row in linked if row.jaargroep != highest] or linked
    placed = {key: each for each in gegevens.leerlingen if each.groep for key in (each.key, each.eckid) if key}
    pairs = [(was, placed.get(key or "") or placed.get(eckid or "")) for key, eckid, was in staying]
    found = [(was, each) for was, each in pairs if each is not None]
    still = sum(was is not None and was.isdigit() and each.jaargroep == was for was, each in found)
    return bool(staying) and len(found) >= _ENOUGH * len(staying) and still <= len(found) / 2


def begin(session: Session, koppeling: Koppeling, schooljaar: str) -> None:
    """From now on only this year is fetched."""
    before, koppeling.schooljaar = koppeling.schooljaar or "geen", schooljaar
    audit.about(session, Daad.SCHOOLJAAR_BEGONNEN, koppeling, door=None, van=before, naar=schooljaar)
