"""Accounts of nobody: of no school any more and not of klantenservice. After a term they say nothing of anybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, case, delete, exists, func, literal, select, update
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.models import Account, Bewaard, Identiteit, Medewerker, Sessie, Toetreding
from webapp.muur import OEFENAAR

GEWIST = "gewist account"
"""What the trail calls somebody whose account was emptied."""
_SAMEN = 500
_ROWS_ALONE = {"synchronize_session": False}


def empty(session: Session, now: datetime, settings: Settings) -> int:
    """Empty accounts that were of no school for the whole term; the rows stay, the trail points at them.

    A row is locked before it is asked whether it is of a school by now: an invitation may be accepted meanwhile.
    """
    is_of_nobody = and_(
        ~Account.is_klantenservice,
        Account.id != OEFENAAR,  # of no school that is seen here
        Account.email.not_like("gewist-%"),
        ~exists().where(Medewerker.account_id == Account.id),
        ~exists().where(func.lower(Toetreding.email) == func.lower(Account.email), Toetreding.uitkomst.is_(None)),
    )
    is_news = Account.zonder_school_op.is_(None) == is_of_nobody  # to be marked, or not any more
    since = case((is_of_nobody, literal(now)))
    session.execute(update(Account).where(is_news).values(zonder_school_op=since), execution_options=_ROWS_ALONE)
    is_due = Account.zonder_school_op <= now - settings.bewaar_accounts
    found = session.scalars(select(Account.id).where(is_due).limit(_SAMEN).with_for_update()).all()
    still = and_(Account.id.in_(found), is_of_nobody)
    gone = session.scalars(select(Account).where(still).execution_options(populate_existing=True)).all()
    for account in gone:
        account.email, account.naam, account.nieuw_email, account.password = f"gewist-{account.id}", GEWIST, None, None
        account.active, account.zonder_school_op = False, None
        account.tf_primary_method = account.tf_totp_secret = account.tf_teller = account.mf_recovery_codes = None
        account.wissen_door = account.wissen_op = None
    session.flush()
    ids = [account.id for account in gone]
    session.execute(delete(Sessie).where(Sessie.account_id.in_(ids)), execution_options=_ROWS_ALONE)
    session.execute(delete(Identiteit).where(Identiteit.account_id.in_(ids)), execution_options=_ROWS_ALONE)
    session.execute(delete(Bewaard).where(Bewaard.account_id.in_(ids)), execution_options=_ROWS_ALONE)
    return len(gone)
