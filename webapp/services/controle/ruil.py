"""Leerlingen whom the LAS exchanged: one question about all of them, answered in one act or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Integer, case, literal, select, update
from sqlalchemy.orm import Session

from webapp.models import Importregel, Keuze, Leerling
from webapp.models.ids import AccountId
from webapp.services import vragen
from webapp.services.clock import database_clock
from webapp.services.controle.batch import results_of
from webapp.services.controle.errors import NoQuestion, OnlyLater, PartOfExchange, TargetTaken
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.versturen import bezorging


class Ruilantwoord(StrEnum):
    """What a person may say of two who were exchanged; that they do not know is no answer."""

    OMDRAAIEN = "omdraaien"
    """The names are right: each keeps the record that is called like them, and the numbers change places."""
    NUMMER = "nummer"
    """The numbers are right: each keeps the record that has their number, and the names change places."""


def of(session: Session, regel: Importregel) -> list[Importregel]:
    """Return the lines that are one question with this one, itself first; nothing for an ordinary question."""
    if regel.ruil is None:
        return []
    query = select(Importregel).where(
        Importregel.school_id == regel.school_id,
        Importregel.batch_id == regel.batch_id,
        Importregel.soort == regel.soort,
        Importregel.ruil.is_not(None),
    )
    return vragen.exchanged(regel, session.scalars(query.order_by(Importregel.id)).all())


def check_alone(session: Session, regel: Importregel) -> None:
    """Raise PartOfExchange when a line is one question with others."""
    ring = of(session, regel)
    if ring:
        raise PartOfExchange(names(ring))


def names(ring: Sequence[Importregel]) -> tuple[str, ...]:
    """Who they are, by name."""
    return tuple(sorted(regel.weergavenaam for regel in ring))


def answer(session: Session, regel: Importregel, antwoord: Ruilantwoord | None, *, door: AccountId) -> None:
    """Answer the whole question in one statement, or make a question of it again.

    The line is open and the school locked (`keuzes.answer_exchange`). Raise OnlyLater for more than two.
    """
    ring = of(session, regel)
    if not ring:
        raise NoQuestion
    if antwoord is not None and len(ring) > 2:
        raise OnlyLater
    targets = {each.id: target_of(each, antwoord) for each in ring if antwoord is not None}
    _check_free(session, ring, targets.values())
    doel = case(targets, value=Importregel.id, else_=None) if targets else literal(None, Integer)
    session.execute(
        update(Importregel)
        .where(Importregel.school_id == regel.school_id, Importregel.id.in_([each.id for each in ring]))
        .values(
            keuze=Keuze.KOPPEL if targets else None,
            doel_id=doel,
            via_groep=False,
            eerdere_keuze=None,
            gekozen_door=door,
            gekozen_op=database_clock(session),
            later_door=None,
            later_op=None,
        )
        .execution_options(synchronize_session=False)
    )
    for each in ring:
        session.refresh(each)


def target_of(regel: Importregel, antwoord: Ruilantwoord) -> int:
    """Our record that a line is linked with by this answer."""
    assert regel.ruil is not None
    return regel.ruil["naam"] if antwoord is Ruilantwoord.OMDRAAIEN else regel.ruil["nummer"]


def given(ring: Sequence[Importregel]) -> Ruilantwoord | None:
    """The answer that all lines of an exchange have; None while it is open, or when they do not say the same."""
    for antwoord in Ruilantwoord:
        if all(each.keuze is Keuze.KOPPEL and each.doel_id == target_of(each, antwoord) for each in ring):
            return antwoord
    return None


def _check_free(session: Session, ring: Sequence[Importregel], targets: object) -> None:
    """Nobody else may have been linked with one of these records meanwhile."""
    first = ring[0]
    wanted = {id_ for each in ring if each.ruil is not None for id_ in (each.ruil["naam"], each.ruil["nummer"])}
    other = session.scalar(
        select(Importregel).where(
            Importregel.school_id == first.school_id,
            Importregel.batch_id == first.batch_id,
            Importregel.soort == first.soort,
            Importregel.keuze == Keuze.KOPPEL,
            Importregel.doel_id.in_(wanted),
            Importregel.id.not_in([each.id for each in ring]),
        )
    )
    if other is not None:
        raise TargetTaken(other.weergavenaam, None)


@dataclass(frozen=True, slots=True)
class Lid:
    """One of those who were exchanged: what came, beside our record that has its number."""

    regel: Importregel
    bij: Leerling
    resultaten: int
    """Of our record."""
    in_las: int
    """How many of these the LAS has already, under the number that it has now."""
    regel_op_naam: Importregel
    """The line that is called like our record."""

    def moves(self, antwoord: Ruilantwoord) -> bool:
        """Whether our record gets another number by this answer, so that what the LAS has stands at the other child."""
        regel = self.regel_op_naam if antwoord is Ruilantwoord.OMDRAAIEN else self.regel
        return self.bij.las_key not in (None, regel.las_key)


def members(session: Session, ring: Sequence[Importregel]) -> list[Lid]:
    """Return who were exchanged, with what is at stake for each."""
    by_number = {each.ruil["nummer"]: each for each in ring if each.ruil is not None}
    by_name = {each.ruil["naam"]: each for each in ring if each.ruil is not None}
    ours = LEERLING.find(session, ring[0].school_id, by_number)
    counts = results_of(session, ring[0].school_id, ours)
    return [
        Lid(
            by_number[id_],
            leerling,
            counts.get(id_, 0),
            bezorging.count_delivered(session, leerling.school_id, [leerling.id]),
            by_name[id_],
        )
        for id_, leerling in ours.items()
    ]
