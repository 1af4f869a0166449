"""Taking a record over from another of the LAS: whoever loses it becomes a question of the same aanlevering.

A link that was made by itself may be taken over. What a person said is opened first, so that nobody overrules a
colleague without reading whom it was about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.errors import NotAllowed
from webapp.matching.vetoes import Veto
from webapp.models import BatchStatus, Importbatch, Importregel, Keuze, Soort, Zekerheid
from webapp.models.ids import AccountId
from webapp.services.clock import database_clock
from webapp.services.controle import ruil
from webapp.services.controle.batch import lines, name_of_account
from webapp.services.controle.errors import PartOfExchange, TargetTaken
from webapp.services.inname.soorten import KINDS, Doel, is_same

_FIELDS = ("achternaam", "voorvoegsel", "roepnaam", "geboortedatum", "geslacht", "jaargroep", "email")


@dataclass(frozen=True, slots=True)
class Houder:
    """Who of the LAS one of our records is linked with, or will be by the import."""

    naam: str
    regel: Importregel | None
    """The line about them in this aanlevering; nothing changed about somebody who has none."""
    door_id: AccountId | None
    """The person who linked them; nobody, when it went by itself."""
    door: str | None = None
    """Their name, as far as they are still of this school."""


def holders(
    session: Session, regel: Importregel, doelen: Iterable[Doel], regels: Sequence[Importregel]
) -> dict[int, Houder]:
    """Who has each of these records that this line might be linked with; none for what is free, or this line's own."""
    others = [other for other in regels if other.soort is regel.soort and other is not regel]
    chosen = {other.doel_id: other for other in others if other.keuze is Keuze.KOPPEL}
    let_go = {regel.toegepast_id, *(other.toegepast_id for other in others)}
    asked = [other for other in others if other.toegepast_id is None]
    kind = KINDS[regel.soort]
    found, outside = dict[int, Houder](), dict[int, Doel]()
    for doel in doelen:
        other = chosen.get(doel.id)
        if other is not None:
            found[doel.id] = _houder(session, regel, other.weergavenaam, other, other.gekozen_door)
        elif (
            doel.id not in let_go
            and kind.is_linked_elsewhere(regel, doel)
            and not any(is_same(doel, other) for other in asked)
        ):
            outside[doel.id] = doel
    linked_by = _linked_by(session, regel, outside)
    return found | {id_: _houder(session, regel, doel.naam, None, linked_by.get(id_)) for id_, doel in outside.items()}


def _houder(
    session: Session, regel: Importregel, naam: str, other: Importregel | None, door_id: AccountId | None
) -> Houder:
    return Houder(naam, other, door_id, name_of_account(session, regel.school_id, door_id))


def take_over(session: Session, regel: Importregel, doel: Doel, *, door: AccountId) -> None:
    """Free a record for this line. Raise TargetTaken for what a person linked, PartOfExchange for who was exchanged."""
    regels = lines(session, regel.batch)
    _check_exchange(session, doel, regels)
    houder = holders(session, regel, [doel], regels).get(doel.id)
    if houder is None:
        return
    if houder.door_id is not None:
        raise TargetTaken(houder.naam, houder.door)
    lost = houder.regel or line_about(regel.batch, doel, regel.soort)
    ask(session, lost, doel, door=door)
    lost.eerdere_keuze = Keuze.KOPPEL


def loser(session: Session, regel: Importregel) -> Importregel | None:
    """Who is a question because this line has their record now."""
    return next((lost for lost in _lost(session, regel.batch) if lost.toegepast_id == regel.doel_id), None)


def give_back(session: Session, batch: Importbatch) -> None:
    """Link those again who are a question only because of a record that nobody has any more."""
    lost = _lost(session, batch)
    if not lost:
        return
    chosen = {(other.soort, other.doel_id) for other in lines(session, batch) if other.keuze is Keuze.KOPPEL}
    for regel in lost:
        if (regel.soort, regel.toegepast_id) not in chosen:
            regel.keuze, regel.eerdere_keuze, regel.doel_id = Keuze.KOPPEL, None, regel.toegepast_id
            regel.matchregel, regel.kandidaten = "teruggegeven", []
            regel.gekozen_door = regel.gekozen_op = regel.later_door = regel.later_op = None


def _lost(session: Session, batch: Importbatch) -> Sequence[Importregel]:
    """The open questions about those whose link went by itself, until another took their record."""
    return session.scalars(
        select(Importregel).where(
            Importregel.school_id == batch.school_id,
            Importregel.batch_id == batch.id,
            Importregel.keuze.is_(None),
            Importregel.eerdere_keuze == Keuze.KOPPEL,
            Importregel.toegepast_id.is_not(None),
        )
    ).all()


def is_taken(session: Session, regel: Importregel, doel_id: int) -> bool:
    """Whether another of the LAS has a record, or will have it by the import."""
    doelen = KINDS[regel.soort].find(session, regel.school_id, [doel_id])
    return doel_id in holders(session, regel, doelen.values(), lines(session, regel.batch))


def ask_who_lost(session: Session, batch: Importbatch, back: Collection[int], *, door: AccountId) -> None:
    """Make a question of those of these lines, back since now, whose record another got meanwhile."""
    regels = lines(session, batch)
    chosen = [(each.soort, each.doel_id) for each in regels if each.keuze is Keuze.KOPPEL]
    for regel in regels:
        if regel.id in back and regel.keuze is Keuze.KOPPEL and chosen.count((regel.soort, regel.doel_id)) > 1:
            doel = KINDS[regel.soort].find(session, regel.school_id, [regel.doel_id or 0])[regel.doel_id or 0]
            ask(session, regel, doel, door=door)


def open_answer(session: Session, regel: Importregel, doel: Doel, *, door: AccountId) -> Importregel:
    """Make a question again of what a person said about the record that this line might be linked with.

    Return the line that is open now; raise NotAllowed when no person said anything.
    """
    houder = holders(session, regel, [doel], lines(session, regel.batch)).get(doel.id)
    if houder is None or houder.door_id is None:
        raise NotAllowed
    other = houder.regel or line_about(regel.batch, doel, regel.soort)
    if ruil.of(session, other):
        ruil.answer(session, other, None, door=door)
    else:
        ask(session, other, doel, door=door)
    return other


def ask(session: Session, regel: Importregel, doel: Doel, *, door: AccountId) -> None:
    """Make a question of a line that had this record: who else of ours is meant? The record itself comes last."""
    session.add(regel)
    session.flush()
    kind = KINDS[regel.soort]
    regels = [other for other in lines(session, regel.batch) if other.soort is regel.soort]
    taken = {other.doel_id for other in regels if other.keuze is Keuze.KOPPEL} | {doel.id}
    free = [
        other
        for other in kind.all_of(session, regel.school_id)
        if other.id not in taken and not kind.is_linked_elsewhere(regel, other)
    ]
    known = [kandidaat for kandidaat in regel.kandidaten if kandidaat["id"] != doel.id]
    found = known or kind.remaining(regel, doel, free, regel.batch.schooljaar)
    regel.kandidaten = [*found, {"id": doel.id, "redenen": list(regel.redenen)}]
    regel.matchregel = Veto.AL_GEKOPPELD
    regel.keuze, regel.doel_id, regel.via_groep = None, None, False
    regel.gekozen_door, regel.gekozen_op = door, database_clock(session)


def _check_exchange(session: Session, doel: Doel, regels: list[Importregel]) -> None:
    for other in regels:
        if other.ruil is not None and doel.id in (other.ruil["naam"], other.ruil["nummer"]):
            ring = ruil.of(session, other)
            if ring:
                raise PartOfExchange(ruil.names(ring))


def _linked_by(session: Session, regel: Importregel, doelen: Mapping[int, Doel]) -> dict[int, AccountId | None]:
    """Who linked each record in an aanlevering that was imported, as it is linked now; not when it went by itself."""
    if not doelen:
        return {}
    rows = session.scalars(
        select(Importregel)
        .join(Importbatch, Importbatch.id == Importregel.batch_id)
        .where(
            Importregel.school_id == regel.school_id,
            Importbatch.status == BatchStatus.VERWERKT,
            Importregel.soort == regel.soort,
            Importregel.keuze == Keuze.KOPPEL,
            is_among(Importregel.doel_id, doelen),
            Importregel.gekozen_door.is_not(None),
        )
        .order_by(Importregel.id)
    )
    mine = (row for row in rows if row.doel_id is not None and is_same(doelen[row.doel_id], row))
    return {row.doel_id: row.gekozen_door for row in mine if row.doel_id is not None}


def line_about(batch: Importbatch, doel: Doel, soort: Soort) -> Importregel:
    """A line about somebody of the LAS in whom nothing changed, as they were written last."""
    kind = KINDS[soort]
    is_person = hasattr(doel, "roepnaam")
    return Importregel(
        batch=batch,
        school_id=batch.school_id,
        soort=soort,
        las_key=doel.las_key,
        eckid=doel.eckid,
        naam=None if is_person else doel.naam,
        groep_keys=[groep.las_key for groep in kind.groepen_of_doel(doel) if groep.las_key is not None],
        voorstel=Zekerheid.ZEKER,
        matchregel=Veto.AL_GEKOPPELD,
        redenen=[],
        kandidaten=[],
        doel_id=doel.id,
        toegepast_id=doel.id,
        **{name: getattr(doel, name, None) for name in _FIELDS},
    )
