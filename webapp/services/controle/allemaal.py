"""One act for many lines of a list: all that were found, or those that were ticked. One transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import Importbatch, Importregel, Keuze
from webapp.models.ids import AccountId, BatchId, SchoolId
from webapp.services import sloten
from webapp.services.clock import database_clock
from webapp.services.controle import keuzes, lijsten, overname
from webapp.services.controle.batch import get, names_of_accounts
from webapp.services.controle.errors import ChoiceTooLate, FoundChanged, NothingTicked
from webapp.services.controle.lijsten import Zoekvraag


@dataclass(frozen=True, slots=True)
class Aantallen:
    """How many lines are found."""

    gevonden: int
    verwisseld: int
    """Who were exchanged with somebody."""
    naar: Mapping[Keuze, int]
    """How many would go along to another category."""


@dataclass(frozen=True, slots=True)
class Gedaan:
    """What the act came to."""

    aantal: int
    van: Keuze
    naar: Keuze
    op: datetime
    """Signs every line of the act, which is how it is undone."""
    eerder: Mapping[str, Sequence[str]]
    """Left as a colleague chose since the page was opened: the lines by name, under whose choice it was."""
    buiten: int
    """Ticked, but for such an act each must be looked at."""


def doable(van: Keuze, naar: Keuze) -> ColumnElement[bool]:
    """The condition that a line may go along in such an act.

    Not who was exchanged with somebody: they go together. Not who goes along with a groep, which is brought back as a
    whole. Nothing here makes a double of somebody who is linked, takes back a link that a person chose, or links anew.
    """
    return and_(Importregel.ruil.is_(None), Importregel.via_groep.is_(False), _MAY[van, naar])


def count(session: Session, batch: Importbatch, vraag: Zoekvraag) -> Aantallen:
    """How many are found, and how many of them would go along to each other category."""
    others = [keuze for keuze in Keuze if keuze is not vraag.keuze]
    conditions = [doable(vraag.keuze, naar) for naar in others]
    gevonden, verwisseld, *able = lijsten.count(session, batch, vraag, Importregel.ruil.is_not(None), *conditions)
    return Aantallen(gevonden, verwisseld, dict(zip(others, able, strict=True)))


def put(
    session: Session,
    school_id: SchoolId,
    batch_id: BatchId,
    vraag: Zoekvraag,
    naar: Keuze,
    *,
    verwacht: int,
    gezien: datetime,
    door: AccountId,
) -> Gedaan:
    """Put all that are found in another category; raise FoundChanged when they are not as many as the page showed."""
    batch = _open(session, school_id, batch_id)
    query = lijsten.found(batch, vraag).where(doable(vraag.keuze, naar)).order_by(Importregel.id)
    regels = session.scalars(query).all()
    if len(regels) != verwacht:
        raise FoundChanged(len(regels))
    return _put(session, batch, regels, vraag.keuze, naar, gezien, door)


def put_ticked(
    session: Session,
    school_id: SchoolId,
    batch_id: BatchId,
    vraag: Zoekvraag,
    naar: Keuze,
    *,
    ids: Collection[int],
    gezien: datetime,
    door: AccountId,
) -> Gedaan:
    """The same for the lines that were ticked, wherever they stand by now."""
    batch = _open(session, school_id, batch_id)
    query = select(Importregel).where(
        Importregel.school_id == school_id,
        Importregel.batch_id == batch_id,
        Importregel.soort == vraag.soort,
        is_among(Importregel.id, ids),
    )
    ticked = session.scalars(query.order_by(Importregel.id)).all()
    if not ticked:
        raise NothingTicked
    may = lijsten.found(batch, Zoekvraag(vraag.soort, vraag.keuze)).where(doable(vraag.keuze, naar))
    able = set(session.scalars(may.with_only_columns(Importregel.id).where(is_among(Importregel.id, ids))))
    regels = [r for r in ticked if r.id in able or _is_of_colleague(r, gezien, door)]
    return _put(session, batch, regels, vraag.keuze, naar, gezien, door, buiten=len(ticked) - len(regels))


def undo(
    session: Session, school_id: SchoolId, batch_id: BatchId, gedaan: Zoekvraag, *, op: datetime, door: AccountId
) -> int:
    """Take back what this person did at that moment, where nobody chose anew since; `gedaan.keuze` is how it was."""
    _open(session, school_id, batch_id)
    query = select(Importregel).where(
        Importregel.school_id == school_id,
        Importregel.batch_id == batch_id,
        Importregel.soort == gedaan.soort,
        Importregel.gekozen_door == door,
        Importregel.gekozen_op == op,
    )
    regels, now = session.scalars(query.order_by(Importregel.id)).all(), database_clock(session)
    for regel in regels:
        was_question = gedaan.keuze is Keuze.KOPPEL and regel.toegepast_id is None
        if was_question or not _choose(session, regel, gedaan.keuze, door, now):
            _choose(session, regel, None, door, now)
    return len(regels)


def _open(session: Session, school_id: SchoolId, batch_id: BatchId) -> Importbatch:
    sloten.lock(session, school_id)
    batch = get(session, school_id, batch_id)
    if not batch.is_open:
        raise ChoiceTooLate
    batch.rev += 1
    return batch


def _put(
    session: Session,
    batch: Importbatch,
    regels: Sequence[Importregel],
    van: Keuze,
    naar: Keuze,
    gezien: datetime,
    door: AccountId,
    *,
    buiten: int = 0,
) -> Gedaan:
    now = database_clock(session)
    theirs = [regel for regel in regels if _is_of_colleague(regel, gezien, door)]
    names = names_of_accounts(session, batch.school_id) if theirs else {}
    eerder = dict[str, list[str]]()
    for regel in theirs:
        naam = names.get(regel.gekozen_door, "") if regel.gekozen_door is not None else ""
        eerder.setdefault(naam, []).append(regel.weergavenaam)
    mine = [regel for regel in regels if not _is_of_colleague(regel, gezien, door)]
    done = [regel for regel in mine if _choose(session, regel, naar, door, now)]
    overname.give_back(session, batch)
    return Gedaan(len(done), van, naar, now, eerder, buiten + len(mine) - len(done))


def _choose(session: Session, regel: Importregel, keuze: Keuze | None, door: AccountId, now: datetime) -> bool:
    """Choose for one line; False when it was linked with somebody whom another line has by now."""
    if keuze is Keuze.KOPPEL:
        if _is_taken(session, regel):
            return False
        regel.doel_id = regel.toegepast_id
    elif regel.toegepast_id is None:
        regel.doel_id = None
    was, regel.keuze, regel.via_groep = regel.keuze, keuze, False
    regel.gekozen_door, regel.gekozen_op, regel.later_door, regel.later_op = door, now, None, None
    keuzes.take_along(session, regel, was, door=door)
    return True


def _is_taken(session: Session, regel: Importregel) -> bool:
    """Whether another line is linked by now with whom this one was linked."""
    other = select(Importregel.id).where(
        Importregel.school_id == regel.school_id,
        Importregel.batch_id == regel.batch_id,
        Importregel.soort == regel.soort,
        Importregel.id != regel.id,
        Importregel.keuze == Keuze.KOPPEL,
        Importregel.doel_id == regel.toegepast_id,
    )
    return session.scalar(other.limit(1)) is not None


def _is_of_colleague(regel: Importregel, gezien: datetime, door: AccountId) -> bool:
    """Whether somebody else chose for this line since the page was opened."""
    return regel.gekozen_door not in (None, door) and regel.gekozen_op is not None and regel.gekozen_op > gezien


_MAY: Mapping[tuple[Keuze, Keuze], ColumnElement[bool]] = {
    (Keuze.NIEUW, Keuze.NIET): Importregel.keuze == Keuze.NIEUW,
    (Keuze.NIEUW, Keuze.KOPPEL): Importregel.toegepast_id.is_not(None),
    (Keuze.KOPPEL, Keuze.NIET): or_(Importregel.keuze.is_(None), Importregel.doel_id == Importregel.toegepast_id),
    (Keuze.KOPPEL, Keuze.NIEUW): and_(Importregel.keuze.is_(None), Importregel.toegepast_id.is_(None)),
    (Keuze.NIET, Keuze.NIEUW): Importregel.toegepast_id.is_(None),
    (Keuze.NIET, Keuze.KOPPEL): Importregel.toegepast_id.is_not(None),
}
