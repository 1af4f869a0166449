"""Who is here and not in the LAS: shown, parked in one act, and brought back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering, pupil
from webapp.models import (
    Account,
    Audit,
    Daad,
    Groep,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Lidmaatschap,
    School,
    Soort,
    Uitzondering,
)
from webapp.services import sloten
from webapp.services.inname import inname, parkeren
from webapp.services.inname.parkeren import AbsentChanged, NobodyToBringBack, NobodyToPark

Make = Callable[..., Any]


@pytest.fixture
def groep(koppeling: Koppeling, make_groep: Make) -> Groep:
    koppeling.status, koppeling.opgehaald_leerlingen = KoppelingStatus.ACTIEF, 1
    groep: Groep = make_groep("Groep 8", "8", las_key="g8")
    return groep


def shown(session: Session, school: School) -> list[str]:
    session.flush()
    return [each.leerling.naam for each in parkeren.absent(session, school.id)]


def test_whom_the_las_never_sent_is_parked_in_one_act_and_comes_back(
    session: Session, school: School, beheerder: Account, groep: Groep, make_leerling: Make
) -> None:
    gone: list[Leerling] = [make_leerling(name, "Berk", groep_id=groep.id) for name in ("Bo", "Fien", "Mo")]
    make_leerling("Noor", "Maan", las_key="k1", groep_id=groep.id)
    assert shown(session, school) == ["Bo Berk", "Fien Berk", "Mo Berk"]
    assert parkeren.park(session, school.id, [leerling.id for leerling in gone], shown=0, door=beheerder.id) == 3
    assert {leerling.status for leerling in gone} == {Lidmaatschap.VERTROKKEN}
    assert {leerling.vertrokken_op for leerling in gone} == {gone[0].geparkeerd_op}
    assert shown(session, school) == []
    with pytest.raises(NobodyToPark):
        parkeren.park(session, school.id, [gone[0].id], shown=0, door=beheerder.id)
    assert len(parkeren.parked(session, school.id)) == 3
    assert parkeren.bring_back(session, school.id, [gone[0].id], door=beheerder.id) == 1
    assert (gone[0].status, gone[0].groep_id, gone[0].vertrokken_op) == (Lidmaatschap.ACTIEF, groep.id, None)
    assert shown(session, school) == ["Bo Berk"]
    with pytest.raises(NobodyToBringBack):
        parkeren.bring_back(session, school.id, [gone[0].id], door=beheerder.id)
    acts = session.scalars(select(Audit.actie).where(Audit.school_id == school.id).order_by(Audit.id)).all()
    assert acts[-2:] == [Daad.GEPARKEERD, Daad.WEER_ACTIEF]


def test_candidates_and_what_the_school_left_out_are_not_in_the_list(
    session: Session, school: School, koppeling: Koppeling, groep: Groep, make_leerling: Make
) -> None:
    make_leerling("Noor", "Maan", groep_id=groep.id)
    make_leerling("Noor", "Maan", groep_id=groep.id)
    make_leerling("Fien", "Bloem", las_key="k7", groep_id=groep.id)
    make_leerling("Bo", "Berk", groep_id=groep.id)
    session.add(Uitzondering(school_id=school.id, soort=Soort.LEERLING, las_key="k7", omschrijving="Fien Bloem"))
    session.flush()
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"), pupil("k7", "Fien", "Bloem")))
    assert shown(session, school) == ["Bo Berk"]


def test_nobody_is_absent_before_the_first_import(
    session: Session, school: School, koppeling: Koppeling, groep: Groep, make_leerling: Make
) -> None:
    make_leerling("Bo", "Berk", groep_id=groep.id)
    koppeling.opgehaald_leerlingen = None
    assert shown(session, school) == []


def test_who_was_parked_and_comes_from_the_las_is_here_again(
    session: Session, school: School, koppeling: Koppeling, beheerder: Account, groep: Groep, make_leerling: Make
) -> None:
    bo: Leerling = make_leerling("Bo", "Berk", groep_id=groep.id)
    parkeren.park(session, school.id, [bo.id], shown=0, door=beheerder.id)
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Bo", "Berk")))
    assert (bo.status, bo.geparkeerd_op, bo.las_key) == (Lidmaatschap.ACTIEF, None, "k1")
    assert parkeren.parked(session, school.id) == []


def test_nobody_of_another_school_is_parked(session: Session, school: School, beheerder: Account, groep: Groep) -> None:
    other = School(naam="De Andere", brin="99YY")
    session.add(other)
    session.flush()
    sloten.lock(session, other.id)
    theirs = Leerling(school_id=other.id, roepnaam="Bo")
    session.add(theirs)
    session.flush()
    with pytest.raises(NobodyToPark):
        parkeren.park(session, school.id, [theirs.id], shown=0, door=beheerder.id)


def test_a_decision_holds_for_everybody_who_was_shown_until_the_next_school_year(
    session: Session, school: School, koppeling: Koppeling, beheerder: Account, groep: Groep, make_leerling: Make
) -> None:
    bo: Leerling = make_leerling("Bo", "Berk", groep_id=groep.id)
    make_leerling("Mo", "Berk", groep_id=groep.id)

    def decided() -> list[bool]:
        session.flush()
        return [each.is_beslist for each in parkeren.absent(session, school.id)]

    with pytest.raises(AbsentChanged):
        parkeren.leave(session, school.id, shown=1, door=beheerder.id)
    with pytest.raises(AbsentChanged):
        parkeren.leave(session, school.id, shown=0, door=beheerder.id)
    make_leerling("Late", "Berk", groep_id=groep.id)
    parkeren.park(session, school.id, [bo.id], shown=2, door=beheerder.id)
    assert decided() == [False, False], "one more was there than the page showed"
    assert parkeren.leave(session, school.id, shown=2, door=beheerder.id) == 2
    assert (decided(), shown(session, school)) == ([True, True], ["Late Berk", "Mo Berk"])
    assert session.scalars(select(Audit.actie).order_by(Audit.id)).all()[-1] is Daad.BLIJFT_STAAN
    make_leerling("Nieuw", "Berk", groep_id=groep.id)
    assert decided() == [True, True, False], "who comes later is asked about"
    koppeling.schooljaar = "2027-2028"
    assert decided() == [False, False, False]
