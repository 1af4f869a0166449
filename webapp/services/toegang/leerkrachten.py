"""The leerkrachten of a school as people who log in: invited, suspended when the LAS sends them no more, let in again.

Only an account with the rol of a leerkracht is ever suspended, never a beheerder.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, selectinload

from webapp.config import AMSTERDAM
from webapp.errors import NotAllowed
from webapp.models import Account, Daad, Leerkracht, Lidmaatschap, MailSoort, Medewerker, Rol
from webapp.models.ids import AccountId, LeerkrachtId, SchoolId
from webapp.services import audit, mails
from webapp.services.clock import database_now
from webapp.services.toegang.errors import NobodyToInvite
from webapp.services.toegang.toetreden import hold_as_beheerder, invite_leerkracht, open_of

NACHTEN = 3
"""So many nights in a row the LAS does not send somebody before their access is suspended."""
_HANGS_ON = and_(Leerkracht.id == Medewerker.leerkracht_id, Leerkracht.school_id == Medewerker.school_id)


class Inlog(StrEnum):
    """Whether a leerkracht can log in."""

    ACCOUNT = "account"
    OPGESCHORT = "opgeschort"
    UITGENODIGD = "uitgenodigd"
    ADRES = "adres"
    """Can be invited."""
    GEEN_ADRES = "geen adres"


@dataclass(frozen=True, slots=True)
class Rij:
    """One leerkracht."""

    leerkracht_id: LeerkrachtId
    naam: str
    email: str
    groepen: str
    inlog: Inlog
    account_id: AccountId | None = None


def count_night(session: Session, school_id: SchoolId, *, gevraagd: frozenset[str] | None = None) -> None:
    """After a fetch that went well: count a night for whom the LAS does not send, and suspend after the third.

    Who is held is neither sent nor gone: nothing is counted. `gevraagd` holds the groepen that were asked for.
    """
    now = database_now(session)
    day, suspended = now.astimezone(AMSTERDAM).date(), list[str]()
    query = select(Medewerker, Leerkracht).join(Leerkracht, _HANGS_ON)
    query = query.where(Medewerker.school_id == school_id, Medewerker.rol == Rol.LEERKRACHT)
    for here, leerkracht in session.execute(query.order_by(Medewerker.account_id)):
        if leerkracht.status is Lidmaatschap.ACTIEF:
            if leerkracht.afwezig_sinds is None:
                here.weg_nachten, here.weg_geteld_op = 0, None
        elif here.weg_nachten is not None and here.weg_geteld_op != day and _was_asked(leerkracht, gevraagd):
            here.weg_nachten, here.weg_geteld_op = here.weg_nachten + 1, day
            if here.weg_nachten >= NACHTEN and here.opgeschort_op is None:
                here.opgeschort_op = now
                suspended.append(leerkracht.naam)
                about = f"account {here.account_id}"
                audit.record(session, Daad.TOEGANG_OPGESCHORT, about, door=None, school_id=school_id)
    if suspended:
        mails.add_for_beheerders(session, MailSoort.TOEGANG_OPGESCHORT, school_id, wie=suspended)


def _was_asked(leerkracht: Leerkracht, gevraagd: frozenset[str] | None) -> bool:
    keys = {groep.las_key for groep in leerkracht.groepen}
    return gevraagd is None or not keys or not keys.isdisjoint(gevraagd)


def let_in_again(session: Session, school_id: SchoolId, account_id: AccountId, *, door: AccountId) -> str:
    """Give the access back; no night takes it again until the LAS has sent them anew. Return whose it is."""
    hold_as_beheerder(session, school_id, door)
    query = select(Medewerker).where(Medewerker.school_id == school_id, Medewerker.account_id == account_id)
    here = session.scalar(query)
    if here is None:
        raise NotAllowed
    if here.opgeschort_op is not None:
        here.opgeschort_op = here.weg_nachten = None
        audit.record(session, Daad.TOEGANG_HERSTELD, f"account {account_id}", door=door, school_id=school_id)
    return session.get_one(Account, account_id).naam


def overview(session: Session, school_id: SchoolId, ids: Collection[int] | None = None) -> list[Rij]:
    """Return the leerkrachten of the last aanlevering, or these, and whoever has an account; the suspended first."""
    query = (
        select(Leerkracht, Medewerker, Account)
        .outerjoin(Medewerker, _HANGS_ON)
        .outerjoin(Account, Account.id == Medewerker.account_id)
        .where(Leerkracht.school_id == school_id)
        .options(selectinload(Leerkracht.groepen))
    )
    if ids is not None:
        query = query.where(Leerkracht.id.in_(ids))
    invited = {row.leerkracht_id for row in open_of(session, school_id)}
    rows = [
        _rij(leerkracht, here, account, is_invited=leerkracht.id in invited)
        for leerkracht, here, account in session.execute(query)
        if here is not None or leerkracht.status is Lidmaatschap.ACTIEF
    ]
    return sorted(rows, key=lambda rij: (rij.inlog is not Inlog.OPGESCHORT, rij.naam.casefold()))


def _rij(leerkracht: Leerkracht, here: Medewerker | None, account: Account | None, *, is_invited: bool) -> Rij:
    groepen, email = ", ".join(groep.naam for groep in leerkracht.groepen), leerkracht.email or ""
    if here is not None and account is not None:
        inlog = Inlog.ACCOUNT if here.opgeschort_op is None else Inlog.OPGESCHORT
        return Rij(leerkracht.id, leerkracht.naam, account.email, groepen, inlog, account.id)
    inlog = Inlog.UITGENODIGD if is_invited else Inlog.ADRES if email else Inlog.GEEN_ADRES
    return Rij(leerkracht.id, leerkracht.naam, email, groepen, inlog)


def without_record(session: Session, school_id: SchoolId) -> Sequence[Account]:
    """Return the accounts with the rol of a leerkracht that hang on none: they see no groep."""
    query = select(Account).join(Medewerker, Medewerker.account_id == Account.id)
    here = (Medewerker.school_id == school_id, Medewerker.rol == Rol.LEERKRACHT, Medewerker.leerkracht_id.is_(None))
    return session.scalars(query.where(*here).order_by(Account.naam, Account.id)).all()


def invite(session: Session, school_id: SchoolId, ids: Collection[int], *, door: AccountId) -> int:
    """Invite these, as far as they have an address and no account yet; return how many mails go."""
    hold_as_beheerder(session, school_id, door)
    chosen = [row.leerkracht_id for row in overview(session, school_id, ids) if row.inlog is Inlog.ADRES]
    if not chosen:
        raise NobodyToInvite
    found = select(Leerkracht).where(Leerkracht.school_id == school_id, Leerkracht.id.in_(chosen))
    for leerkracht in session.scalars(found.order_by(Leerkracht.id)):
        invite_leerkracht(session, leerkracht, leerkracht.email or "", door=door)
    return len(chosen)
