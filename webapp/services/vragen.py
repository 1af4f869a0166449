"""What counts as one question: a line without an answer, or all lines of those whom the LAS exchanged."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_
from sqlalchemy.orm import aliased

from webapp.models import Importregel, Overdracht, Overdrachtvraag
from webapp.models.importbatch import IS_WORK
from webapp.models.regel import RegelT


def questions(regels: Iterable[Importregel]) -> list[list[Importregel]]:
    """Return the lines of each open question, the questions in the order of their first line."""
    everybody = list(regels)
    found: list[list[Importregel]] = []
    told = set[Importregel]()
    for regel in everybody:
        if regel.is_vraag and regel not in told:
            found.append(together(regel, everybody))
            told.update(found[-1])
    return found


def count(regels: Iterable[Importregel]) -> int:
    """How many questions are open: the one number of mail, overview, page and queue."""
    return len(questions(regels))


def undone() -> ColumnElement[bool]:
    """The condition that nobody did anything about a line: not answered, set aside, or with somebody who was asked.

    What is new waits for its import without a question: it counts where nothing of its aanlevering is asked.
    """
    other = aliased(Importregel)
    question = exists().where(
        other.school_id == Importregel.school_id, other.batch_id == Importregel.batch_id, other.keuze.is_(None)
    )
    asked = exists().where(
        Overdrachtvraag.school_id == Importregel.school_id,
        Overdrachtvraag.regel_id == Importregel.id,
        Overdrachtvraag.advies.is_(None),
        Overdracht.id == Overdrachtvraag.overdracht_id,
        Overdracht.teruggenomen_op.is_(None),
        Overdracht.tot > func.now(),
    )
    return and_(
        IS_WORK,
        Importregel.gekozen_door.is_(None),
        Importregel.later_op.is_(None),
        not_(asked.correlate(Importregel)),
        or_(Importregel.keuze.is_(None), not_(question.correlate(Importregel))),
    )


def together(regel: Importregel, regels: Iterable[Importregel]) -> list[Importregel]:
    """Return all lines of the question that this line is part of, itself first."""
    return exchanged(regel, regels) or [regel]


def exchanged(regel: RegelT, regels: Iterable[RegelT]) -> list[RegelT]:
    """Return the lines that were exchanged with one another, this one first; nothing when it is an ordinary question.

    It is one as long as every line of it is there: from whose number a line has to who is called like that one.
    """
    if regel.ruil is None:
        return []
    by_name = {(other.soort, other.ruil["naam"]): other for other in regels if other.ruil is not None}
    ring, at = [regel], by_name.get((regel.soort, regel.ruil["nummer"]))
    while at is not None and at.ruil is not None and at not in ring:
        ring.append(at)
        at = by_name.get((at.soort, at.ruil["nummer"]))
    return ring if at is regel and len(ring) > 1 else []
