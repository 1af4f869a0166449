"""The review: every choice of a beheerder, saved at once."""

from __future__ import annotations

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import Importregel, Keuze
from webapp.models.ids import AccountId, LeerlingId, RegelId, SchoolId
from webapp.services import sloten, vragen
from webapp.services.clock import database_clock, database_now
from webapp.services.controle import heropenen, overname, ruil, zelfde
from webapp.services.controle.batch import name_of_account
from webapp.services.controle.errors import (
    AlreadyAnswered,
    ChoiceTooLate,
    NoQuestion,
    NoTarget,
)
from webapp.services.inname import dubbel, uitzonderingen
from webapp.services.inname.soorten import KINDS


def choose(
    session: Session, school_id: SchoolId, regel_id: RegelId, keuze: Keuze | None, *, door: AccountId
) -> Importregel:
    """Put a line in another category; a groep that is not imported takes its leerlingen along, and brings them back.

    None makes a question of it again, when matching doubted.
    """
    regel = open_line(session, school_id, regel_id)
    ruil.check_alone(session, regel)
    if keuze is None and not regel.kandidaten:
        raise NoQuestion
    if dubbel.is_asked(regel) and keuze is not Keuze.NIET:
        zelfde.answer(session, regel, keuze, door=door)
        sign(session, regel, door)
        heropenen.end_when_all_is_as_it_was(session, regel.batch, door)
        return regel
    if keuze is Keuze.KOPPEL:
        return _link_again(session, regel, door=door)
    was = regel.keuze
    regel.keuze, regel.via_groep = keuze, False
    if regel.toegepast_id is None:
        regel.doel_id = None
    sign(session, regel, door)
    take_along(session, regel, was, door=door)
    overname.give_back(session, regel.batch)
    heropenen.end_when_all_is_as_it_was(session, regel.batch, door)
    return regel


def _link_again(session: Session, regel: Importregel, *, door: AccountId) -> Importregel:
    """Link a line with whom it had, or with the best candidate; never with a record that another has by now."""
    best = regel.kandidaten[0]["id"] if regel.kandidaten else None
    doel_id = regel.doel_id or regel.toegepast_id or best
    if doel_id is None or overname.is_taken(session, regel, doel_id):
        raise NoTarget
    return link(session, regel.school_id, regel.id, doel_id, door=door)


def link(session: Session, school_id: SchoolId, regel_id: RegelId, doel_id: int, *, door: AccountId) -> Importregel:
    """Link a line with one of our own records. Whoever had it by itself becomes a question of this aanlevering.

    Raise TargetTaken when a person linked it with somebody else: that answer has to be opened first.
    """
    regel = open_line(session, school_id, regel_id)
    ruil.check_alone(session, regel)
    if dubbel.is_asked(regel) and doel_id in {each["id"] for each in regel.kandidaten}:
        raise zelfde.MustMerge(LeerlingId(regel.toegepast_id or 0), LeerlingId(doel_id))
    doel = KINDS[regel.soort].find(session, school_id, [doel_id]).get(doel_id)
    if doel is None:
        raise NotAllowed
    overname.take_over(session, regel, doel, door=door)
    was = regel.keuze
    regel.keuze, regel.doel_id, regel.via_groep = Keuze.KOPPEL, doel_id, False
    sign(session, regel, door)
    take_along(session, regel, was, door=door)
    overname.give_back(session, regel.batch)
    heropenen.end_when_all_is_as_it_was(session, regel.batch, door)
    return regel


def answer_exchange(
    session: Session, school_id: SchoolId, regel_id: RegelId, antwoord: ruil.Ruilantwoord | None, *, door: AccountId
) -> Importregel:
    """Answer the one question about those whom the LAS exchanged, or open it again; all of them, or nobody."""
    regel = open_line(session, school_id, regel_id)
    ruil.answer(session, regel, antwoord, door=door)
    return regel


def open_answer(
    session: Session, school_id: SchoolId, regel_id: RegelId, doel_id: int, *, door: AccountId
) -> Importregel:
    """Open what a person said about a record, so that this line can have it; return the line that is open now."""
    regel = open_line(session, school_id, regel_id)
    doel = KINDS[regel.soort].find(session, school_id, [doel_id]).get(doel_id)
    if doel is None:
        raise NotAllowed
    return overname.open_answer(session, regel, doel, door=door)


def put_aside(session: Session, school_id: SchoolId, regel_id: RegelId, *, door: AccountId) -> Importregel:
    """Leave a question for later: it stays open and holds nobody up. Who answered it takes that back by this.

    Raise AlreadyAnswered when it has the answer of somebody else, or of matching.
    """
    regel = open_line(session, school_id, regel_id)
    if regel.keuze is not None and regel.gekozen_door == door:
        choose(session, school_id, regel_id, None, door=door)
    if regel.keuze is not None:
        first = name_of_account(session, school_id, regel.gekozen_door)
        raise AlreadyAnswered(regel.weergavenaam, regel.keuze, first, regel.gekozen_op)
    now = database_now(session)
    for each in vragen.together(regel, regel.batch.regels):
        each.later_door, each.later_op = door, now
    return regel


def stand(regel: Importregel) -> str:
    """What is chosen for a line, as a page shows it and posts it back: a second person answers what they saw."""
    return f"{regel.keuze or 'open'}.{regel.doel_id or ''}{'.groep' if regel.via_groep else ''}"


def check_seen(session: Session, regel: Importregel, gezien: str, *, door: AccountId) -> None:
    """Raise AlreadyAnswered when somebody else chose for this line since the page that shows `gezien`."""
    sloten.lock(session, regel.school_id)
    if regel.gekozen_door not in (None, door) and gezien != stand(regel):
        first = name_of_account(session, regel.school_id, regel.gekozen_door)
        raise AlreadyAnswered(regel.weergavenaam, regel.keuze, first, regel.gekozen_op)


def open_line(session: Session, school_id: SchoolId, regel_id: RegelId) -> Importregel:
    """Lock the school, so that choices and the final import never cross."""
    sloten.lock(session, school_id)
    regel = session.scalar(select(Importregel).where(Importregel.id == regel_id, Importregel.school_id == school_id))
    if regel is None:
        raise NotAllowed
    if not regel.batch.is_open:
        raise ChoiceTooLate
    regel.batch.rev += 1
    return regel


def _left_out(session: Session, groep: Importregel) -> list[str]:
    """The keys of all groepen that are left out, by this review or an earlier one."""
    here = select(Importregel.las_key).where(
        Importregel.school_id == groep.school_id,
        Importregel.batch_id == groep.batch_id,
        Importregel.soort == groep.soort,
        Importregel.keuze == Keuze.NIET,
    )
    return [*uitzonderingen.groep_keys(session, groep.school_id), *(key for key in session.scalars(here) if key)]


def sign(session: Session, regel: Importregel, door: AccountId) -> None:
    """Say who chose, and when."""
    regel.gekozen_door, regel.gekozen_op = door, database_clock(session)
    regel.later_door = regel.later_op = None


def take_along(session: Session, groep: Importregel, was: Keuze | None, *, door: AccountId) -> None:
    """Leave out whoever goes along with a groep that is left out now, and bring them back when it comes back.

    Its leerlingen, and the leerkrachten who are not linked and teach nothing else: as the next night would leave them
    out (`inname.match`).
    Not one of those whom the LAS exchanged: who they are is one question, whatever becomes of the groep of one of them.
    """
    out = groep.keuze is Keuze.NIET
    if not KINDS[groep.soort].takes_along or (was is Keuze.NIET) == out:
        return
    session.flush()
    in_it = (
        Importregel.batch_id == groep.batch_id,
        Importregel.groep_keys.contains([groep.las_key]),
        Importregel.ruil.is_(None),
    )
    teaches_nothing_else = and_(
        Importregel.keuze.is_distinct_from(Keuze.KOPPEL),
        Importregel.groep_keys.contained_by(_left_out(session, groep)),
    )
    goes_in = [soort for soort, kind in KINDS.items() if kind.follows_groep]
    follows = or_(Importregel.soort.in_(goes_in), teaches_nothing_else)
    if out:
        session.execute(
            update(Importregel)
            .where(
                Importregel.school_id == groep.school_id,
                *in_it,
                follows,
                Importregel.keuze.is_distinct_from(Keuze.NIET),
            )
            .values(eerdere_keuze=Importregel.keuze, keuze=Keuze.NIET, via_groep=True, gekozen_door=door)
        )
    else:
        back = session.scalars(
            update(Importregel)
            .where(Importregel.school_id == groep.school_id, *in_it, Importregel.via_groep)
            .values(keuze=Importregel.eerdere_keuze, eerdere_keuze=None, via_groep=False, gekozen_door=door)
            .returning(Importregel.id)
        ).all()
        session.expire_all()
        overname.ask_who_lost(session, groep.batch, set(back), door=door)
    session.expire_all()
