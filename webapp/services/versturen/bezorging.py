"""Where every result went, looked at again by every act that changes a link or learns whom the LAS has.

A confirmation belongs to the leerling of the LAS under whose number it went. When our leerling turns out to be another
one there, the result goes to that one under a new key, and what stands at the first is for the school to remove: UWLR
has no withdrawal. `beurt` writes a bezorging before it is sent, `afloop` what became of it. All of it happens under the
lock of the school.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased, contains_eager

from webapp.db import is_among
from webapp.models import (
    Bezorging,
    Daad,
    Leerling,
    Levering,
    LeveringStatus,
    Resultaat,
    Soort,
    Teruggenomen,
    Toets,
    Uitzondering,
)
from webapp.models.geschiedenis import taken_back
from webapp.models.ids import LeerlingId, ResultaatId, SchoolId
from webapp.models.levering import TE_VERWIJDEREN
from webapp.services import audit
from webapp.services.clock import database_clock

_HERE = and_(Bezorging.sleutel == Resultaat.sleutel, Bezorging.elders_op.is_(None))
"""The bezorging under the key that the result has now."""


@dataclass(frozen=True, slots=True)
class Aangeleverd:
    """The leerlingen that the LAS has, as the last aanlevering names them: (number, ECK iD)."""

    leerlingen: Iterable[tuple[str | None, str | None]]
    betwist: frozenset[str] = frozenset()
    """Numbers and ECK iD's that came in twice: whoever has one is there, and nothing more is known."""
    is_heel: bool = True
    """Whether somebody who is not in it is not in the LAS either."""
    _keys: set[str] = field(init=False)
    _by_eckid: dict[str, str | None] = field(init=False)

    def __post_init__(self) -> None:
        everybody = list(self.leerlingen)
        object.__setattr__(self, "_keys", {key for key, _ in everybody if key is not None})
        object.__setattr__(self, "_by_eckid", {eckid: key for key, eckid in everybody if eckid is not None})

    def place_of(self, leerlingid: str, eckid: str | None, las_key: str | None) -> tuple[str | None, bool | None]:
        """Return the number that somebody has now, and whether they are there; the ECK iD counts most."""
        if eckid is not None and eckid in self._by_eckid:
            return self._by_eckid[eckid], True
        if not self.betwist.isdisjoint({leerlingid, eckid, las_key} - {None}):
            return las_key, True
        for key in (las_key, leerlingid):
            if key is not None and key in self._keys:
                return key, True
        return las_key, False if self.is_heel else None


def see(session: Session, school_id: SchoolId, aangeleverd: Aangeleverd) -> None:
    """Keep of everybody to whom a result went whether this aanlevering has them, and under which number."""
    known = (Bezorging.leerlingid, Bezorging.eckid, Bezorging.las_key, Bezorging.aanwezig)
    open_ = Bezorging.verwijderd_op.is_(None)
    found = session.execute(select(*known).where(Bezorging.school_id == school_id, open_).distinct()).all()
    for leerlingid, eckid, las_key, aanwezig in found:
        place = aangeleverd.place_of(leerlingid, eckid, las_key)
        if place == (las_key, aanwezig):
            continue
        before = zip(known, (leerlingid, eckid, las_key, aanwezig), strict=True)
        same = [column.is_not_distinct_from(value) for column, value in before]
        session.execute(
            update(Bezorging)
            .where(Bezorging.school_id == school_id, open_, *same)
            .values(las_key=place[0], aanwezig=place[1])
            .execution_options(synchronize_session="fetch")
        )


def follow_links(session: Session, school_id: SchoolId) -> None:
    """Find what stands at another leerling of the LAS than ours is linked with now, and what is right again."""
    session.flush()
    _part_from_strangers(session, school_id)
    _put_back(session, school_id)
    _follow_new_numbers(session, school_id)
    session.flush()
    _forget_doubles(session, school_id)
    session.execute(
        update(Levering)
        .where(
            Levering.school_id == school_id,
            Levering.status == LeveringStatus.ELDERS_AFGELEVERD,
            ~exists().where(Bezorging.resultaat_id == Levering.resultaat_id, TE_VERWIJDEREN),
        )
        .values(status=LeveringStatus.KLAAR)
        .execution_options(synchronize_session="fetch")
    )


def count_delivered(session: Session, school_id: SchoolId, leerlingen: Collection[LeerlingId]) -> int:
    """Count what the LAS has, or may have, of these leerlingen under the number of somebody who may still be there."""
    return sum(delivered(session, school_id, leerlingen).values())


def delivered(session: Session, school_id: SchoolId, leerlingen: Collection[LeerlingId]) -> dict[LeerlingId, int]:
    """The same for each of them who has any."""
    query = select(Resultaat.leerling_id, func.count()).select_from(Bezorging).join(Bezorging.resultaat)
    counted = query.where(*_may_be_there(school_id, leerlingen)).group_by(Resultaat.leerling_id)
    return dict(session.execute(counted).all())


def which(
    session: Session, school_id: SchoolId, leerlingen: Collection[LeerlingId]
) -> dict[LeerlingId, list[tuple[str, date]]]:
    """Name them: the test and the day of each, by leerling."""
    query = select(Resultaat.leerling_id, Toets.naam, Resultaat.afnamedatum).select_from(Bezorging)
    query = query.join(Bezorging.resultaat).join(Resultaat.toets).where(*_may_be_there(school_id, leerlingen))
    found = dict[LeerlingId, list[tuple[str, date]]]()
    for id_, toets, day in session.execute(query.order_by(Resultaat.afnamedatum, Toets.naam, Resultaat.id)):
        found.setdefault(id_, []).append((toets, day))
    return found


def _may_be_there(school_id: SchoolId, leerlingen: Collection[LeerlingId]) -> tuple[ColumnElement[bool], ...]:
    return (
        Bezorging.school_id == school_id,
        _HERE,
        or_(Bezorging.aanwezig.is_not(False), Bezorging.eckid.is_not(None)),
        is_among(Resultaat.leerling_id, leerlingen),
    )


def _stands_elsewhere() -> ColumnElement[bool]:
    """Whether what was delivered stands at another leerling of the LAS than ours is linked with.

    A number that is gone from the aanlevering was renewed, unless the ECK iD is another one too. A leerling without a
    number may get the old one back: then it counts only when somebody else has it, or a beheerder left it out or took
    that link back. What belongs to a record that was merged with another is there twice.
    """
    other = aliased(Leerling)
    is_others = exists().where(
        other.school_id == Bezorging.school_id, other.las_key == Bezorging.las_key, other.id != Leerling.id
    )
    is_left_out = exists().where(
        Uitzondering.school_id == Bezorging.school_id,
        Uitzondering.soort == Soort.LEERLING,
        Uitzondering.las_key == Bezorging.las_key,
    )
    is_taken_back = taken_back().where(
        Teruggenomen.school_id == Bezorging.school_id,
        Teruggenomen.las_key == Bezorging.las_key,
        Teruggenomen.record_id == Leerling.id,
    )
    is_somebody_else = and_(Bezorging.aanwezig.is_(False), Bezorging.eckid != Leerling.eckid)
    return or_(
        and_(Leerling.las_key != Bezorging.las_key, or_(Bezorging.aanwezig.is_(True), is_others, is_somebody_else)),
        and_(Leerling.las_key.is_(None), or_(is_others, is_left_out)),
        and_(Leerling.las_key.is_distinct_from(Bezorging.las_key), is_taken_back),
        Leerling.samengevoegd_met_id.is_not(None),
    )


def _part_from_strangers(session: Session, school_id: SchoolId) -> None:
    """Give a result that stands at a stranger a new key, and note what has to be removed there."""
    found = session.scalars(
        select(Bezorging)
        # By the key alone, which no other result has: by both, PostgreSQL expects hardly a row, and looks each up.
        .join(Resultaat, Resultaat.sleutel == Bezorging.sleutel)
        .join(Resultaat.leerling)
        .where(
            Bezorging.school_id == school_id,
            Resultaat.school_id == school_id,
            Leerling.school_id == school_id,
            Bezorging.elders_op.is_(None),
            _stands_elsewhere(),
        )
        .options(contains_eager(Bezorging.resultaat))
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        return
    now = database_clock(session)
    leveringen = _leveringen_of(session, school_id, found)
    for bezorging in found:
        bezorging.elders_op = now
        bezorging.resultaat.sleutel = str(uuid4())
        levering = leveringen[bezorging.resultaat_id]
        levering.bevestigd, levering.bevestigd_op, levering.pogingen = 0, None, 0
        levering.nog_eens_op = levering.score_in_las = None
        if levering.status is not LeveringStatus.NAKIJKEN:
            levering.status, levering.fout = LeveringStatus.ELDERS_AFGELEVERD, None
    audit.record(
        session,
        Daad.ELDERS_AFGELEVERD,
        f"school {school_id}",
        door=None,
        school_id=school_id,
        resultaten=len(found),
    )


def _put_back(session: Session, school_id: SchoolId) -> None:
    """A link that is as it was before makes right what was delivered under it: nothing goes again."""
    under_this_key = aliased(Bezorging)
    found = session.scalars(
        select(Bezorging)
        .join(Bezorging.resultaat)
        .join(Resultaat.leerling)
        .where(
            Bezorging.school_id == school_id,
            TE_VERWIJDEREN,
            Bezorging.las_key == Leerling.las_key,
            ~exists().where(under_this_key.sleutel == Resultaat.sleutel),
        )
        .order_by(Bezorging.bevestigd_op.asc().nulls_first())
        .options(contains_eager(Bezorging.resultaat))
        .execution_options(populate_existing=True)
    ).all()
    newest = {bezorging.resultaat_id: bezorging for bezorging in found}.values()
    leveringen = _leveringen_of(session, school_id, newest)
    for levering in leveringen.values():
        if levering.status is not LeveringStatus.NAKIJKEN:
            levering.status = LeveringStatus.ELDERS_AFGELEVERD
    session.flush()
    for bezorging in newest:
        bezorging.elders_op, bezorging.resultaat.sleutel = None, bezorging.sleutel
        levering = leveringen[bezorging.resultaat_id]
        if levering.status is LeveringStatus.NAKIJKEN:
            continue
        levering.bevestigd, levering.bevestigd_op = bezorging.versie, bezorging.bevestigd_op
        levering.status, levering.pogingen = _status_of(levering), int(not bezorging.versie)
        levering.score_in_las = None  # of that version it was not kept


def _status_of(levering: Levering) -> LeveringStatus:
    if levering.bevestigd >= levering.versie:
        return LeveringStatus.BEVESTIGD
    return LeveringStatus.KLAAR if levering.bevestigd else LeveringStatus.ONBEKEND


def _follow_new_numbers(session: Session, school_id: SchoolId) -> None:
    """Who got another number is still the same leerling: from here on that number says where the result stands."""
    session.execute(
        update(Bezorging)
        .where(
            Bezorging.school_id == school_id,
            Bezorging.aanwezig.is_(False),
            _HERE,
            Bezorging.resultaat_id == Resultaat.id,
            Resultaat.leerling_id == Leerling.id,
            Leerling.las_key != Bezorging.las_key,
        )
        .values(las_key=Leerling.las_key, aanwezig=True)
        .execution_options(synchronize_session="fetch")
    )


def _forget_doubles(session: Session, school_id: SchoolId) -> None:
    """A double of a merged record goes nowhere: once the LAS has nothing of it, it waits for nothing."""
    merged = Leerling.samengevoegd_met_id.is_not(None)
    doubles = select(Resultaat.id).join(Resultaat.leerling).where(Resultaat.school_id == school_id, merged)
    is_there = exists().where(
        Bezorging.school_id == school_id,
        Bezorging.resultaat_id == Levering.resultaat_id,
        Bezorging.verwijderd_op.is_(None),
    )
    gone = delete(Levering).where(Levering.school_id == school_id, Levering.resultaat_id.in_(doubles), ~is_there)
    session.execute(gone.execution_options(synchronize_session="fetch"))


def _leveringen_of(
    session: Session, school_id: SchoolId, bezorgingen: Iterable[Bezorging]
) -> dict[ResultaatId, Levering]:
    ids = [bezorging.resultaat_id for bezorging in bezorgingen]
    if not ids:
        return {}
    found = session.scalars(
        select(Levering)
        .where(Levering.school_id == school_id, is_among(Levering.resultaat_id, ids))
        .execution_options(populate_existing=True)
    )
    return {levering.resultaat_id: levering for levering in found}
