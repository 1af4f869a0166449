"""The account of a board that somebody logs in with: tied to an account that is there, untied, and who it opens to.

Who it is, is (issuer, tenant, subject) and nothing else. No address is compared, and nothing here makes an account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import Account, Daad, Identiteit, MailSoort, Sessie
from webapp.models.ids import AccountId, IdentiteitId
from webapp.services import audit, mails
from webapp.services.toegang.errors import AlVerbonden, BestuurGeweigerd, Weigering


@dataclass(frozen=True)
class Wie:
    """Somebody, as the server of their board says it in a token that we believe."""

    issuer: str
    tenant: str
    subject: str
    naam: str
    """To show, and for nothing else: people choose it themselves."""
    is_strong: bool
    """Whether the board asked for a second step just now."""


def account_of(session: Session, wie: Wie) -> Account:
    """Return who logs in with this account of a board; raise BestuurGeweigerd when nobody may."""
    query = select(Account).join(Identiteit, Identiteit.account_id == Account.id)
    account = session.scalar(query.where(*_is(wie)))
    if account is None:
        raise BestuurGeweigerd(Weigering.ONBEKEND)
    if account.is_klantenservice:
        raise BestuurGeweigerd(Weigering.KLANTENSERVICE)
    if not account.active:
        raise BestuurGeweigerd(Weigering.UITGEZET)
    return account


def of_account(session: Session, account_id: AccountId) -> Sequence[Identiteit]:
    """Return what is tied to this account, the oldest first."""
    return session.scalars(select(Identiteit).where(Identiteit.account_id == account_id).order_by(Identiteit.id)).all()


def tie(session: Session, account_id: AccountId, wie: Wie, *, bestuur: str) -> None:
    """Let it log in to this account from now on, and tell its address; raise AlVerbonden when it does so anywhere."""
    account = session.get_one(Account, account_id, with_for_update=True, populate_existing=True)
    if account.is_klantenservice or not account.active:
        raise NotAllowed
    values = {"issuer": wie.issuer, "tenant": wie.tenant, "subject": wie.subject, "naam": wie.naam or bestuur}
    new = insert(Identiteit).values(account_id=account_id, **values).on_conflict_do_nothing()
    identiteit_id = session.scalar(new.returning(Identiteit.id))
    if identiteit_id is None:
        raise AlVerbonden
    _tell(session, account, identiteit_id, Daad.BESTUURSACCOUNT_VERBONDEN, values["naam"], bestuur)


def untie(
    session: Session, account_id: AccountId, identiteit_id: IdentiteitId, *, bestuur: str, token_hash: str
) -> str:
    """Let it log in no more, end every other login of the account, and tell its address. Return how it was called."""
    account = session.get_one(Account, account_id, with_for_update=True)
    row = session.scalar(select(Identiteit).where(Identiteit.id == identiteit_id, Identiteit.account_id == account_id))
    if row is None:
        raise NotAllowed
    session.delete(row)
    others = Sessie.account_id == account_id, Sessie.token_hash != token_hash, Sessie.beeindigd_op.is_(None)
    session.execute(update(Sessie).where(*others).values(beeindigd_op=func.now()))
    _tell(session, account, row.id, Daad.BESTUURSACCOUNT_LOSGEMAAKT, row.naam, bestuur)
    return row.naam


def refuse(session: Session, bestuur: str, reden: Weigering, *, door: AccountId | None) -> None:
    """Write down that somebody did not come in by this board; of whom is not known, or not believed."""
    about = f"bestuur {bestuur}"
    audit.record(session, Daad.BESTUURSACCOUNT_GEWEIGERD, about, door=door, school_id=None, reden=reden)


def _is(wie: Wie) -> tuple[ColumnElement[bool], ...]:
    return Identiteit.issuer == wie.issuer, Identiteit.tenant == wie.tenant, Identiteit.subject == wie.subject


def _tell(session: Session, account: Account, id_: IdentiteitId, daad: Daad, naam: str, bestuur: str) -> None:
    told: dict[str, Any] = {
        "naam_bij_bestuur": naam,
        "bestuur": bestuur,
        "is_verbonden": daad is Daad.BESTUURSACCOUNT_VERBONDEN,
    }
    mails.add(session, MailSoort.BESTUURSACCOUNT, account.email, account_id=account.id, **told)
    audit.record(session, daad, f"account {account.id}", door=account.id, school_id=None, identiteit=id_)
