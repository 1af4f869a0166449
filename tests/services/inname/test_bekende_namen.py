"""A name that comes back under the same key is no question; and whose link is judged anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.services.conftest import pupil
from tests.wereld import make_wereld
from webapp.errors import NotAllowed
from webapp.models import Importbatch, Leerling, Wat
from webapp.models import School as SchoolRow
from webapp.models.ids import SchoolId
from webapp.services import bekende_namen, geschiedenis, sloten
from webapp.services.controle import keuzes, samenvoegen, samenvoegplan, splitsen, terugdraaien

BORN = "2016-03-12"
MOHAMED, MOMO, BO = ("Mohamed", "Haddad", BORN), ("Momo", "Haddad", BORN), ("Bo", "Berk", "2015-11-02")
E1, E2 = "a" * 128, "b" * 128


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


def call_otherwise(school: School, leerling: Leerling, naam: tuple[str, str, str]) -> Importbatch:
    """The LAS calls them otherwise, which is a question, and a beheerder says that it is the same one."""
    batch = school.take_in(pupil("k1", *naam), pupil("k2", *BO))
    regel = school.line(batch, "k1")
    assert regel.is_vraag
    assert leerling.las_key == "k1"
    keuzes.link(school.session, regel.school_id, regel.id, leerling.id, door=school.wereld.beheerder.id)
    school.commit(batch)
    assert leerling.roepnaam == naam[0]
    return regel.batch


def make_other_school(session: Session) -> SchoolId:
    other = SchoolRow(naam="De Ark", brin="98XX")
    session.add(other)
    session.flush()
    return other.id


def is_asked(school: School, *leerlingen: object) -> bool:
    batch = school.take_in(*leerlingen)  # type: ignore[arg-type]  # pupils
    return batch is not None and batch.is_open and any(regel.is_vraag for regel in batch.regels)


@pytest.fixture
def momo(school: School) -> Leerling:
    """Who is called Momo by now, and Mohamed before."""
    leerling = school.leerling(MOHAMED, "k1")
    school.leerling(BO, "k2")
    call_otherwise(school, leerling, MOMO)
    return leerling


def test_a_name_that_comes_back_is_no_question(school: School, momo: Leerling) -> None:
    assert [bekende_namen.said(each) for each in bekende_namen.known(momo)] == [("Haddad", "", "Mohamed")]
    assert not is_asked(school, pupil("k1", *MOHAMED), pupil("k2", *BO))
    assert momo.roepnaam == "Mohamed"
    assert not is_asked(school, pupil("k1", *MOMO), pupil("k2", *BO))
    assert (momo.roepnaam, momo.las_key) == ("Momo", "k1")
    assert [each["roepnaam"] for each in bekende_namen.known(momo)] == ["Mohamed"]


def test_a_name_that_was_forgotten_is_a_question_again(school: School, momo: Leerling) -> None:
    [row] = bekende_namen.known(momo)
    door = school.wereld.beheerder.id
    bekende_namen.forget(school.session, momo.school_id, momo.id, bekende_namen.said(row), door=door)
    assert bekende_namen.known(momo) == []
    assert is_asked(school, pupil("k1", *MOHAMED), pupil("k2", *BO))
    assert (momo.roepnaam, momo.las_key) == ("Momo", "k1")


def test_nobody_forgets_the_name_of_a_leerling_of_another_school(school: School, momo: Leerling) -> None:
    other = make_other_school(school.session)
    with pytest.raises(NotAllowed):
        bekende_namen.forget(school.session, other, momo.id, ("Haddad", "", "Mohamed"), door=school.wereld.beheerder.id)
    assert bekende_namen.known(momo)


def test_what_an_undone_import_wrote_is_not_remembered_and_is_a_question_again(school: School) -> None:
    leerling = school.leerling(MOHAMED, "k1")
    school.leerling(BO, "k2")
    batch = call_otherwise(school, leerling, MOMO)
    terug = terugdraaien.preview(school.session, leerling.school_id, batch.id)
    door = school.wereld.beheerder.id
    terugdraaien.undo(school.session, leerling.school_id, batch.id, digest=terug.digest, door=door)
    school.session.flush()
    assert (leerling.roepnaam, leerling.las_key, bekende_namen.known(leerling)) == ("Mohamed", "k1", [])
    for _night in range(3):
        assert is_asked(school, pupil("k1", *MOMO), pupil("k2", *BO))
        assert leerling.roepnaam == "Mohamed"


def test_a_key_that_stood_at_somebody_else_says_nothing_of_a_name(school: School, momo: Leerling) -> None:
    """Bo had it for a while, as far as anybody here knows."""
    bo = school.session.scalars(select(Leerling).where(Leerling.roepnaam == "Bo")).one()
    bo.bekende_namen = [{"las_key": "k1"}]
    school.session.flush()
    assert is_asked(school, pupil("k1", *MOHAMED), pupil("k2", *BO))


def test_who_lost_a_key_by_hand_keeps_that_they_had_it_and_no_name(school: School, momo: Leerling) -> None:
    sloten.lock(school.session, momo.school_id)
    geschiedenis.act(school.session, momo.school_id, Wat.NUMMERS_WISSEN)
    momo.las_key = None
    school.session.flush()
    assert momo.bekende_namen == [{"las_key": "k1"}]


def test_under_a_new_key_the_names_of_the_old_one_do_not_count(school: School, momo: Leerling) -> None:
    school.take_in(pupil("k8", *MOMO), pupil("k2", *BO))
    assert (momo.las_key, momo.bekende_namen) == ("k8", [{"las_key": "k1"}])
    assert is_asked(school, pupil("k8", *MOHAMED), pupil("k2", *BO))


def test_another_surname_with_key_date_and_first_name_equal_is_no_question(school: School) -> None:
    leerling = school.leerling(MOHAMED, "k1")
    assert not is_asked(school, pupil("k1", "Mohamed", "Visser", BORN))
    assert leerling.achternaam == "Visser"


ODD = (".", "Haddad", BORN)
"""By no name that says anything: a person linked them."""


@pytest.mark.parametrize(
    ("naam", "eckid", "theirs"),
    [
        (ODD, E1, {"eckid": None}),
        (ODD, None, {"eckid": E1}),
        (ODD, None, {"geboortedatum": None}),
        (("Mo", "Haddad", "2016-01-01"), E1, {"achternaam": "Bos"}),
    ],
)
def test_what_the_las_leaves_out_or_says_first_or_another_surname_asks_nothing(
    school: School, naam: tuple[str, str, str], eckid: str | None, theirs: dict[str, Any]
) -> None:
    leerling = school.leerling(naam, "k1", eckid)
    assert not is_asked(school, pupil("k1", *naam, eckid=eckid)._replace(**theirs))
    assert leerling.las_key == "k1"


@pytest.mark.parametrize(
    ("naam", "theirs"),
    [
        (("Mo", "Haddad", BORN), {"eckid": E2}),
        (("Mo", "Haddad", BORN), {"geboortedatum": date(2016, 4, 12)}),
        (ODD, {"geslacht": "2"}),
        (("Mo", "Haddad", BORN), {"roepnaam": "Yara"}),
        (("Mo", "Haddad", BORN), {"roepnaam": "Yara", "achternaam": "Bos", "geboortedatum": date(2014, 7, 5)}),
    ],
)
def test_a_link_that_would_not_be_made_on_the_new_values_is_asked_about_waits_and_is_not_cut(
    school: School, naam: tuple[str, str, str], theirs: dict[str, Any]
) -> None:
    leerling = school.leerling(naam, "k1", E1 if "eckid" in theirs else None)
    leerling.geslacht = "1"
    school.result_of(leerling)
    assert is_asked(school, pupil("k1", *naam, geslacht="1", eckid=leerling.eckid)._replace(**theirs))
    assert (leerling.las_key, leerling.geboortedatum) == ("k1", date.fromisoformat(BORN))
    assert school.send() == {}


def test_what_a_person_confirmed_covers_the_values_of_that_moment(school: School) -> None:
    leerling = school.leerling(("Mo", "Haddad", BORN), "k1")
    moved = pupil("k1", "Mo", "Haddad", "2014-07-05")
    batch = school.take_in(moved)
    regel = school.line(batch, "k1")
    assert regel.is_vraag
    keuzes.link(school.session, regel.school_id, regel.id, leerling.id, door=school.wereld.beheerder.id)
    school.commit(batch)
    assert not is_asked(school, moved)


def test_an_eckid_of_another_is_asked_about_though_the_rest_is_unchanged(school: School) -> None:
    school.leerling(ODD, "k1"), school.leerling(BO, "k2", E1)
    assert is_asked(school, pupil("k1", *ODD, eckid=E1), pupil("k2", *BO))


def test_an_eckid_that_came_with_another_number_is_asked_about_though_the_rest_is_unchanged(school: School) -> None:
    school.leerling(ODD, "k1", E1)
    batch = school.take_in(pupil("k1", *ODD), pupil("k9", "Yara", "Bos", "2014-07-05", eckid=E1))
    assert school.line(batch, "k1").is_vraag


def test_of_two_that_are_merged_the_names_go_along_and_come_back(school: School, momo: Leerling) -> None:
    """Nobody else's name counts under a key that either had; parted, each has what it had."""
    session, school_id, door = school.session, momo.school_id, school.wereld.beheerder.id
    other = school.leerling(("Moh", "Haddad", BORN), "k9")
    other.bekende_namen = [{"las_key": "k7"}]
    school.take_in(pupil("k9", *MOMO), pupil("k2", *BO))
    before = [list(each.bekende_namen) for each in (momo, other)]
    plan = samenvoegplan.preview(session, school_id, momo.id, other.id, los=None)
    samenvoegen.merge(session, school_id, momo.id, other.id, los=None, zeker=True, digest=plan.digest, door=door)
    assert plan.gaat_op is momo
    assert {each["las_key"] for each in other.bekende_namen} == {"k1", "k7"}
    assert "Mohamed" in {each.get("roepnaam") for each in other.bekende_namen}
    assert "Mohamed" not in {each.get("roepnaam") for each in bekende_namen.known(other)}, "not under the key of other"
    parting = splitsen.preview(session, school_id, momo.id)
    splitsen.undo(session, school_id, momo.id, digest=parting.digest, door=door)
    assert [each for each in momo.bekende_namen if len(each) > 1] == before[0]
    assert other.bekende_namen == before[1]
    assert [each["roepnaam"] for each in bekende_namen.known(momo)] == ["Mohamed"]
