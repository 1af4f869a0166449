"""Working out what undoing an act would do, from what is written down of it. Nothing is changed here.

Undone is a whole import, or the answers of it that are one question; of what went by itself a whole night, or what it
did to one record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import (
    Audit,
    BatchStatus,
    Daad,
    Handeling,
    Importbatch,
    Importregel,
    Keuze,
    Wat,
)
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import HandelingId, LeerlingId, RegelId, SchoolId
from webapp.services import vragen
from webapp.services.clock import database_now
from webapp.services.controle import weggelaten
from webapp.services.controle.batch import get, lines, name_of_account
from webapp.services.controle.errors import AlreadyUndone, NotUndoable
from webapp.services.controle.terugkeer import InLas, Sleutel, Stap, Terugkeer, Weggelaten
from webapp.services.controle.terugweg import Terugweg
from webapp.services.controle.vastgehouden import BEDENKTIJD
from webapp.services.inname.soorten import KINDS
from webapp.services.koppeling import levensloop
from webapp.services.versturen import bezorging

TERMIJN = BEDENKTIJD
"""So long an import can be undone."""
_NAMED = 60
"""So many results of which the LAS has to let go are named one by one."""


@dataclass(frozen=True, slots=True)
class Deel:
    """What is undone of an import, when it is not all of it: the question of one line. Of a night: one record."""

    regel_id: RegelId | None = None
    sleutel: Sleutel | None = None


ALLES = Deel()


def until(session: Session, batch: Importbatch) -> datetime | None:
    """Until when an import can be undone; None when it cannot, or not any more."""
    if batch.status is not BatchStatus.VERWERKT or batch.verwerkt_op is None or _import_of(session, batch) is None:
        return None
    return _term(session, batch, batch.verwerkt_op)


def until_of_act(session: Session, handeling: Handeling) -> datetime | None:
    """The same of what went by itself in a night."""
    if handeling.wat not in VANZELF or handeling.teruggedraaid_id is not None or handeling.batch_id is None:
        return None
    return _term(session, get(session, handeling.school_id, handeling.batch_id), handeling.op)


def _term(session: Session, batch: Importbatch, op: datetime) -> datetime | None:
    koppeling = levensloop.of_school(session, batch.school_id)
    is_same = koppeling is not None and koppeling.id == batch.koppeling_id
    return op + TERMIJN if is_same and database_now(session) < op + TERMIJN else None


def undone(session: Session, batch: Importbatch) -> Handeling | None:
    """The act that undid an import."""
    query = select(Handeling).where(
        Handeling.school_id == batch.school_id, Handeling.batch_id == batch.id, Handeling.wat == Wat.TERUGDRAAIEN
    )
    return session.scalar(query) if batch.status is BatchStatus.TERUGGEDRAAID else None


def outcome(session: Session, batch: Importbatch) -> Mapping[str, int]:
    """What undoing it came to, as the trail has it."""
    query = select(Audit.tellingen).where(
        Audit.school_id == batch.school_id,
        Audit.object == f"importbatch {batch.id}",
        Audit.actie == Daad.IMPORT_TERUGGEDRAAID,
    )
    return session.scalars(query).first() or {}


def work_out(session: Session, batch: Importbatch, deel: Deel = ALLES) -> Terugkeer:
    """Work out what undoing this import, or a question of it, does; raise AlreadyUndone or NotUndoable."""
    if (earlier := undone(session, batch)) is not None:
        raise AlreadyUndone(name_of_account(session, batch.school_id, earlier.door), earlier.op)
    handeling, tot = _import_of(session, batch), until(session, batch)
    if handeling is None or tot is None:
        raise NotUndoable
    asked = everything = lines(session, batch)
    sleutels = None
    if deel != ALLES:
        asked = _question(everything, deel)
        sleutels = {(r.soort, r.doel_id) for r in asked if r.doel_id is not None and r.keuze is not Keuze.NIET}
    weg = Terugweg.read(session, handeling, sleutels, asked)
    stappen = weg.steps()
    if deel != ALLES:  # who exchanged a number with them goes back too
        asked = [r for r in everything if r in asked or (r.soort, r.doel_id or 0) in stappen]
    regels = [regel for regel in asked if weg.is_undone(regel, stappen)]
    uit = weggelaten.work_out(session, handeling, asked, weg.links, stappen)
    regels = [regel for regel in regels if not weggelaten.is_ended(regel, uit)]
    return _found(session, batch, handeling, tot, stappen, regels, uit, deel)


def work_out_night(session: Session, school_id: SchoolId, handeling_id: HandelingId, deel: Deel = ALLES) -> Terugkeer:
    """The same of what went by itself in a night."""
    query = select(Handeling).where(Handeling.school_id == school_id, Handeling.id == handeling_id)
    handeling = session.scalar(query)
    if handeling is None:
        raise NotAllowed
    tot = until_of_act(session, handeling)
    if tot is None or handeling.batch_id is None:
        raise NotUndoable
    is_turn = handeling.wat is Wat.OVERGANG and deel == ALLES  # no night does it again, so nothing is asked
    mee = along(session, handeling) if is_turn else ()
    stappen = Terugweg.read(session, handeling, None if deel.sleutel is None else {deel.sleutel}, mee=mee).steps()
    regels = [] if is_turn else list(_applied(session, school_id, stappen.values()))
    batch = get(session, school_id, handeling.batch_id)
    return _found(session, batch, handeling, tot, stappen, regels, Weggelaten(), deel)


def along(session: Session, handeling: Handeling) -> Sequence[Handeling]:
    """What the agreements added at the turn of a school year, in the same transaction: it goes back with it."""
    query = select(Handeling).where(
        Handeling.school_id == handeling.school_id,
        Handeling.op == handeling.op,
        Handeling.wat.in_(VANZELF),
        Handeling.id != handeling.id,
        Handeling.teruggedraaid_id.is_(None),
    )
    return session.scalars(query.order_by(Handeling.id)).all()


def _found(
    session: Session,
    batch: Importbatch,
    handeling: Handeling,
    tot: datetime,
    stappen: dict[Sleutel, Stap],
    regels: list[Importregel],
    uit: Weggelaten,
    deel: Deel,
) -> Terugkeer:
    if not any(stap.verdwijnt or stap.terug for stap in stappen.values()) and not regels and deel != ALLES:
        raise NotUndoable
    in_las = list(_in_las(session, batch.school_id, stappen))
    digest = _digest(batch, stappen, [r.id for r in regels], uit.ids, in_las)
    return Terugkeer(batch, handeling, tot, stappen, regels, uit, in_las, digest, is_deel=deel != ALLES)


def _question(regels: Sequence[Importregel], deel: Deel) -> list[Importregel]:
    """The lines that were answered with this one: who was exchanged with it, or was left out with its groep."""
    regel = next((each for each in regels if each.id == deel.regel_id), None)
    if regel is None:
        raise NotAllowed
    found = vragen.together(regel, regels)
    if KINDS[regel.soort].takes_along and regel.keuze is Keuze.NIET:
        found += [each for each in regels if each.via_groep and regel.las_key in each.groep_keys]
    return found


def _applied(session: Session, school_id: SchoolId, stappen: Iterable[Stap]) -> Iterator[Importregel]:
    """The lines by which a night made the links that end; the newest about each."""
    for stap in stappen:
        about = (Importregel.toegepast_id == stap.id, Importregel.gewist_op.is_(None))
        query = select(Importregel).where(Importregel.school_id == school_id, Importregel.soort == stap.soort, *about)
        found = session.scalars(query.order_by(Importregel.id.desc())) if stap.lost else ()
        mine = next((r for r in found if (r.las_key, r.eckid) == stap.nummers), None)
        if mine is not None:
            yield mine


def _import_of(session: Session, batch: Importbatch) -> Handeling | None:
    """The act of an import; None of one from before acts were written down."""
    query = select(Handeling).where(
        Handeling.school_id == batch.school_id, Handeling.batch_id == batch.id, Handeling.wat == Wat.IMPORT
    )
    return session.scalar(query)


def _in_las(session: Session, school_id: SchoolId, stappen: Mapping[Sleutel, Stap]) -> Iterator[InLas]:
    lose = {id_: s for (soort, id_), s in stappen.items() if KINDS[soort].has_results and s.lost and not s.verdwijnt}
    counts = bezorging.delivered(session, school_id, [LeerlingId(id_) for id_ in lose])
    named = bezorging.which(session, school_id, list(counts)) if sum(counts.values()) <= _NAMED else {}
    for id_, number in counts.items():
        stap = lose[id_]
        yield InLas(stap.naam, next(filter(None, stap.nummers), ""), number, named.get(id_, ()))


def _digest(batch: Importbatch, stappen: Mapping[Sleutel, Stap], *rest: object) -> str:
    steps = [
        [*key, stap.verdwijnt, sorted(stap.terug.items()), [(b.veld, b.reden, b.resultaten) for b in stap.blijft]]
        for key, stap in sorted(stappen.items())
    ]
    return sha256(json.dumps([batch.id, steps, *rest], default=str).encode()).hexdigest()
