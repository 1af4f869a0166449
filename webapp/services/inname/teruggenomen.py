"""What a person took back: the night does not do it again by itself, until somebody answers that line and imports it.

It names a record of the LAS, by its key and its ECK iD. With one of our records: these two are not linked. In any case
that record of the LAS is not added, and every question about it is one that was set aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Importregel, Soort, Teruggenomen
from webapp.models.ids import SchoolId


def of_kind(session: Session, school_id: SchoolId, soort: Soort) -> Sequence[Teruggenomen]:
    """Return what was taken back of one kind, oldest first."""
    query = select(Teruggenomen).where(Teruggenomen.school_id == school_id, Teruggenomen.soort == soort)
    return session.scalars(query.order_by(Teruggenomen.id)).all()


def about(regel: Importregel, rows: Iterable[Teruggenomen]) -> list[Teruggenomen]:
    """Those that are about the record of the LAS of this line: by ECK iD where both have one, else by key."""
    return [row for row in rows if row.soort is regel.soort and _is_same(regel, row)]


def _is_same(regel: Importregel, row: Teruggenomen) -> bool:
    if regel.eckid is not None and row.eckid is not None:
        return regel.eckid == row.eckid
    return regel.las_key is not None and regel.las_key == row.las_key


def follow(session: Session, school_id: SchoolId, regels: Sequence[Importregel]) -> None:
    """Learn under which key and ECK iD each of these records of the LAS comes by now."""
    for soort in {regel.soort for regel in regels}:
        rows = of_kind(session, school_id, soort)
        for regel in regels if rows else ():
            for row in about(regel, rows):
                row.las_key, row.eckid = regel.las_key or row.las_key, regel.eckid or row.eckid


def end(session: Session, school_id: SchoolId, regels: Sequence[Importregel]) -> None:
    """Forget what was taken back of these lines: somebody answered them."""
    for soort in {regel.soort for regel in regels}:
        rows = of_kind(session, school_id, soort)
        for row in {row for regel in regels for row in about(regel, rows)} if rows else ():
            session.delete(row)
