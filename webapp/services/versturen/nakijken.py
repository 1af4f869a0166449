"""Results that wait for the school after a restore: the LAS has something newer than we have, or may have."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import Daad, Levering, LeveringStatus
from webapp.models.fout import EigenCode, Fout
from webapp.models.ids import AccountId, ResultaatId, SchoolId
from webapp.services import audit, sloten
from webapp.services.versturen import leveringen
from webapp.uwlr.codes import Owner


class NothingToCheck(DomainError):
    """This result does not wait for anybody to check it."""


def te_controleren(session: Session, school_id: SchoolId) -> int:
    """Return how many results of this school wait until somebody has compared them with the LAS."""
    query = select(func.count()).select_from(Levering).where(Levering.school_id == school_id)
    return session.scalar(query.where(Levering.status == LeveringStatus.NAKIJKEN)) or 0


def mark(levering: Levering, **gegevens: str) -> None:
    """Do not send this result until its score is saved again. `gegevens`: `wij`, and what is known of the LAS."""
    levering.status = LeveringStatus.NAKIJKEN
    levering.fout = Fout(EigenCode.NAKIJKEN, Owner.SCHOOL, gegevens)
    levering.bevestigd, levering.nog_eens_op = 0, None


def score_is_right(session: Session, school_id: SchoolId, resultaat_id: ResultaatId, *, door: AccountId) -> None:
    """Save the score as it is: it goes to the LAS, over what stands there. Raise NothingToCheck for any other."""
    sloten.hold(session, school_id)
    levering = leveringen.find(session, school_id, resultaat_id)
    if levering.status is not LeveringStatus.NAKIJKEN:
        raise NothingToCheck
    leveringen.free_checked(levering)
    audit.record(session, Daad.NAGEKEKEN, f"resultaat {resultaat_id}", door=door, school_id=school_id, resultaten=1)
    leveringen.prepare(session, school_id)
