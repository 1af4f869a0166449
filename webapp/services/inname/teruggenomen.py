"""What a person took back: the night does not do it again by itself, until somebody answers that line and imports it.

It names a record of the LAS, by its key and its ECK iD. With one of our records: these two are not linked. In any case
that record of the LAS is not added, and every question about it is one that was set aside. Or it names one of our
records only: that is not parked by itself, until the LAS sends it again or somebody parks it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp.models import Handeling, Mutatie, Soort, Teruggenomen, Wat
from webapp.models.ids import AccountId, HandelingId, SchoolId
from webapp.models.regel import AnyRegel
from webapp.services.clock import database_clock
from webapp.services.inname.soorten import KINDS, Doel

_PARTING = frozenset({Wat.TERUGDRAAIEN, Wat.TERUGNEMEN, Wat.ONTKOPPELEN, Wat.SPLITSEN})
"""By these a person takes a link away."""
_STAYS = and_(Teruggenomen.las_key.is_(None), Teruggenomen.eckid.is_(None))
"""The same as `stays` in SQL."""


def of_kind(session: Session, school_id: SchoolId, soort: Soort) -> Sequence[Teruggenomen]:
    """Return what was taken back of one kind, oldest first."""
    query = select(Teruggenomen).where(Teruggenomen.school_id == school_id, Teruggenomen.soort == soort, ~_STAYS)
    return session.scalars(query.order_by(Teruggenomen.id)).all()


def of_school(session: Session, school_id: SchoolId) -> Sequence[Teruggenomen]:
    """Return all that was taken back, oldest first."""
    return session.scalars(
        select(Teruggenomen).where(Teruggenomen.school_id == school_id).order_by(Teruggenomen.id)
    ).all()


def of_record(session: Session, soort: Soort, doel: Doel) -> Teruggenomen | None:
    """Return what was taken back last about one of our records: its link, or that it was parked."""
    mine = (Teruggenomen.soort == soort, Teruggenomen.record_id == doel.id)
    query = select(Teruggenomen).where(Teruggenomen.school_id == doel.school_id, *mine)
    return session.scalars(query.order_by(Teruggenomen.id.desc())).first()


def stays(row: Teruggenomen) -> bool:
    """Whether it names one of ours only, whom no night parks by itself."""
    return row.las_key is None and row.eckid is None


def let_stay(
    session: Session,
    school_id: SchoolId,
    doelen: Collection[tuple[Soort, Doel]],
    *,
    door: AccountId,
    handeling_id: HandelingId,
) -> None:
    """Keep every night from parking these, who stand here again while the LAS does not send them."""
    now = database_clock(session)
    for soort, doel in doelen:
        kind = KINDS[soort]
        if not kind.identifiers(doel):
            continue  # no night parks who was never linked
        kind.miss(doel, now)
        values = {"school_id": school_id, "soort": soort, "record_id": doel.id, "handeling_id": handeling_id}
        session.add(Teruggenomen(**values, door=door, op=now))


def remember_again(
    session: Session,
    school_id: SchoolId,
    regels: Collection[AnyRegel],
    *,
    door: AccountId,
    handeling_id: HandelingId,
) -> None:
    """Of lines that are a question again: from whom of ours a person took that record of the LAS, whatever came since.

    An answer forgot it (`end`), and that answer is undone.
    """
    lost = (
        select(Mutatie)
        .join(Mutatie.handeling)
        .where(Mutatie.school_id == school_id, Handeling.school_id == school_id, Handeling.wat.in_(_PARTING))
        .where(Mutatie.na.is_not(None))
    )
    had = defaultdict[tuple[Soort, str, str], set[int]](set)
    for each in session.scalars(lost.order_by(Mutatie.handeling_id)) if regels else ():
        for name in each.velden:
            if name in ("las_key", "eckid") and (value := (each.voor or {}).get(name)) is not None:
                had[each.soort, name, value].add(each.record_id)
    for regel in regels:
        kind = KINDS[regel.soort]
        ids = {id_ for name, value in kind.identifiers(regel) for id_ in had[regel.soort, name, value]}
        known = {row.record_id for row in about(regel, of_kind(session, school_id, regel.soort))} if ids else set()
        for doel in kind.find(session, school_id, sorted(ids - known)).values():
            if set(kind.identifiers(doel)).isdisjoint(kind.identifiers(regel)):
                values = {"school_id": school_id, "soort": regel.soort, "las_key": regel.las_key, "eckid": regel.eckid}
                session.add(Teruggenomen(**values, record_id=doel.id, door=door, handeling_id=handeling_id))
    session.flush()


def about(regel: AnyRegel, rows: Iterable[Teruggenomen]) -> list[Teruggenomen]:
    """Those that are about the record of the LAS of this line: by ECK iD where both have one, else by key."""
    return [row for row in rows if row.soort is regel.soort and _is_same(regel, row)]


def _is_same(regel: AnyRegel, row: Teruggenomen) -> bool:
    if regel.eckid is not None and row.eckid is not None:
        return regel.eckid == row.eckid
    return regel.las_key is not None and regel.las_key == row.las_key


def follow(rows: Sequence[Teruggenomen], regels: Iterable[AnyRegel]) -> None:
    """Learn under which key and ECK iD each of these records of the LAS comes by now."""
    for regel in regels if rows else ():
        for row in about(regel, rows):
            row.las_key, row.eckid = regel.las_key or row.las_key, regel.eckid or row.eckid


def end(session: Session, school_id: SchoolId, regels: Sequence[AnyRegel]) -> None:
    """Forget what was taken back of these lines: somebody answered them."""
    for soort in {regel.soort for regel in regels}:
        rows = of_kind(session, school_id, soort)
        for row in {row for regel in regels for row in about(regel, rows)} if rows else ():
            session.delete(row)
