"""What a school does in ParnasSys, and what UWLR then says."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy.orm import Session

from sandbox.parnassys.data import Groepsoort, Koppelingstap, ParnassysLeerling, ParnassysSchool
from sandbox.parnassys.errors import DomainError, NotAllowed
from sandbox.parnassys.rules import groepen, koppelingen, leerkrachten, leerlingen, schooljaar
from sandbox.parnassys.rules.leerkrachten import Leerkrachtinvoer
from sandbox.parnassys.rules.leerlingen import Leerlinginvoer
from tests.sandbox.parnassys.conftest import NOW, school_of

NIEUW = Leerlinginvoer("Zoë", "van der", "Meer", date(2018, 3, 4), "2", "5", None, ())


def _per_groep(session: Session, school: ParnassysSchool) -> Counter[tuple[str, str]]:
    return Counter(
        (leerling.groep.naam if leerling.groep else "-", leerling.jaargroep)
        for leerling in leerlingen.enrolled(session, school)
    )


def test_a_new_pupil_gets_a_key_that_nobody_ever_had(parnassys: Session, regenboog: ParnassysSchool) -> None:
    before = {leerling.key for leerling in leerlingen.enrolled(parnassys, regenboog)}
    first = leerlingen.enrol(parnassys, regenboog, NIEUW, NOW)
    second = leerlingen.enrol(parnassys, regenboog, NIEUW, NOW)
    assert len({first.key, second.key} | before) == 202
    assert first.eckid != second.eckid
    assert first.volledige_naam == "Zoë van der Meer"


def test_a_pupil_keeps_key_and_eckid_when_it_is_renamed_and_moved(
    parnassys: Session, regenboog: ParnassysSchool
) -> None:
    leerling = leerlingen.enrolled(parnassys, regenboog)[0]
    identity = (leerling.key, leerling.eckid)
    to = groepen.of_school(parnassys, regenboog)[4]
    invoer = Leerlinginvoer("Anders", None, "Heet", date(2018, 3, 4), "9", "5", to.id, ())
    leerlingen.update(parnassys, regenboog, leerling, invoer, NOW)
    parnassys.expire_all()
    assert (leerling.key, leerling.eckid) == identity
    assert (leerling.volledige_naam, leerling.groep, leerling.jaargroep) == ("Anders Heet", to, "5")


def test_a_group_of_another_school_is_no_choice(
    parnassys: Session, regenboog: ParnassysSchool, kompas: ParnassysSchool
) -> None:
    elsewhere = groepen.of_school(parnassys, kompas)
    stam, samengesteld = elsewhere[0], elsewhere[-1]
    invoer = Leerlinginvoer("A", None, "B", date(2018, 3, 4), "1", "5", stam.id, (samengesteld.id,))
    leerling = leerlingen.enrol(parnassys, regenboog, invoer, NOW)
    assert leerling.groep is None
    assert leerling.samengestelde_groepen == []


def test_who_comes_back_has_another_key_and_the_same_eckid(parnassys: Session, regenboog: ParnassysSchool) -> None:
    leerling = leerlingen.enrolled(parnassys, regenboog)[0]
    with pytest.raises(DomainError, match="al ingeschreven"):
        leerlingen.enrol_again(parnassys, regenboog, leerling, NOW)
    leerlingen.leave(parnassys, regenboog, leerling, NOW)
    assert leerling in leerlingen.left(parnassys, regenboog)
    again = leerlingen.enrol_again(parnassys, regenboog, leerling, NOW)
    assert (again.eckid, again.volledige_naam) == (leerling.eckid, leerling.volledige_naam)
    assert again.key != leerling.key
    assert len(leerlingen.enrolled(parnassys, regenboog)) == 200


def test_a_group_that_is_taken_away_leaves_its_pupils_at_school(parnassys: Session, regenboog: ParnassysSchool) -> None:
    groepen.remove(parnassys, regenboog, groepen.of_school(parnassys, regenboog)[0], NOW)
    assert _per_groep(parnassys, school_of(parnassys, "99XX"))["-", "1"] == 22


def test_a_samengestelde_groep_has_no_jaargroep(parnassys: Session, kompas: ParnassysSchool) -> None:
    groep = groepen.add(
        parnassys, kompas, soort=Groepsoort.SAMENGESTELD, naam="Schaken", jaargroep="5", omschrijving=None, now=NOW
    )
    assert groep.jaargroep is None


def test_a_teacher_can_be_added_changed_and_taken_away(parnassys: Session, regenboog: ParnassysSchool) -> None:
    groep = groepen.of_school(parnassys, regenboog)[0]
    wie = leerkrachten.add(parnassys, regenboog, Leerkrachtinvoer("Ina", None, "Post", None, (groep.id,)), NOW)
    key = wie.key
    leerkrachten.update(parnassys, regenboog, wie, Leerkrachtinvoer("Ina", "de", "Post", "i@x.example", ()), NOW)
    assert (wie.key, wie.volledige_naam, wie.emailadres, wie.groepen) == (key, "Ina de Post", "i@x.example", [])
    leerkrachten.remove(parnassys, regenboog, wie, NOW)
    assert len(leerkrachten.of_school(parnassys, regenboog)) == 12


def test_nobody_reaches_the_records_of_another_school(
    parnassys: Session, regenboog: ParnassysSchool, kompas: ParnassysSchool
) -> None:
    theirs = leerlingen.enrolled(parnassys, kompas)[0]
    with pytest.raises(NotAllowed):
        leerlingen.find(parnassys, regenboog, theirs.id)
    with pytest.raises(NotAllowed):
        groepen.find(parnassys, regenboog, groepen.of_school(parnassys, kompas)[0].id)
    with pytest.raises(NotAllowed):
        leerkrachten.find(parnassys, regenboog, leerkrachten.of_school(parnassys, kompas)[0].id)


def test_in_the_next_year_everybody_moves_up_and_jaargroep_8_leaves(
    parnassys: Session, regenboog: ParnassysSchool
) -> None:
    before = _per_groep(parnassys, regenboog)
    old_keys = {groep.key for groep in groepen.of_school(parnassys, regenboog)}
    overgang = schooljaar.start_next(parnassys, regenboog, NOW)
    assert (overgang.schooljaar, overgang.doorgestroomd, overgang.vertrokken, overgang.zonder_groep) == (
        "2027-2028",
        175,
        25,
        0,
    )
    after = _per_groep(parnassys, school_of(parnassys, "99XX"))
    assert after == {(f"Groep {jaar + 1}", str(jaar + 1)): before[f"Groep {jaar}", str(jaar)] for jaar in range(1, 8)}
    new = groepen.of_school(parnassys, regenboog)
    assert [groep.naam for groep in new] == [f"Groep {jaar}" for jaar in range(1, 9)]
    assert not old_keys & {groep.key for groep in new}


def test_combination_groups_keep_half_of_their_pupils_and_pass_on_the_rest(
    parnassys: Session, kompas: ParnassysSchool
) -> None:
    schooljaar.start_next(parnassys, kompas, NOW)
    assert _per_groep(parnassys, school_of(parnassys, "99YY")) == {
        ("1/2", "2"): 5,
        ("3/4", "3"): 5,
        ("3/4", "4"): 4,
        ("-", "4"): 1,
        ("5/6", "5"): 6,
        ("5/6", "6"): 6,
        ("7/8", "7"): 6,
        ("7/8", "8"): 6,
    }
    assert not any(wie.samengestelde_groepen for wie in leerlingen.enrolled(parnassys, kompas))


def test_parallel_groups_stay_parallel_also_the_year_after(parnassys: Session, regenboog: ParnassysSchool) -> None:
    extra = {
        jaar: groepen.add(
            parnassys,
            regenboog,
            soort=Groepsoort.STAMGROEP,
            naam=f"Groep {jaar}b",
            jaargroep=jaar,
            omschrijving=None,
            now=NOW,
        )
        for jaar in ("5", "6", "7")
    }
    in_five = [wie for wie in leerlingen.enrolled(parnassys, regenboog) if wie.jaargroep == "5"]
    moved: list[ParnassysLeerling] = in_five[:10]
    for wie in moved:
        wie.groep = extra["5"]
    parnassys.flush()
    schooljaar.start_next(parnassys, regenboog, NOW)
    assert {wie.groep.naam for wie in moved if wie.groep} == {"Groep 6b"}
    schooljaar.start_next(parnassys, regenboog, NOW)
    assert {wie.groep.naam for wie in moved if wie.groep} == {"Groep 7b"}


def test_the_koppeling_goes_step_by_step(regenboog: ParnassysSchool) -> None:
    with pytest.raises(DomainError, match="Neem de koppeling eerst af"):
        koppelingen.new_sleutel(regenboog, NOW)
    koppelingen.take(regenboog, NOW)
    assert regenboog.koppeling.stap is Koppelingstap.AFGENOMEN
    first = koppelingen.new_sleutel(regenboog, NOW)
    second = koppelingen.new_sleutel(regenboog, NOW)
    assert not regenboog.koppeling.accepts(first)
    assert regenboog.koppeling.accepts(second)
    assert len(second) <= 64
    koppelingen.close_for(regenboog)
    with pytest.raises(DomainError, match="niet opengezet"):
        koppelingen.take(regenboog, NOW)
    koppelingen.open_for(regenboog, NOW)
    assert regenboog.koppeling.accepts(second)
