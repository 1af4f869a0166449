"""Asking anew who of ours a record of the LAS is that was linked long ago; the review and its import do the rest.

Nothing changes by the question itself. Until somebody answered it and imported that, no result of this leerling goes,
and no night takes the question away.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import BatchStatus, Daad, Importbatch, Importregel, Koppeling
from webapp.models.ids import AccountId, SchoolId
from webapp.services import aanwezig, audit, sloten
from webapp.services.clock import database_now
from webapp.services.controle import gegeven, kloptniet, overname
from webapp.services.controle.batch import lines
from webapp.services.controle.gegeven import Toestand
from webapp.services.inname import opzoeken
from webapp.services.inname.batch import fingerprint, open_of


class NothingToReopen(DomainError):
    """This record is not linked with anybody whom the LAS has now."""


def reopen(session: Session, school_id: SchoolId, soort: str, doel_id: int, *, door: AccountId) -> Importregel:
    """Make a question of the link of one of our records; one that is asked already stays as it is."""
    sloten.lock(session, school_id)
    koppeling = sloten.koppeling_of(session, school_id)
    kind, doel = opzoeken.get(session, school_id, soort, doel_id, groepen=None)
    stand = gegeven.stand_of(session, kind, doel)
    if stand.regel is not None:
        return stand.regel
    is_imported = koppeling is not None and aanwezig.was_imported(session, school_id)
    if koppeling is None or not is_imported or stand.toestand is not Toestand.GEKOPPELD:
        raise NothingToReopen
    batch = open_of(session, school_id) or begin(session, school_id, koppeling)
    known = (each for each in lines(session, batch) if each.soort is kind.soort and each.toegepast_id == doel.id)
    regel = next(known, None) or overname.line_about(batch, doel, kind.soort)
    overname.ask(session, regel, doel, door=door)
    batch.rev += 1
    audit.record(session, Daad.KOPPELING_HEROPEND, f"{kind.soort} {doel.id}", door=door, school_id=school_id)
    return regel


def begin(session: Session, school_id: SchoolId, koppeling: Koppeling) -> Importbatch:
    """A review for this question alone; nobody is mailed about what they just asked."""
    now = database_now(session)
    batch = Importbatch(
        school_id=school_id,
        koppeling_id=koppeling.id,
        status=BatchStatus.WACHT_OP_CONTROLE,
        schooljaar=koppeling.schooljaar,
        vingerafdruk=fingerprint([], {}),
        tellingen={},
        opgehaald_op=koppeling.opgehaald_op or now,
        gemaild_op=now,
    )
    session.add(batch)
    session.flush()
    return batch


def end_when_all_is_as_it_was(session: Session, batch: Importbatch, door: AccountId) -> None:
    """A review of links alone ends once each is what it was: there is nothing to import."""
    session.flush()
    asked_links_only = batch.vingerafdruk == fingerprint([], {})
    if asked_links_only and not any(regel.is_work for regel in batch.regels):
        batch.status, batch.verwerkt_op, batch.verwerkt_door = BatchStatus.VERWERKT, database_now(session), door
        kloptniet.answered(session, batch, batch.regels, door=door)
