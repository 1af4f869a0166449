"""A leerkracht who left loses her login by herself, and sees her own groepen only while she is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import make_account
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import Wereld, make_wereld
from webapp.models import Account, Audit, Daad, Leerkracht, Lidmaatschap, Mail, MailSoort, Medewerker, Rol
from webapp.services import medewerkers, sloten
from webapp.services.inname import inname
from webapp.services.overzicht import feiten
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde
from webapp.services.toegang import beheerders, leerkrachten, toetreden
from webapp.services.toegang.errors import NobodyToInvite
from webapp.services.toegang.leerkrachten import Inlog
from webapp.uwlr import values as uwlr

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
LOES = teacher("t1", "Loes", "Hartog", groepen=("g5",))
OTHERS = tuple(teacher(f"t{n}", f"Juf{n}", "Vast", groepen=("g5",)) for n in range(2, 9))


@dataclass
class Nachten:
    """A school whose LAS answers every night; `loes` may be left out."""

    wereld: Wereld
    session: Session
    set_clock: Callable[[datetime], None]
    account: Account
    now: datetime = MONDAY

    def night(self, *who: uwlr.Leerkracht) -> None:
        """The LAS sends these, and the school is as big as ever."""
        self.now += timedelta(days=1)
        self.set_clock(self.now)
        inname.take_in(
            self.session, self.wereld.koppeling, aanlevering(pupil("k1", "Noor", "de Vries"), leerkrachten=who)
        )
        self.session.flush()

    @property
    def here(self) -> Medewerker:
        self.session.expire_all()
        return self.session.get_one(Medewerker, (self.account.id, self.wereld.school.id))

    @property
    def mails(self) -> int:
        query = select(Mail.id).where(Mail.soort == MailSoort.TOEGANG_OPGESCHORT)
        return len(self.session.scalars(query).all())


@pytest.fixture
def nachten(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Nachten:
    wereld = make_wereld(session, app.extensions["keyring"])
    sloten.lock(session, wereld.school.id)
    wereld.groep.las_key = "g5"
    wereld.leerling("Noor", las_key="k1")
    for each in (LOES, *OTHERS):
        session.add(
            Leerkracht(
                school_id=wereld.school.id, las_key=each.key, roepnaam=each.roepnaam, achternaam=each.achternaam,
                groepen=[wereld.groep],
            )
        )  # fmt: skip
    session.flush()
    loes = session.scalars(select(Leerkracht).where(Leerkracht.las_key == "t1")).one()
    account = make_account(session, Rol.LEERKRACHT, wereld.school, naam="Loes Hartog")
    session.get_one(Medewerker, (account.id, wereld.school.id)).leerkracht_id = loes.id
    session.commit()

    def set_clock(now: datetime) -> None:
        monkeypatch.setattr(leerkrachten, "database_now", lambda _: now)

    return Nachten(wereld, session, set_clock, account)


def test_after_three_nights_without_her_the_access_is_suspended_and_told_once(nachten: Nachten) -> None:
    for night in range(1, 5):
        nachten.night(*OTHERS)
        assert nachten.here.weg_nachten == night
        assert (nachten.here.opgeschort_op is not None) is (night >= 3), f"night {night}"
    assert nachten.mails == 1
    school_id = nachten.wereld.school.id
    assert medewerkers.rol_of(nachten.session, nachten.account.id, school_id) is None
    assert medewerkers.of_account(nachten.session, nachten.account.id) == []
    assert Daad.TOEGANG_OPGESCHORT in nachten.session.scalars(select(Audit.actie)).all()


def test_three_fetches_in_one_day_are_one_night(nachten: Nachten) -> None:
    for _ in range(3):
        nachten.now -= timedelta(days=1)
        nachten.night(*OTHERS)
    assert nachten.here.weg_nachten == 1


def test_who_comes_back_begins_anew(nachten: Nachten) -> None:
    for _ in range(2):
        nachten.night(*OTHERS)
    nachten.night(LOES, *OTHERS)
    assert nachten.here.weg_nachten == 0
    for _ in range(2):
        nachten.night(*OTHERS)
    assert nachten.here.opgeschort_op is None


def test_a_night_without_changes_counts_too(nachten: Nachten) -> None:
    nachten.night(*OTHERS)
    for days in (1, 2):
        nachten.set_clock(nachten.now + timedelta(days=days))
        leerkrachten.count_night(nachten.session, nachten.wereld.school.id)  # what a fetch without changes does
    assert nachten.here.opgeschort_op is not None


def test_who_is_held_by_the_shape_guard_is_never_suspended(nachten: Nachten) -> None:
    for _ in range(5):
        nachten.night(*OTHERS[:2])  # six of eight at once: nobody believes that
    loes = nachten.session.scalars(select(Leerkracht).where(Leerkracht.las_key == "t1")).one()
    assert loes.status is Lidmaatschap.ACTIEF
    assert (nachten.here.weg_nachten, nachten.here.opgeschort_op) == (0, None)


def test_an_empty_answer_counts_for_nobody(nachten: Nachten) -> None:
    nachten.night(*OTHERS)
    for _ in range(4):
        nachten.night()
    assert nachten.here.opgeschort_op is None


def test_a_beheerder_gives_it_back_and_the_night_leaves_it_alone(nachten: Nachten) -> None:
    for _ in range(3):
        nachten.night(*OTHERS)
    door, school_id = nachten.wereld.beheerder.id, nachten.wereld.school.id
    [first, *_] = leerkrachten.overview(nachten.session, school_id)
    assert (first.inlog, first.account_id) == (Inlog.OPGESCHORT, nachten.account.id)
    leerkrachten.let_in_again(nachten.session, school_id, nachten.account.id, door=door)
    for _ in range(4):
        nachten.night(*OTHERS)
    assert nachten.here.opgeschort_op is None
    assert medewerkers.rol_of(nachten.session, nachten.account.id, school_id) is Rol.LEERKRACHT
    nachten.night(LOES, *OTHERS)
    for _ in range(3):
        nachten.night(*OTHERS)
    assert nachten.here.opgeschort_op is not None, "sent anew, and gone again"


@pytest.mark.parametrize("answer", ["stays", "left", "sent again"])
def test_a_suspension_is_an_open_end_until_a_beheerder_answers(nachten: Nachten, answer: str) -> None:
    session, school_id, door = nachten.session, nachten.wereld.school.id, nachten.wereld.beheerder.id

    def found() -> OpenEinde | None:
        einden = feiten.of_school(session, school_id, current_app.extensions["settings"]).einden
        return next((each for each in einden if each.einde is Einde.OPGESCHORT), None)

    for _ in range(2):
        nachten.night(*OTHERS)
    assert found() is None
    nachten.night(*OTHERS)
    einde = found()
    assert einde is not None
    assert (einde.aan, einde.aantal) == (Aan.U, 1)
    if answer == "sent again":
        nachten.night(LOES, *OTHERS)
        assert found() == einde, "only a beheerder lets her in again"
    elif answer == "stays":
        leerkrachten.let_in_again(session, school_id, nachten.account.id, door=door)
        assert found() is None
    else:
        beheerders.remove(session, school_id, nachten.account.id, door=door)
        assert found() is None


def test_a_beheerder_who_also_teaches_is_never_suspended(nachten: Nachten) -> None:
    nachten.here.rol = Rol.BEHEERDER
    for _ in range(4):
        nachten.night(*OTHERS)
    assert nachten.here.opgeschort_op is None


def test_who_accepts_hangs_on_the_leerkracht_that_was_invited(nachten: Nachten) -> None:
    session, school_id, door = nachten.session, nachten.wereld.school.id, nachten.wereld.beheerder.id
    nachten.night(LOES, teacher("t2", "Juf2", "Vast", email="juf2@x.example", groepen=("g5",)), *OTHERS[1:])
    rows = {rij.naam: rij for rij in leerkrachten.overview(session, school_id)}
    assert rows["Juf2 Vast"].inlog is Inlog.ADRES
    assert rows["Juf3 Vast"].inlog is Inlog.GEEN_ADRES
    ids = [rij.leerkracht_id for rij in rows.values()]
    assert leerkrachten.invite(session, school_id, ids, door=door) == 1
    with pytest.raises(NobodyToInvite):
        leerkrachten.invite(session, school_id, ids, door=door)
    [row] = toetreden.open_of(session, school_id)
    toetreden.accept_as_new(session, row.id, naam="Juf Twee", wachtwoord="x")
    account = session.scalars(select(Account).where(Account.email == "juf2@x.example")).one()
    assert medewerkers.groepen_of(session, account.id, school_id) == frozenset({nachten.wereld.groep.id})
    assert medewerkers.rol_of(session, account.id, school_id) is Rol.LEERKRACHT


@pytest.mark.parametrize("whose", ["record", "login"])
def test_an_address_of_another_is_not_taken_over_from_a_delivery(nachten: Nachten, whose: str) -> None:
    session, address = nachten.session, "loes@regenboog.example"
    sloten.lock(session, nachten.wereld.school.id)
    if whose == "record":
        session.scalars(select(Leerkracht).where(Leerkracht.las_key == "t1")).one().email = address
    else:
        nachten.account.email = address
    session.flush()
    taken: Any = teacher("t2", "Juf2", "Vast", email=address.upper(), groepen=("g5",))
    nachten.night(LOES, taken, *OTHERS[1:])
    assert session.scalars(select(Leerkracht.email).where(Leerkracht.las_key == "t2")).one() is None
    nachten.night(teacher("t1", "Loes", "Hartog", email="nieuw@x.example", groepen=("g5",)), *OTHERS)
    assert nachten.account.email != "nieuw@x.example", "no login is changed by a delivery"


def test_who_is_suspended_comes_back_as_beheerder_when_a_beheerder_wants_that(nachten: Nachten) -> None:
    for _ in range(3):
        nachten.night(*OTHERS)
    session, school_id, door = nachten.session, nachten.wereld.school.id, nachten.wereld.beheerder.id
    toetreden.invite(session, school_id, email=nachten.account.email, rol=Rol.BEHEERDER, door=door)
    toetreden.accept(session, toetreden.open_of(session, school_id)[0].id, door=nachten.account.id)
    assert medewerkers.rol_of(session, nachten.account.id, school_id) is Rol.BEHEERDER


def test_an_invitation_as_leerkracht_makes_no_less_of_one_as_beheerder_and_no_more_of_a_question(
    nachten: Nachten,
) -> None:
    session, school_id, door = nachten.session, nachten.wereld.school.id, nachten.wereld.beheerder.id
    two, three = session.scalars(select(Leerkracht).where(Leerkracht.las_key.in_(("t2", "t3")))).all()
    toetreden.invite(session, school_id, email="twee@x.example", rol=Rol.BEHEERDER, door=door)
    toetreden.ask(session, school_id, naam="Drie", email="drie@x.example")
    for leerkracht, email in ((two, "twee@x.example"), (three, "drie@x.example")):
        toetreden.invite_leerkracht(session, leerkracht, email, door=door)
    rollen = {row.email: row.rol for row in toetreden.open_of(session, school_id)}
    assert rollen == {"twee@x.example": Rol.BEHEERDER, "drie@x.example": Rol.LEERKRACHT}
