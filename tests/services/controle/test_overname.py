"""Taking a record over: who loses it becomes a question, and what a person said is opened first."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.services.conftest import pupil
from tests.wereld import make_wereld
from webapp.errors import NotAllowed
from webapp.models import Importbatch, Importregel, Keuze, Leerling, Soort
from webapp.services.clock import database_clock, database_now
from webapp.services.controle import allemaal, antwoorden, kandidaten, keuzes, overname, vastleggen
from webapp.services.controle.errors import NoTarget, QuestionsOpen, TargetTaken, TwoOnOne
from webapp.services.controle.gewaagd import Waarom
from webapp.services.controle.lijsten import Zoekvraag
from webapp.services.controle.samenvatting import summarise
from webapp.uwlr import values as uwlr
from webapp.woorden.antwoorden import gevolg

ANN = pupil("k1", "Ann", "Aarts", "2017-01-11")
BEN = pupil("k2", "Ben", "Bos", "2017-02-02")
CAS = pupil("k3", "Cas", "Cool", "2017-03-03")


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


def ours(school: School, roepnaam: str, achternaam: str, geboren: str, las_key: str | None = None) -> Leerling:
    return school.leerling((roepnaam, achternaam, geboren), las_key)


def take(school: School, batch: Importbatch | None, key: str, doel: Leerling) -> Importregel:
    regel = school.line(batch, key)
    return keuzes.link(school.session, regel.school_id, regel.id, doel.id, door=school.wereld.beheerder.id)


def keys(school: School) -> dict[str | None, str | None]:
    return {each.roepnaam: each.las_key for each in school.session.scalars(select(Leerling))}


def test_whose_link_went_by_itself_becomes_a_question_with_who_is_left(school: School) -> None:
    ann, double = ours(school, "Ann", "Aarts", "2017-01-11"), ours(school, "Anneke", "Aarts", "2017-01-11")
    batch = school.take_in(ANN, BEN)
    assert ann.las_key == "k1"
    before = database_clock(school.session)
    take(school, batch, "k2", ann)
    loser = school.line(batch, "k1")
    assert loser.gekozen_op is not None
    assert loser.gekozen_op > before, "chosen when the lock was had, so that a page opened before hears of it"
    assert (loser.keuze, loser.toegepast_id) == (None, ann.id)
    assert [each["id"] for each in loser.kandidaten] == [double.id, ann.id]
    assert [each.houder.naam for each in kandidaten.proposed(school.session, loser) if each.houder] == ["Ben Bos"]


def test_the_import_refuses_while_the_loser_is_open_and_results_wait(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    school.result_of(ann)
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    take(school, batch, "k2", ann)
    assert school.send() == {}
    digest = summarise(school.session, batch).digest
    with pytest.raises(QuestionsOpen):
        vastleggen.commit(school.session, batch.school_id, batch.id, digest=digest, door=school.wereld.beheerder.id)
    school.choose(batch, "k1", Keuze.NIEUW)
    [daring] = [each for each in summarise(school.session, batch).gewaagd if each.waarom is Waarom.OVERNAME]
    assert (daring.regel.roepnaam, daring.doel.id) == ("Ben", ann.id)
    assert daring.was is school.line(batch, "k1")
    school.commit(batch)
    assert ann.las_key == "k2"
    assert keys(school) == {"Ben": "k2", "Ann": "k1"}
    assert school.send(by_day=True) == {}
    assert list(school.send().values()) == ["k2"]


def test_who_was_linked_long_ago_becomes_a_question_of_this_aanlevering(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11", "k1")
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    assert [regel.las_key for regel in batch.regels if regel.soort is Soort.LEERLING] == ["k2"]
    take(school, batch, "k2", ann)
    school.session.expire_all()
    loser = school.line(batch, "k1")
    assert (loser.weergavenaam, loser.is_vraag, loser.toegepast_id) == ("Ann Aarts", True, ann.id)
    newer = school.take_in(ANN, BEN, CAS)
    again = school.line(newer, "k1")
    assert (again.is_vraag, [each["id"] for each in again.kandidaten]) == (True, [ann.id])
    assert (school.line(newer, "k2").keuze, school.line(newer, "k2").doel_id) == (Keuze.KOPPEL, ann.id)
    for key in ("k1", "k3"):
        school.choose(newer, key, Keuze.NIEUW)
    school.commit(newer)
    assert keys(school) == {"Ben": "k2", "Ann": "k1", "Cas": "k3"}
    assert ann.las_key == "k2"


def test_the_same_aanlevering_again_keeps_the_questions(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11", "k1")
    batch = school.take_in(ANN, BEN)
    take(school, batch, "k2", ann)
    again = school.take_in(ANN, BEN)
    assert again is not None
    assert school.line(again, "k1").is_vraag
    assert school.line(again, "k2").doel_id == ann.id


def test_what_a_person_linked_is_opened_before_another_has_it(school: School) -> None:
    ann = ours(school, "Hanna", "Zwart", "2014-01-01")
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    take(school, batch, "k1", ann)
    with pytest.raises(TargetTaken) as refused:
        take(school, batch, "k2", ann)
    assert (refused.value.naam, refused.value.door) == ("Ann Aarts", "Marijke")
    door, ben = school.wereld.beheerder.id, school.line(batch, "k2")
    opened = keuzes.open_answer(school.session, batch.school_id, ben.id, ann.id, door=door)
    assert (opened.las_key, opened.is_vraag) == ("k1", True)
    take(school, batch, "k2", ann)
    school.choose(batch, "k1", Keuze.NIEUW)
    school.commit(batch)
    assert ann.las_key == "k2"


def test_what_a_person_linked_in_an_earlier_import_is_opened_first_too(school: School) -> None:
    ann = ours(school, "Hanna", "Zwart", "2014-01-01")
    first = school.take_in(ANN)
    take(school, first, "k1", ann)
    school.commit(first)
    assert ann.las_key == "k1"
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    with pytest.raises(TargetTaken):
        take(school, batch, "k2", ann)
    ben = school.line(batch, "k2")
    opened = keuzes.open_answer(school.session, batch.school_id, ben.id, ann.id, door=school.wereld.beheerder.id)
    assert (opened.batch_id, opened.weergavenaam, opened.is_vraag) == (batch.id, "Ann Aarts", True)
    take(school, batch, "k2", ann)


def test_nothing_is_opened_that_no_person_said(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    ben, door = school.line(batch, "k2"), school.wereld.beheerder.id
    with pytest.raises(NotAllowed):
        keuzes.open_answer(school.session, batch.school_id, ben.id, ann.id, door=door)


def test_who_lost_a_record_may_have_it_again_when_it_is_given_back(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    take(school, batch, "k2", ann)
    assert overname.loser(school.session, school.line(batch, "k2")) is school.line(batch, "k1")
    school.choose(batch, "k2", Keuze.NIEUW)
    loser = school.line(batch, "k1")
    assert (loser.keuze, loser.doel_id, loser.kandidaten, loser.gekozen_door) == (Keuze.KOPPEL, ann.id, [], None)
    assert antwoorden.given(school.session, batch.regels) == []
    school.commit(batch)
    assert keys(school) == {"Ann": "k1", "Ben": "k2"}


def test_all_at_once_takes_back_no_link_that_a_person_chose(school: School) -> None:
    ours(school, "Ann", "Aarts", "2017-01-11")
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    linked = Zoekvraag(Soort.LEERLING, Keuze.KOPPEL)
    assert allemaal.count(school.session, batch, linked).naar[Keuze.NIET] == 1
    take(school, batch, "k1", ours(school, "Hanna", "Zwart", "2014-01-01"))
    assert allemaal.count(school.session, batch, linked).naar[Keuze.NIET] == 0


def test_a_groep_that_is_left_out_gives_back_what_its_leerling_had_taken(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Zomergroep", "6"))
    batch = school.take_in(ANN, pupil("k2", "Ben", "Bos", "2017-02-02", groep="g6"), groepen=groepen)
    assert batch is not None
    take(school, batch, "k2", ann)
    args, door = (school.session, batch.school_id, batch.id), school.wereld.beheerder.id
    new = Zoekvraag(Soort.GROEP, Keuze.NIEUW)
    allemaal.put(*args, new, Keuze.NIET, verwacht=1, gezien=database_now(school.session), door=door)
    assert school.line(batch, "k2").keuze is Keuze.NIET
    assert (school.line(batch, "k1").keuze, school.line(batch, "k1").doel_id) == (Keuze.KOPPEL, ann.id)


def test_what_was_opened_on_purpose_stays_a_question(school: School) -> None:
    ann = ours(school, "Hanna", "Zwart", "2014-01-01")
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    take(school, batch, "k1", ann)
    door, ben = school.wereld.beheerder.id, school.line(batch, "k2")
    keuzes.open_answer(school.session, batch.school_id, ben.id, ann.id, door=door)
    take(school, batch, "k2", ann)
    school.choose(batch, "k2", Keuze.NIEUW)
    assert school.line(batch, "k1").is_vraag


def test_the_answers_say_whose_results_go_to_whom(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    school.result_of(ann)
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    take(school, batch, "k2", ann)
    school.choose(batch, "k1", Keuze.NIEUW)
    said = {each.regel.roepnaam: gevolg(each) for each in antwoorden.given(school.session, batch.regels)}
    assert said == {
        "Ben": "Ben Bos krijgt 1 resultaat van Ann Aarts.",
        "Ann": "Ann Aarts wordt toegevoegd, zonder resultaten: die gaan naar Ben Bos.",
    }


def test_the_answer_to_leave_out_says_that_the_results_stay_behind(school: School) -> None:
    school.result_of(ours(school, "Ann", "Aarts", "2017-01-11"))
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    school.choose(batch, "k1", Keuze.NIET)
    [answer] = antwoorden.given(school.session, batch.regels)
    assert gevolg(answer) == "Ann Aarts houdt 1 resultaat, dat niet meegaat."


def test_a_link_against_the_evidence_is_named_and_waits_for_the_night(school: School) -> None:
    other = school.leerling(("Ben", "Bos", "2015-09-09"), None)
    school.result_of(other)
    batch = school.take_in(BEN)
    assert batch is not None
    take(school, batch, "k2", other)
    [daring] = summarise(school.session, batch).gewaagd
    assert (daring.waarom, daring.redenen) == (Waarom.BEWIJS, ("datum-anders",))
    school.commit(batch)
    assert school.send(by_day=True) == {}
    assert list(school.send().values()) == ["k2"]


def test_an_ordinary_answer_waits_for_nothing(school: School) -> None:
    ben = school.leerling(("Benjamin", "Bos", "2017-02-02"), None)
    school.result_of(ben)
    batch = school.take_in(BEN)
    if batch is not None and batch.is_open and ben.las_key is None:
        take(school, batch, "k2", ben)
        assert summarise(school.session, batch).gewaagd == []
        school.commit(batch)
    assert list(school.send(by_day=True).values()) == ["k2"]


def test_who_was_left_out_does_not_get_back_what_another_has_by_now(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    batch = school.take_in(ANN, BEN)
    school.choose(batch, "k1", Keuze.NIET)
    take(school, batch, "k2", ann)
    with pytest.raises(NoTarget):
        school.choose(batch, "k1", Keuze.KOPPEL)
    assert school.line(batch, "k1").keuze is Keuze.NIET


def test_whose_groep_comes_back_is_asked_about_when_another_has_their_record(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Zomergroep", "6"))
    batch = school.take_in(pupil("k1", "Ann", "Aarts", "2017-01-11", groep="g6"), BEN, groepen=groepen)
    assert batch is not None
    query = select(Importregel).where(Importregel.batch_id == batch.id, Importregel.las_key == "g6")
    groep, door = school.session.scalars(query).one(), school.wereld.beheerder.id
    keuzes.choose(school.session, groep.school_id, groep.id, Keuze.NIET, door=door)
    take(school, batch, "k2", ann)
    keuzes.choose(school.session, groep.school_id, groep.id, Keuze.NIEUW, door=door)
    assert (school.line(batch, "k1").keuze, school.line(batch, "k2").doel_id) == (None, ann.id)


def test_the_import_itself_refuses_two_on_one_record(school: School) -> None:
    ann = ours(school, "Hanna", "Zwart", "2014-01-11")
    batch = school.take_in(ANN, BEN)
    assert batch is not None
    for key in ("k1", "k2"):
        school.line(batch, key).keuze, school.line(batch, key).doel_id = Keuze.KOPPEL, ann.id  # as no service does it
    school.session.flush()
    digest = summarise(school.session, batch).digest
    with pytest.raises(TwoOnOne):
        vastleggen.commit(school.session, batch.school_id, batch.id, digest=digest, door=school.wereld.beheerder.id)


def test_choosing_existing_in_a_list_takes_nothing_from_anybody(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    batch = school.take_in(ANN, BEN)
    school.line(batch, "k2").kandidaten = [{"id": ann.id, "redenen": []}]
    with pytest.raises(NoTarget):
        school.choose(batch, "k2", Keuze.KOPPEL)
    assert (school.line(batch, "k1").keuze, school.line(batch, "k1").doel_id) == (Keuze.KOPPEL, ann.id)


def test_a_link_beside_a_twin_is_named_and_waits_for_the_night(school: School) -> None:
    ours(school, "Jip", "Bos", "2017-02-02", "k9")
    ben = ours(school, "Benn", "Bos", "2017-02-02")
    school.result_of(ben)
    batch = school.take_in(BEN, pupil("k9", "Jip", "Bos", "2017-02-02"))
    assert batch is not None
    take(school, batch, "k2", ben)
    [daring] = summarise(school.session, batch).gewaagd
    assert (daring.waarom, daring.redenen) == (Waarom.BEWIJS, ("tweeling",))
    school.commit(batch)
    assert school.send(by_day=True) == {}
    assert list(school.send().values()) == ["k2"]


E1, E2 = "a" * 128, "b" * 128
ANN_E = pupil(None, "Ann", "Aarts", "2017-01-11", eckid=E1)
"""Whom the LAS sends without a number."""


def about(school: School, batch: Importbatch | None, naam: str) -> Importregel:
    assert batch is not None
    school.session.expire(batch, ["regels"])
    return next(regel for regel in batch.regels if regel.weergavenaam == naam)


def test_who_is_linked_by_eckid_only_loses_no_record_without_a_question(school: School) -> None:
    ann = school.leerling(("Ann", "Aarts", "2017-01-11"), None, E1)
    batch = school.take_in(ANN_E, BEN)
    regel, door = about(school, batch, "Ben Bos"), school.wereld.beheerder.id
    [found] = [each for each in kandidaten.search(school.session, regel, "Ann", everyone=True) if each.doel is ann]
    assert found.houder is not None
    keuzes.link(school.session, regel.school_id, regel.id, ann.id, door=door)
    loser = about(school, batch, "Ann Aarts")
    assert (loser.las_key, loser.eckid, loser.is_vraag, loser.toegepast_id) == (None, E1, True, ann.id)
    keuzes.choose(school.session, regel.school_id, loser.id, Keuze.NIEUW, door=door)
    assert batch is not None
    [daring] = [each for each in summarise(school.session, batch).gewaagd if each.waarom is Waarom.OVERNAME]
    assert daring.doel.id == ann.id
    school.commit(batch)
    assert (ann.las_key, ann.eckid) == ("k2", None)
    school.result_of(ann)
    assert school.send(by_day=True) == {}
    assert list(school.send().values()) == ["k2"]


def test_a_record_linked_by_eckid_only_is_free_for_the_line_with_that_eckid(school: School) -> None:
    ann = school.leerling(("Hanna", "Zwart", "2014-01-01"), None, E1)
    batch = school.take_in(ANN_E, BEN)
    regel = about(school, batch, "Ann Aarts")
    keuzes.link(school.session, regel.school_id, regel.id, ann.id, door=school.wereld.beheerder.id)
    assert summarise(school.session, regel.batch).gewaagd[0].waarom is Waarom.BEWIJS


def test_what_a_person_linked_by_eckid_is_opened_first(school: School) -> None:
    hanna, door = school.leerling(("Hanna", "Zwart", "2014-01-01"), None), school.wereld.beheerder.id
    first = school.take_in(ANN_E)
    regel = about(school, first, "Ann Aarts")
    keuzes.link(school.session, regel.school_id, regel.id, hanna.id, door=door)
    school.commit(first)
    assert (hanna.las_key, hanna.eckid) == (None, E1)
    batch = school.take_in(ANN_E, BEN)
    with pytest.raises(TargetTaken):
        take(school, batch, "k2", hanna)
    ben = school.line(batch, "k2")
    opened = keuzes.open_answer(school.session, ben.school_id, ben.id, hanna.id, door=door)
    assert (opened.eckid, opened.is_vraag) == (E1, True)


def test_what_a_person_said_of_another_without_a_number_is_not_said_of_this_one(school: School) -> None:
    """Of both the number is unknown, which does not make them one."""
    hanna, door = school.leerling(("Hanna", "Zwart", "2014-01-01"), None), school.wereld.beheerder.id
    first = school.take_in(ANN_E)
    regel = about(school, first, "Ann Aarts")
    keuzes.link(school.session, regel.school_id, regel.id, hanna.id, door=door)
    school.commit(first)
    hanna.eckid = E2  # the LAS renewed it since, and that went by itself
    batch = school.take_in(pupil(None, "Ann", "Aarts", "2017-01-11", eckid=E2), BEN)
    take(school, batch, "k2", hanna)
    assert about(school, batch, "Ann Aarts").is_vraag


def test_a_question_about_somebody_without_a_number_says_nothing_of_another_without_one(school: School) -> None:
    ann = school.leerling(("Ann", "Aarts", "2017-01-11"), None, E1)
    school.leerling(("Fien", "Bloem", "2014-09-09"), None)
    batch = school.take_in(ANN_E, BEN, pupil(None, "Fiene", "Bloem", "2014-09-09", eckid=E2))
    assert about(school, batch, "Fiene Bloem").is_vraag
    take(school, batch, "k2", ann)
    assert about(school, batch, "Ann Aarts").is_vraag


def test_who_is_left_out_by_eckid_lets_go_of_the_record_that_has_it(school: School) -> None:
    """The LAS dropped the number, and gives the ECK iD of Hanna to somebody who is not imported."""
    hanna = school.leerling(("Hanna", "Zwart", "2014-01-01"), "k1", E1)
    school.result_of(hanna)
    batch = school.take_in(ANN_E, BEN)
    regel = about(school, batch, "Ann Aarts")
    keuzes.choose(school.session, regel.school_id, regel.id, Keuze.NIET, door=school.wereld.beheerder.id)
    school.commit(batch)
    assert (hanna.las_key, hanna.eckid) == (None, None)
    assert school.send() == {}
