"""An account that is of no school any more goes when its term is over, unless somebody wants it meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import make_account, make_clerk, make_school
from webapp.context import settings
from webapp.models import Account, Identiteit, Medewerker, Rol, School, Sessie
from webapp.services import sloten
from webapp.services.bewaring import accounts
from webapp.services.clock import database_now
from webapp.services.toegang import beheerders, toetreden

TERM = timedelta(days=30)


@pytest.fixture
def school(session: Session) -> School:
    return make_school(session)


@pytest.fixture
def anja(session: Session, school: School) -> Account:
    return make_account(session, Rol.BEHEERDER, school)


@pytest.fixture
def bas(session: Session, school: School) -> Account:
    bas = make_account(session, Rol.BEHEERDER, school, naam="Bas")
    moment = database_now(session)
    session.add(Sessie(account_id=bas.id, token_hash="b", begonnen_op=moment, gezien_op=moment))
    session.add(Identiteit(account_id=bas.id, issuer="i", tenant="t", subject="s", naam="bas@bestuur.example"))
    bas.tf_primary_method, bas.tf_totp_secret, bas.mf_recovery_codes = "authenticator", "geheim", ["a"]
    session.flush()
    return bas


def night(session: Session, when: datetime) -> int:
    gone = accounts.empty(session, when, settings())
    session.expire_all()
    return gone


def test_who_is_of_no_school_is_emptied_after_the_term_and_cannot_log_in(
    session: Session, school: School, anja: Account, bas: Account
) -> None:
    clerk, now, cookie = make_clerk(session), database_now(session), bas.fs_uniquifier
    beheerders.remove(session, school.id, bas.id, door=anja.id)
    assert [night(session, now), night(session, now + TERM - timedelta(hours=1))] == [0, 0]
    assert bas.naam == "Bas"
    assert [night(session, now + TERM), night(session, now + 2 * TERM), night(session, now + 4 * TERM)] == [1, 0, 0]
    assert (bas.email, bas.naam, bas.password, bas.active) == (f"gewist-{bas.id}", accounts.GEWIST, None, False)
    assert (bas.tf_primary_method, bas.tf_totp_secret, bas.mf_recovery_codes) == (None, None, None)
    assert bas.fs_uniquifier != cookie
    assert not [*session.scalars(select(Sessie)), *session.scalars(select(Identiteit))]
    assert (anja.active, clerk.active) == (True, True), "who is of a school, or of klantenservice, stays"


def test_being_invited_within_the_term_keeps_it(session: Session, school: School, anja: Account, bas: Account) -> None:
    now, email = database_now(session), bas.email
    beheerders.remove(session, school.id, bas.id, door=anja.id)
    night(session, now)
    toetreden.invite(session, school.id, email=email.upper(), rol=Rol.BEHEERDER, door=anja.id)
    assert [night(session, now + TERM), night(session, now + 9 * TERM)] == [0, 0]
    (row,) = toetreden.open_of(session, school.id)
    toetreden.accept(session, row.id, door=bas.id)
    assert night(session, now + 20 * TERM) == 0
    sloten.hold(session, school.id)
    session.delete(session.get_one(Medewerker, (bas.id, school.id)))
    session.flush()
    assert night(session, now + 21 * TERM) == 0, "the term begins anew"
    assert night(session, now + 22 * TERM) == 1


def test_of_two_whose_term_is_over_each_gets_a_row_of_its_own(session: Session) -> None:
    for name in "ab":
        session.add(Account(email=f"{name}@x.example", naam=name, fs_uniquifier=uuid4().hex))
    session.flush()
    now = database_now(session)
    assert [night(session, now), night(session, now + TERM)] == [0, 2]
