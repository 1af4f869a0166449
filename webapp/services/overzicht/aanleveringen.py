"""The history of a school: each aanlevering and each act of a person, and the quiet nights between them.

It goes back as far as the acts are kept (`BEWAAR_LOGBOEK`). What an act did is counted in `wijzigingen`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.orm import Session, load_only

from webapp.db import is_among
from webapp.matching.folding import words
from webapp.matching.zoeken import find_names
from webapp.models import (
    BatchStatus,
    Groep,
    Handeling,
    Importbatch,
    Koppeling,
    Lidmaatschap,
    Mutatie,
    Nacht,
    Schoolnacht,
    Soort,
    Wat,
)
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import BatchId, GroepId, HandelingId, SchoolId
from webapp.models.leerlinggegevens import TABLES
from webapp.services.overzicht import wijzigingen
from webapp.services.overzicht.wijzigingen import CALLED, Aard, Doel, Telling

PER_PAGINA = 30


@dataclass(slots=True)
class Stap:
    """An act, or an aanlevering that changed nothing and asked something."""

    op: datetime
    handeling: Handeling | None = None
    batch: Importbatch | None = None
    """The aanlevering to which it belongs."""
    is_eerste: bool = False
    """Whether the aanlevering itself came with it, so that what it held and left alone is counted here."""
    telling: Telling = field(default_factory=Telling)

    @property
    def vastgehouden(self) -> int:
        return sum(self.batch.onderwerpen.values()) if self.batch is not None and self.is_eerste else 0

    @property
    def ongewijzigd(self) -> int:
        return self.batch.counted("ongewijzigd") if self.batch is not None and self.is_eerste else 0


@dataclass(frozen=True, slots=True)
class Stil:
    """Nights one after the other in which nothing changed."""

    van: date
    tot: date
    goed: int
    mislukt: int


def history(session: Session, school_id: SchoolId, *, since: datetime) -> list[Stap | Stil]:
    """Return all that happened, the newest first, without counts: those are read of a page (`count`).

    An aanlevering is kept longer than the acts are: of one from before the first of them, or before `since` where there
    is none, nothing is told, unless it is open.
    """
    acts = session.scalars(select(Handeling).where(Handeling.school_id == school_id).order_by(Handeling.id)).all()
    oldest = min((act.op for act in acts), default=since)
    acted = {act.batch_id for act in acts if act.batch_id is not None}
    query = select(Importbatch).where(
        Importbatch.school_id == school_id,
        or_(Importbatch.status != BatchStatus.VERVANGEN, Importbatch.id.in_(acted)),
    )
    batches = {batch.id: batch for batch in session.scalars(query.order_by(Importbatch.id))}
    stappen, seen = list[Stap](), set[BatchId]()
    for act in acts:
        batch = batches.get(act.batch_id) if act.batch_id is not None else None
        is_first = batch is not None and batch.id not in seen and act.wat in VANZELF
        stappen.append(Stap(act.op, act, batch, is_eerste=is_first))
        if is_first and batch is not None:
            seen.add(batch.id)
    for batch in batches.values():
        if batch.id not in seen and (batch.opgehaald_op >= oldest or batch.is_open):
            stappen.append(Stap(batch.opgehaald_op, None, batch, is_eerste=batch.vervolg_van_id is None))
    stappen.sort(key=lambda stap: stap.op)
    return _with_nights(stappen, _nights(session, school_id))[::-1]


def stappen(
    session: Session, school_id: SchoolId, *which: ColumnElement[bool], batch: Importbatch | None
) -> list[Stap]:
    """Return these acts with their counts, the oldest first."""
    query = select(Handeling).where(Handeling.school_id == school_id, *which).order_by(Handeling.id)
    found = [
        Stap(act.op, act, batch, is_eerste=at == 0 and act.wat in VANZELF)
        for at, act in enumerate(session.scalars(query))
    ]
    count(session, school_id, found)
    return found


def count(session: Session, school_id: SchoolId, shown: Collection[Stap | Stil]) -> None:
    """Count what each act did that is shown."""
    acts = {each.handeling.id: each for each in shown if isinstance(each, Stap) and each.handeling is not None}
    for act, per in wijzigingen.count(session, school_id, Handeling.id.in_(acts)).items():
        acts[act].telling = wijzigingen.telling(wijzigingen.total({act: per}))


def _nights(session: Session, school_id: SchoolId) -> Sequence[tuple[datetime, datetime | None, date, bool]]:
    """Each night: its beginning, its end, its date, and whether it was fetched."""
    query = (
        select(Nacht.begonnen_op, Nacht.klaar_op, Nacht.datum, Schoolnacht.opgehaald_op.is_not(None))
        .join(Schoolnacht, Schoolnacht.datum == Nacht.datum)
        .join(Koppeling, Koppeling.id == Schoolnacht.koppeling_id)
        .where(Koppeling.school_id == school_id, Nacht.begonnen_op.is_not(None))
        .order_by(Nacht.datum)
    )
    return [(begun, ended, day, fetched) for begun, ended, day, fetched in session.execute(query) if begun is not None]


def _with_nights(
    stappen: Sequence[Stap], nights: Sequence[tuple[datetime, datetime | None, date, bool]]
) -> list[Stap | Stil]:
    """Put the quiet nights between the acts, those that follow each other as one."""
    found, at = list[Stap | Stil](), 0
    for begun, ended, day, fetched in nights:
        while at < len(stappen) and stappen[at].op < begun:
            found.append(stappen[at])
            at += 1
        if at < len(stappen) and ended is not None and stappen[at].op <= ended:
            continue
        last = found[-1] if found else None
        good, bad = int(fetched), int(not fetched)
        if isinstance(last, Stil):
            found[-1] = Stil(last.van, day, last.goed + good, last.mislukt + bad)
        else:
            found.append(Stil(day, day, good, bad))
    return [*found, *stappen[at:]]


@dataclass(slots=True)
class Wie:
    """What one act did to one record."""

    handeling_id: HandelingId
    soort: Soort
    id: int
    aard: Aard
    doel: Doel | None
    """None when it is not here any more."""
    voor: Mapping[str, Any] = field(default_factory=dict)
    na: Mapping[str, Any] = field(default_factory=dict)


def of_acts(session: Session, school_id: SchoolId, acts: Collection[HandelingId]) -> list[Wie]:
    """Return everybody to whom these acts did something, leerlingen first, by name; what they were is not read yet."""
    query = (
        select(Mutatie.handeling_id, Mutatie.soort, Mutatie.record_id, wijzigingen.AARD)
        .where(Mutatie.school_id == school_id, Mutatie.handeling_id.in_(acts))
        .order_by(Mutatie.handeling_id)
    )
    rows = session.execute(query).all()
    doelen = _named_records(session, school_id, {(soort, id_) for _, soort, id_, _ in rows})
    found = [Wie(act, soort, id_, Aard(aard), doelen.get((soort, id_))) for act, soort, id_, aard in rows]
    order = {soort: at for at, soort in enumerate(reversed(Soort))}
    return sorted(
        found, key=lambda wie: (order[wie.soort], wie.doel is None, wie.doel.naam.casefold() if wie.doel else "")
    )


def named(found: Sequence[Wie], text: str) -> Sequence[Wie]:
    """Those whose name fits what was typed, in their order."""
    fits = find_names(text, {at: wie.doel.naam for at, wie in enumerate(found) if wie.doel is not None})
    return found if not words(text) else [wie for at, wie in enumerate(found) if at in fits]


def _named_records(
    session: Session, school_id: SchoolId, which: Collection[tuple[Soort, int]]
) -> dict[tuple[Soort, int], Doel]:
    """Those of these records that are here, of which only the name is read."""
    found = dict[tuple[Soort, int], Doel]()
    for soort, table in TABLES.items():
        ids = [id_ for other, id_ in which if other is soort]
        if ids:
            name = load_only(*(getattr(table, part) for part in CALLED if part in table.__table__.columns))
            query = select(table).where(table.school_id == school_id, is_among(table.id, ids)).options(name)
            found |= {(soort, row.id): row for row in session.scalars(query)}  # type: ignore[misc]  # of the three tables
    return found


def read(session: Session, school_id: SchoolId, shown: Collection[Wie]) -> None:
    """Read what each was before and after."""
    keys = [(wie.handeling_id, wie.soort, wie.id) for wie in shown]
    query = select(Mutatie).where(
        Mutatie.school_id == school_id,
        Mutatie.handeling_id.in_({act for act, _, _ in keys}),
        tuple_(Mutatie.handeling_id, Mutatie.soort, Mutatie.record_id).in_(keys),
    )
    found = {(each.handeling_id, each.soort, each.record_id): each for each in (session.scalars(query) if keys else ())}
    for wie in shown:
        mutatie = found[wie.handeling_id, wie.soort, wie.id]
        wie.voor, wie.na = mutatie.voor or {}, mutatie.na or {}


@dataclass(frozen=True, slots=True)
class Sinds:
    """Since when something is so of a record; None when it was so before anything that is kept."""

    gekoppeld: datetime | None
    in_groep: datetime | None
    vertrokken: datetime | None


def since(session: Session, school_id: SchoolId, soort: Soort, ids: Collection[int]) -> dict[int, Sinds]:
    """Tell since when these are linked, in their groep, and gone."""
    query = (
        select(Mutatie.record_id, Handeling.op, Mutatie.voor, Mutatie.na)
        .join(Mutatie.handeling)
        .where(Mutatie.school_id == school_id, Mutatie.soort == soort, Mutatie.record_id.in_(ids))
        .order_by(Handeling.op, Handeling.id)
    )
    moments = defaultdict[int, dict[str, datetime]](dict)
    for id_, op, voor, na in session.execute(query):
        before, after, mine = voor or {}, na or {}, moments[id_]
        if any(after.get(key) and not before.get(key) for key in ("las_key", "eckid")):
            mine.setdefault("gekoppeld", op)
        if any(before.get(key) and not after.get(key) for key in ("las_key",)):
            mine.pop("gekoppeld", None)
        if after.get("groep_id"):
            mine["in_groep"] = op
        if after.get("status") == Lidmaatschap.VERTROKKEN:
            mine["vertrokken"] = op
    return {
        id_: Sinds(mine.get("gekoppeld"), mine.get("in_groep"), mine.get("vertrokken")) for id_, mine in moments.items()
    }


def since_last_mail(session: Session, school_id: SchoolId, after: datetime | None, until: datetime) -> Counter[Aard]:
    """Count what was done by itself in between; since the beginning when there was no mail yet.

    Not the turn of a school year, which has a sentence of its own.
    """
    window = [Handeling.op <= until, *([Handeling.op > after] if after is not None else [])]
    return wijzigingen.by_itself(session, school_id, Handeling.wat != Wat.OVERGANG, *window)


def groepsnamen(session: Session, school_id: SchoolId) -> dict[GroepId, str]:
    """The name of every groep of a school, those of earlier years too."""
    query = select(Groep.id, Groep.naam).where(Groep.school_id == school_id)
    return {row.id: row.naam for row in session.execute(query)}
