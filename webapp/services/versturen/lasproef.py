"""What nobody can read in the standard is tried once with a school that agreed: which results that takes.

Each is a result that goes anyway, to the leerling whose it is: nothing is made up for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import (
    Account,
    Bezorging,
    Daad,
    Koppeling,
    Levering,
    Medewerker,
    Resultaat,
    Rol,
    Uitkomst,
    Verzending,
)
from webapp.models.ids import KoppelingId, ResultaatId, VerzendingId
from webapp.models.koppeling import KoppelingAct
from webapp.schooljaar import days_of
from webapp.services import audit, sloten
from webapp.services.clock import database_clock
from webapp.services.versturen import klaarzetten, nazending, volgende
from webapp.services.versturen.leveringen import NotRunning


class NoBeheerder(DomainError):
    """Whoever is said to agree is no beheerder of this school."""


class Proef(StrEnum):
    """What is tried, in this order: the first says whether the LAS takes anything at all."""

    GEWOON = "gewoon"
    ZELFDE_SLEUTEL = "zelfde_sleutel"
    """A result that it confirmed, once more under the same key and unchanged."""
    VERBETERING = "verbetering"
    """A new version under the key of one that it confirmed."""
    ANDER_SCHOOLJAAR = "ander_schooljaar"


_AT_MOST = {Proef.GEWOON: 2}


def agree(session: Session, koppeling_id: KoppelingId, email: str) -> None:
    """Write down which beheerder agreed, prepare what is to be sent, and make the school due."""
    koppeling = sloten.koppeling(session, koppeling_id)
    if koppeling is None or koppeling.school_id is None or not koppeling.mag(KoppelingAct.VERSTUREN):
        raise NotRunning
    query = select(Account.id).join(Medewerker, Medewerker.account_id == Account.id)
    mine = Medewerker.school_id == koppeling.school_id, Medewerker.rol == Rol.BEHEERDER
    account_id = session.scalar(query.where(*mine, func.lower(Account.email) == email.lower()))
    if account_id is None:
        raise NoBeheerder
    klaarzetten.prepare(session, koppeling.school_id)
    nazending.put_in_line(session, koppeling, by_hand=1)
    koppeling.zenden_op = database_clock(session)
    audit.about(session, Daad.LAS_PROEF, koppeling, door=None, akkoord=f"account {account_id}")


def pick(session: Session, koppeling_id: KoppelingId, proef: Proef) -> Sequence[ResultaatId]:
    """Return the results that one of these is tried with; none when there is nothing of the kind."""
    koppeling = session.get_one(Koppeling, koppeling_id)
    assert koppeling.school_id is not None, "somebody agreed"
    assert koppeling.schooljaar is not None, "it was handed in"
    if proef is Proef.ZELFDE_SLEUTEL:
        return [each.id for each in volgende.choose_control(session, koppeling.school_id)]
    first, _ = days_of(koppeling.schooljaar)
    query = (
        select(Levering.resultaat_id)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .where(Levering.school_id == koppeling.school_id, volgende.sendable())
        .where((Resultaat.afnamedatum < first) if proef is Proef.ANDER_SCHOOLJAAR else Resultaat.afnamedatum >= first)
        .order_by(Levering.pogingen, Levering.resultaat_id)
        .limit(_AT_MOST.get(proef, 1))
    )
    if proef is not Proef.ANDER_SCHOOLJAAR:
        query = query.where(_was_confirmed() if proef is Proef.VERBETERING else ~_was_confirmed())
    return session.scalars(query).all()


def outcome(session: Session, koppeling_id: KoppelingId, since: VerzendingId) -> Uitkomst | None:
    """Return how the first message after this one ended; None when there was none."""
    query = (
        select(Verzending.uitkomst)
        .join(Koppeling, Koppeling.id == Verzending.koppeling_id)
        .where(Verzending.school_id == Koppeling.school_id, Koppeling.id == koppeling_id, Verzending.id > since)
    )
    return session.scalar(query.order_by(Verzending.id).limit(1))


def last_message(session: Session, koppeling_id: KoppelingId) -> VerzendingId:
    """Return the newest message of this koppeling, zero before the first."""
    query = select(func.max(Verzending.id)).join(Koppeling, Koppeling.id == Verzending.koppeling_id)
    newest = session.scalar(query.where(Verzending.school_id == Koppeling.school_id, Koppeling.id == koppeling_id))
    return newest or VerzendingId(0)


def _was_confirmed() -> ColumnElement[bool]:
    """The condition that the LAS has a version of this result under its key."""
    return exists().where(
        Bezorging.school_id == Resultaat.school_id,
        Bezorging.sleutel == Resultaat.sleutel,
        Bezorging.versie > 0,
        Bezorging.elders_op.is_(None),
    )
