"""What a leerkracht sees of questions that were handed over, and says of them. It writes nothing of the review.

Of each question they see what `Voorlegging` has and nothing else, while it is open and was asked of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.errors import NotAllowed
from webapp.models import Account, Advies, Daad, Importregel, Overdracht, Overdrachtvraag
from webapp.models.ids import AccountId, OverdrachtId, OverdrachtvraagId, SchoolId
from webapp.services import audit, sloten, vragen
from webapp.services.clock import database_now
from webapp.services.controle import kandidaten
from webapp.services.controle.batch import groepsnamen
from webapp.services.controle.doorgegeven import is_open, open_lines
from webapp.services.controle.errors import HandedOverEnded
from webapp.services.controle.kandidaten import Kandidaat
from webapp.services.inname.soorten import KINDS
from webapp.services.inname.soorten.leerling import LEERLING


@dataclass(frozen=True, slots=True)
class Kant:
    """One side of a question, as a leerkracht sees it."""

    naam: str
    geboren: date | None
    groep: str


@dataclass(frozen=True, slots=True)
class Voorlegging:
    """One question as a leerkracht sees it: no number of anybody, and no reason that names one."""

    vraag_id: OverdrachtvraagId
    las: Kant
    wij: Kant
    resultaten: int
    advies: Advies | None
    opmerking: str


@dataclass(frozen=True, slots=True)
class Stapel:
    """What one colleague asks."""

    overdracht_id: OverdrachtId
    van: str
    bericht: str | None
    tot: datetime
    aantal: int
    """How many questions: about two who were exchanged it is one."""
    open: int
    """Of how many they have not said anything, or not of all."""
    vragen: list[Voorlegging]


def for_reader(session: Session, school_id: SchoolId, account_id: AccountId) -> list[Stapel]:
    """Return the open questions that a leerkracht was asked about, the first asked first."""
    query = (
        select(Overdracht)
        .where(Overdracht.school_id == school_id, Overdracht.aan == account_id, is_open())
        .options(selectinload(Overdracht.vragen))
        .order_by(Overdracht.id)
    )
    stapels = []
    for row in session.scalars(query):
        lines = open_lines(session, row)
        open_, said = {regel.id: regel for regel in lines}, {vraag.regel_id for vraag in row.vragen if vraag.advies}
        shown = [each for vraag in row.vragen if (each := _shown(session, vraag, open_.get(vraag.regel_id)))]
        if shown:
            van, asked = session.get_one(Account, row.door).naam, vragen.questions(lines)
            left = sum(any(regel.id not in said for regel in each) for each in asked)
            stapels.append(Stapel(row.id, van, row.bericht, row.tot, len(asked), left, shown))
    return stapels


def count_for_reader(session: Session, school_id: SchoolId, account_id: AccountId) -> int:
    """Return about how many questions they have not said anything yet."""
    return sum(stapel.open for stapel in for_reader(session, school_id, account_id))


def next_for_reader(
    session: Session, school_id: SchoolId, account_id: AccountId, *, after: OverdrachtvraagId
) -> OverdrachtvraagId | None:
    """Return the question to look at after this one: the first below it of which they said nothing, else above it."""
    shown = [vraag for stapel in for_reader(session, school_id, account_id) for vraag in stapel.vragen]
    at = next((place for place, vraag in enumerate(shown) if vraag.vraag_id == after), -1)
    return next((vraag.vraag_id for vraag in (*shown[at + 1 :], *shown[: at + 1]) if vraag.advies is None), None)


def advise(
    session: Session,
    school_id: SchoolId,
    vraag_id: OverdrachtvraagId,
    advies: Advies,
    opmerking: str,
    *,
    door: AccountId,
) -> str:
    """Keep what a leerkracht says of a question; it may be said again. Return who asked.

    Raise NotAllowed for a question that was not asked of them, and HandedOverEnded when it is over.
    """
    sloten.hold(session, school_id)
    query = (
        select(Overdrachtvraag, Overdracht)
        .join(Overdracht, Overdracht.id == Overdrachtvraag.overdracht_id)
        .where(Overdrachtvraag.id == vraag_id, Overdracht.school_id == school_id, Overdracht.aan == door)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotAllowed
    vraag, row = found
    regel = next((each for each in open_lines(session, row) if each.id == vraag.regel_id), None)
    best = _best(session, regel) if regel is not None else None
    if best is None:
        raise HandedOverEnded
    vraag.advies, vraag.opmerking, vraag.kandidaat_id = advies, opmerking or None, best.doel.id
    vraag.geadviseerd_op = database_now(session)
    audit.about(session, Daad.ADVIES_GEGEVEN, row, door=door)
    return session.get_one(Account, row.door).naam


def _shown(session: Session, vraag: Overdrachtvraag, regel: Importregel | None) -> Voorlegging | None:
    """None when there is nothing left to compare, or to answer."""
    best = _best(session, regel) if regel is not None else None
    if regel is None or best is None:
        return None
    names = groepsnamen(session, regel.school_id, regel.batch_id)
    ours = LEERLING.find(session, regel.school_id, [best.doel.id])[best.doel.id]
    return Voorlegging(
        vraag.id,
        Kant(regel.weergavenaam, regel.geboortedatum, ", ".join(names[k] for k in regel.groep_keys if k in names)),
        Kant(ours.naam, ours.geboortedatum, ours.groep.naam if ours.groep else ""),
        best.resultaten,
        vraag.advies,
        vraag.opmerking or "",
    )


def _best(session: Session, regel: Importregel) -> Kandidaat | None:
    if not KINDS[regel.soort].has_results:  # of a beheerder, who answers on the card itself
        return None
    return next(iter(kandidaten.proposed(session, regel)), None)
