"""Who becomes a beheerder and who stops being one: never by a stranger's word, and there is always one left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.paren import app_for
from tests.screens import make_account, make_clerk, make_school
from webapp.config import Settings
from webapp.db import db, in_transaction
from webapp.errors import DomainError, NotAllowed
from webapp.models import Account, Audit, Daad, Mail, MailSoort, Rol, School
from webapp.services import medewerkers
from webapp.services.toegang import beheerders, toetreden
from webapp.services.toegang.errors import (
    AlreadyMedewerker,
    LastBeheerder,
    NobodyToAsk,
    NotReached,
    ToetredingOver,
)

NIEUW = "nieuw@elders.example"


@pytest.fixture
def school(session: Session) -> School:
    return make_school(session)


@pytest.fixture
def anja(session: Session, school: School) -> Account:
    return make_account(session, Rol.BEHEERDER, school)


@pytest.fixture
def bas(session: Session, anja: Account, school: School) -> Account:
    return make_account(session, Rol.BEHEERDER, school, naam="Bas")


def mailed(session: Session, soort: MailSoort) -> list[str]:
    """To whom this mail goes."""
    return list(session.scalars(select(Mail.ontvanger).where(Mail.soort == soort).order_by(Mail.id)))


def trail(session: Session) -> list[Daad]:
    return list(session.scalars(select(Audit.actie).order_by(Audit.id)))


def test_who_asks_gets_nothing_before_a_beheerder_says_yes(
    session: Session, school: School, anja: Account, bas: Account
) -> None:
    toetreden.ask(session, school.id, naam="Nina", email=NIEUW)
    assert mailed(session, MailSoort.TOEGANG_GEVRAAGD) == [anja.email, bas.email]
    row = toetreden.open_of(session, school.id)[0]
    with pytest.raises(ToetredingOver):
        toetreden.by_link(session, row.id)
    toetreden.decide(session, school.id, row.id, ja=True, door=bas.id)
    assert mailed(session, MailSoort.UITGENODIGD) == [NIEUW]
    assert toetreden.by_link(session, row.id) is row
    with pytest.raises(ToetredingOver):
        toetreden.decide(session, school.id, row.id, ja=False, door=anja.id)


def test_no_is_no_also_for_a_link_that_was_guessed(session: Session, school: School, anja: Account) -> None:
    toetreden.ask(session, school.id, naam="Nina", email=NIEUW)
    row = toetreden.open_of(session, school.id)[0]
    toetreden.decide(session, school.id, row.id, ja=False, door=anja.id)
    with pytest.raises(ToetredingOver):
        toetreden.accept_as_new(session, row.id, naam="Nina", wachtwoord="x")
    assert mailed(session, MailSoort.UITGENODIGD) == []
    assert mailed(session, MailSoort.TOEGANG_GEWEIGERD) == [NIEUW], "and who asked hears it"


def test_without_a_beheerder_there_is_nobody_to_ask(session: Session, school: School, anja: Account) -> None:
    anja.active = False
    session.flush()
    with pytest.raises(NobodyToAsk):
        toetreden.ask(session, school.id, naam="Nina", email=NIEUW)


def test_klantenservice_says_how_it_reached_the_school_and_all_hear_of_it(
    session: Session, school: School, anja: Account
) -> None:
    clerk = make_clerk(session)
    values: dict[str, Any] = {"naam": "Nina", "email": NIEUW, "door": clerk.id}
    with pytest.raises(NotReached):
        toetreden.invite_for_klantenservice(session, school.id, bereikt="", **values)
    toetreden.invite_for_klantenservice(session, school.id, bereikt="030-1234567, directeur", **values)
    assert mailed(session, MailSoort.UITGENODIGD) == [NIEUW]
    assert mailed(session, MailSoort.BEHEERDERS_GEWIJZIGD) == [anja.email]
    told = session.scalars(select(Audit.tellingen).where(Audit.actie == Daad.UITGENODIGD)).one()
    assert told == {"bereikt": "030-1234567, directeur"}
    assert medewerkers.beheerders_of(session, school.id) == [anja], "nobody yet: the mail is to be answered"


def test_accepting_makes_the_account_and_every_beheerder_hears_of_it(
    session: Session, school: School, anja: Account
) -> None:
    toetreden.invite(session, school.id, email=NIEUW, rol=Rol.BEHEERDER, door=anja.id)
    assert session.scalar(select(Account).where(Account.email == NIEUW)) is None
    row = toetreden.open_of(session, school.id)[0]
    toetreden.accept_as_new(session, row.id, naam="Nina", wachtwoord="hash")
    assert set(mailed(session, MailSoort.BEHEERDERS_GEWIJZIGD)) == {anja.email, NIEUW}
    assert session.scalars(select(Mail.gegevens["door"].as_string()).order_by(Mail.id)).all()[-1] == anja.naam
    assert {each.email for each in medewerkers.beheerders_of(session, school.id)} == {anja.email, NIEUW}
    with pytest.raises(ToetredingOver):
        toetreden.accept_as_new(session, row.id, naam="Nina", wachtwoord="hash")


def test_only_the_address_that_was_invited_may_accept(session: Session, school: School, anja: Account) -> None:
    toetreden.invite(session, school.id, email=NIEUW, rol=Rol.BEHEERDER, door=anja.id)
    row = toetreden.open_of(session, school.id)[0]
    with pytest.raises(NotAllowed):
        toetreden.accept(session, row.id, door=make_account(session).id)
    clerk = make_clerk(session)
    clerk.email = NIEUW
    session.flush()
    with pytest.raises(NotAllowed):
        toetreden.accept(session, row.id, door=clerk.id)
    with pytest.raises(NotAllowed):
        toetreden.accept_as_new(session, row.id, naam="x", wachtwoord="x")


def test_an_invitation_twice_is_one_row_and_two_mails(session: Session, school: School, anja: Account) -> None:
    for email in (NIEUW, NIEUW.upper()):
        toetreden.invite(session, school.id, email=email, rol=Rol.BEHEERDER, door=anja.id)
    assert len(toetreden.open_of(session, school.id)) == 1
    assert len(mailed(session, MailSoort.UITGENODIGD)) == 2
    with pytest.raises(AlreadyMedewerker):
        toetreden.invite(session, school.id, email=anja.email, rol=Rol.BEHEERDER, door=anja.id)


def test_what_is_of_another_school_cannot_be_touched(session: Session, school: School, anja: Account) -> None:
    other = make_school(session, "34CD")
    stranger = make_account(session, Rol.BEHEERDER, other)
    toetreden.invite(session, school.id, email=NIEUW, rol=Rol.BEHEERDER, door=anja.id)
    row = toetreden.open_of(session, school.id)[0]
    for act in (
        lambda: toetreden.withdraw(session, other.id, row.id, door=stranger.id),
        lambda: toetreden.withdraw(session, school.id, row.id, door=stranger.id),
        lambda: toetreden.invite(session, school.id, email="x@x.example", rol=Rol.BEHEERDER, door=stranger.id),
        lambda: beheerders.remove(session, school.id, anja.id, door=stranger.id),
        lambda: beheerders.remove(session, other.id, anja.id, door=stranger.id),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_last_beheerder_cannot_leave(session: Session, school: School, anja: Account, bas: Account) -> None:
    bas.active = False  # who cannot log in does not count
    session.flush()
    with pytest.raises(LastBeheerder):
        beheerders.remove(session, school.id, anja.id, door=anja.id)
    beheerders.remove(session, school.id, bas.id, door=anja.id)
    assert medewerkers.rol_of(session, bas.id, school.id) is None


def test_removing_tells_all_and_takes_back_what_was_sent(
    session: Session, school: School, anja: Account, bas: Account
) -> None:
    toetreden.invite(session, school.id, email=NIEUW, rol=Rol.BEHEERDER, door=bas.id)
    toetreden.invite(session, school.id, email="b@b.example", rol=Rol.BEHEERDER, door=anja.id)
    beheerders.remove(session, school.id, bas.id, door=anja.id)
    assert mailed(session, MailSoort.BEHEERDERS_GEWIJZIGD) == [anja.email, bas.email]
    assert session.scalars(select(Mail.gegevens["door"].as_string())).all()[-1] == anja.naam
    assert [row.email for row in toetreden.open_of(session, school.id)] == ["b@b.example"]
    assert trail(session)[-2:] == [Daad.UITNODIGING_INGETROKKEN, Daad.MEDEWERKER_WEG]


@pytest.fixture
def site(settings: Settings, fresh_database_url: str, redis: Redis) -> Iterator[Flask]:
    app = app_for(settings, fresh_database_url)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("target", ["each other", "themselves"])
def test_two_at_the_same_moment_leave_one(site: Flask, target: str) -> None:
    with site.app_context():
        session = db.session()
        school = make_school(session)
        people = [make_account(session, Rol.BEHEERDER, school).id for _ in range(2)]
        session.commit()
        school_id, errors = school.id, list[DomainError]()
        session.close()
    start = threading.Barrier(2)

    def press(who: int, whom: int) -> None:
        with site.app_context():
            start.wait()
            try:
                in_transaction(_remove(school_id), whom, door=who)
            except DomainError as error:
                errors.append(error)

    pairs = [(0, 1), (1, 0)] if target == "each other" else [(0, 0), (1, 1)]
    threads = [threading.Thread(target=press, args=(people[a], people[b])) for a, b in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with site.app_context():
        assert len(medewerkers.beheerders_of(db.session(), school_id)) == 1
    assert len(errors) == 1


def _remove(school_id: Any) -> Callable[..., object]:
    return lambda session, whom, door: beheerders.remove(session, school_id, whom, door=door)
