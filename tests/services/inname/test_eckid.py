"""Leerlingen whom the LAS sends with an ECK iD, beside a number or without one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.services.conftest import pupil
from tests.wereld import make_wereld
from webapp.models import Importbatch, Importregel, Keuze, Leerling, Lidmaatschap
from webapp.services.controle import keuzes
from webapp.services.inname.batch import open_of
from webapp.uwlr import values as uwlr

E1, E2 = "a" * 128, "b" * 128
BORN = "2019-01-30"
JIP, JOP = ("Jip", "Wolters", BORN), ("Jop", "Wolters", BORN)
ANN = ("Ann", "Aarts", "2017-01-11")


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


def line(school: School, batch: Importbatch | None, las_key: str | None, eckid: str | None = None) -> Importregel:
    assert batch is not None
    query = select(Importregel).where(
        Importregel.batch_id == batch.id, Importregel.las_key.is_not_distinct_from(las_key)
    )
    return school.session.scalars(query if eckid is None else query.where(Importregel.eckid == eckid)).one()


def test_who_was_linked_by_eckid_and_is_unchanged_is_not_asked_about_again(school: School) -> None:
    hanna, odd = school.leerling(("Hanna", "Zwart", "2014-03-13"), None), pupil(None, ".", "Aarts", eckid=E1)
    regel = line(school, school.take_in(odd), None, E1)
    keuzes.link(school.session, regel.school_id, regel.id, hanna.id, door=school.wereld.beheerder.id)
    school.commit(regel.batch)
    school.take_in(odd)
    assert open_of(school.session, school.wereld.school.id) is None


def test_whose_groep_is_left_out_is_asked_about_when_one_of_ours_has_their_eckid(school: School) -> None:
    ann = school.leerling(("Ann", "Aarts", "2017-01-11"), None, E1)
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Zomergroep", "6"))
    theirs = pupil(None, "Ann", "Aarts", "2017-01-11", eckid=E1)
    batch = school.take_in(theirs, groepen=groepen)
    groep = line(school, batch, "g6")
    keuzes.choose(school.session, groep.school_id, groep.id, Keuze.NIET, door=school.wereld.beheerder.id)
    school.commit(batch)
    newer = school.take_in(pupil("k9", "Fien", "Bloem", "2014-09-09", groep="g6", eckid=E1), groepen=groepen)
    assert line(school, newer, "k9").is_vraag
    assert school.session.get_one(Leerling, ann.id).las_key is None


def test_who_has_no_number_yet_and_gets_that_of_another_waits_for_the_night(school: School) -> None:
    """Both are found by ECK iD and name, so nothing is asked; the first gets the number that the second had."""
    jip, jop = school.leerling(JIP, None, E1), school.leerling(JOP, "k1", E2)
    school.night()
    school.take_in(pupil("k1", *JIP, eckid=E1), pupil("k2", *JOP, eckid=E2))
    assert (jip.las_key, jop.las_key) == ("k1", "k2")
    school.result_of(jip), school.result_of(jop)
    assert list(school.send(by_day=True).values()) == ["k2"]
    assert list(school.send().values()) == ["k1"]


def test_the_number_of_another_who_stays_is_not_taken_by_eckid_without_a_question(school: School) -> None:
    jip, jop = school.leerling(JIP, "k1", E1), school.leerling(JOP, "k2")
    school.take_in(pupil("k1", *JIP, eckid=E1), pupil("k2", *JOP))
    school.result_of(jip), school.result_of(jop)
    batch = school.take_in(pupil("k2", *JIP, eckid=E1))
    assert line(school, batch, "k2").is_vraag
    assert (jip.las_key, jop.las_key) == ("k1", "k2")
    assert school.send() == {}


def test_who_are_exchanged_by_name_and_eckid_go_by_themselves_and_wait_for_the_night(school: School) -> None:
    jip, jop = school.leerling(JIP, "k1", E1), school.leerling(JOP, "k2", E2)
    school.result_of(jip), school.result_of(jop)
    school.night()
    school.take_in(pupil("k2", *JIP, eckid=E1), pupil("k1", *JOP, eckid=E2))
    assert (jip.las_key, jop.las_key) == ("k2", "k1")
    assert school.send(by_day=True) == {}
    assert sorted(school.send().values()) == ["k1", "k2"]


def test_a_number_that_is_new_for_its_record_waits_when_who_has_it_is_not_there(school: School) -> None:
    """Jip has the number of Jop by name and ECK iD, Jop is gone, and somebody else has the number of Jip."""
    jip = school.leerling(JIP, "k1", E1)
    school.leerling(JOP, "k2"), school.result_of(jip)
    batch = school.take_in(pupil("k2", *JIP, eckid=E1), pupil("k1", "Fien", "Bloem", "2014-09-09"))
    assert line(school, batch, "k2").is_vraag
    assert school.send() == {}
    school.link(batch, "k2", jip)
    school.commit(batch)
    assert list(school.send().values()) == ["k2"]


def test_nothing_goes_to_a_number_that_another_had_meanwhile_and_nobody_has_now(school: School) -> None:
    """Jip left; his number was asked about under another name, and went before anybody answered."""
    jip, ann = school.leerling(JIP, "k1", E1), school.leerling(ANN, "k4")
    school.result_of(jip), school.result_of(ann)
    assert line(school, school.take_in(pupil("k1", *ANN)), "k1").is_vraag
    school.take_in(pupil("k9", *ANN))
    assert (jip.status, jip.las_key, jip.eckid) == (Lidmaatschap.VERTROKKEN, None, E1)
    assert list(school.send().values()) == ["k9"]
