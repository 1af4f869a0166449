"""A link that stands is asked about anew: nothing changes by asking, no result goes, and no night takes it away."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.bezorgschool import BO, NOOR, School
from tests.services.conftest import pupil
from tests.wereld import START, make_wereld
from webapp.models import BatchStatus, Importbatch, Importregel, Keuze, Leerling, LeveringStatus
from webapp.services.controle import heropenen
from webapp.services.controle.heropenen import NothingToReopen
from webapp.services.inname.batch import open_of

THEIRS = (pupil("k1", *NOOR), pupil("k2", *BO))


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    """Noor and Bo are linked, and the last night changed nothing."""
    school = School(make_wereld(session, app.extensions["keyring"]), app)
    school.wereld.koppeling.opgehaald_leerlingen = 2
    for naam, key in ((NOOR, "k1"), (BO, "k2")):
        school.leerling(naam, key)
    school.take_in(*THEIRS)
    assert _open(school) is None
    return school


def _open(school: School) -> Importbatch | None:
    return open_of(school.session, school.wereld.school.id)


def _ours(school: School, roepnaam: str) -> Leerling:
    return school.session.query(Leerling).filter_by(roepnaam=roepnaam).one()


def _reopen(school: School, doel: Leerling) -> Importregel:
    door = school.wereld.beheerder.id
    return heropenen.reopen(school.session, doel.school_id, "leerling", doel.id, door=door)


def test_asking_changes_nothing_and_results_wait_until_it_is_answered(school: School) -> None:
    noor = _ours(school, "Noor")
    result = school.result_of(noor)
    regel = _reopen(school, noor)
    assert (regel.keuze, regel.las_key, noor.las_key) == (None, "k1", "k1")
    assert [each["id"] for each in regel.kandidaten] == [noor.id]
    assert school.send() == {}
    for _ in range(3):
        school.take_in(*THEIRS)
        assert school.line(_open(school), "k1").is_vraag, "no night takes the question away"
    assert _reopen(school, noor).id == school.line(_open(school), "k1").id, "asked once"
    school.choose(_open(school), "k1", Keuze.KOPPEL)
    assert _open(school) is None, "all is as it was: there is nothing to import"
    assert list(school.send().values()) == ["k1"]
    assert school.status(result) is LeveringStatus.BEVESTIGD


def test_another_answer_moves_the_link_and_names_what_has_to_be_removed(school: School) -> None:
    noor = _ours(school, "Noor")
    result = school.result_of(noor)
    school.send()
    double = school.leerling(("Noortje", NOOR[1], NOOR[2]), None)
    regel = _reopen(school, noor)
    assert [each["id"] for each in regel.kandidaten] == [double.id, noor.id]
    school.link(_open(school), "k1", double)
    school.commit(_open(school))
    assert (noor.las_key, double.las_key) == (None, "k1")
    assert school.to_remove() == [("k1", "Noor Maan", result)]
    later = school.result_of(double, 12)
    assert school.send(by_day=True) == {}, "a link against the evidence rests until the next night"
    assert list(school.send().values()) == ["k1"]
    assert school.status(later) is LeveringStatus.BEVESTIGD


def test_to_nobody_of_ours_it_is_a_new_child_and_the_old_one_keeps_the_results(school: School) -> None:
    noor = _ours(school, "Noor")
    result = school.result_of(noor)
    _reopen(school, noor)
    school.choose(_open(school), "k1", Keuze.NIEUW)
    school.commit(_open(school))
    new = school.session.query(Leerling).filter_by(las_key="k1").one()
    assert new.id != noor.id
    assert (noor.las_key, school.send()) == (None, {})
    assert school.wereld.levering(result).resultaat.leerling_id == noor.id
    school.take_in(*THEIRS)
    assert (new.las_key, noor.las_key) == ("k1", None)


def test_who_is_not_linked_now_has_nothing_to_ask(school: School) -> None:
    noor, bo = _ours(school, "Noor"), _ours(school, "Bo")
    noor.las_key, bo.afwezig_sinds = None, START
    school.session.flush()
    for doel in (noor, bo):
        with pytest.raises(NothingToReopen):
            _reopen(school, doel)


def test_a_leerkracht_and_a_groep_can_be_asked_about_too(school: School) -> None:
    groep, door = school.wereld.groep, school.wereld.beheerder.id
    groep.las_key = "g5"
    school.session.flush()
    regel = heropenen.reopen(school.session, groep.school_id, "groep", groep.id, door=door)
    assert (regel.naam, regel.is_vraag, regel.toegepast_id) == ("Groep 5", True, groep.id)
    assert regel.batch.status is BatchStatus.WACHT_OP_CONTROLE
