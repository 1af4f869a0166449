"""What arrived: results per pupil, and the history of messages."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from sandbox.parnassys.data import Bericht, OntvangenResultaat, ParnassysLeerling, ParnassysSchool


def count_results(session: Session, school: ParnassysSchool) -> int:
    """How many results are there, counting each key once."""
    query = select(func.count()).select_from(OntvangenResultaat).where(OntvangenResultaat.school_id == school.id)
    return session.scalar(query) or 0


def results(
    session: Session, school: ParnassysSchool, leerling: ParnassysLeerling | None = None
) -> list[OntvangenResultaat]:
    """The newest version of every result of the school, or of one pupil: by name, then newest test first."""
    query = (
        select(OntvangenResultaat)
        .join(OntvangenResultaat.leerling)
        .where(OntvangenResultaat.school_id == school.id)
        .options(
            contains_eager(OntvangenResultaat.leerling).joinedload(ParnassysLeerling.groep),
            joinedload(OntvangenResultaat.toets),
        )
        .order_by(
            ParnassysLeerling.achternaam,
            ParnassysLeerling.roepnaam,
            ParnassysLeerling.id,
            OntvangenResultaat.afnamedatum.desc(),
            OntvangenResultaat.id,
        )
    )
    if leerling is not None:
        query = query.where(OntvangenResultaat.leerling_id == leerling.id)
    return list(session.scalars(query))


def history(session: Session, school: ParnassysSchool | None, *, limit: int, offset: int = 0) -> list[Bericht]:
    """The messages of a school, or of nobody in particular (refused before the school was known); newest first."""
    which = Bericht.school_id.is_(None) if school is None else Bericht.school_id == school.id
    rows = session.scalars(select(Bericht).where(which).order_by(Bericht.id.desc()).limit(limit).offset(offset))
    return list(rows)


def count_messages(session: Session, school: ParnassysSchool) -> int:
    """How many messages this school had."""
    return session.scalar(select(func.count()).select_from(Bericht).where(Bericht.school_id == school.id)) or 0
