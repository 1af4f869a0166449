"""What a person said stays said until it is imported, whatever the LAS sends and whoever is erased meanwhile."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.services.conftest import make_beheerder, pupil, teacher
from tests.wereld import make_wereld
from webapp.models import BatchStatus, Importbatch, Keuze, KoppelingStatus, Leerkracht, Leerling, Overdrachtvraag, Soort
from webapp.models.vastgehouden import Vastgehouden
from webapp.services.bewaring import wissen
from webapp.services.bewaring.wissen import VraagOpen
from webapp.services.clock import database_now
from webapp.services.controle import adressen, allemaal, doorgeven, keuzes, vastgehouden, vastleggen
from webapp.services.controle.adressen import Getypt
from webapp.services.controle.lijsten import Zoekvraag
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname.batch import hold, open_of
from webapp.uwlr import values as uwlr

BORN = "2019-01-30"
ANN = pupil("k1", "Ann", "Aarts", "2017-01-11")
BEN = pupil("k2", "Ben", "Bos", "2017-02-02")
CAS = pupil("k3", "Cas", "Cool", "2017-03-03")


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


def ours(school: School, roepnaam: str, achternaam: str, geboren: str, las_key: str | None = None) -> Leerling:
    return school.leerling((roepnaam, achternaam, geboren), las_key)


def now_open(school: School) -> Importbatch:
    school.session.flush()
    school.session.expire_all()
    batch = open_of(school.session, school.wereld.school.id)
    assert batch is not None
    return batch


def test_who_was_said_to_be_new_is_not_linked_by_itself_when_the_rival_is_gone(school: School) -> None:
    """Two of one name came; a person said which of them is ours. Tomorrow only the other one comes."""
    noor = ours(school, "Noor", "Maan", "2016-03-12")
    school.result_of(noor)
    one, other = pupil("k1", "Noor", "Maan"), pupil("k2", "Noor", "Maan")
    batch = school.take_in(one, other, CAS)
    school.choose(batch, "k1", Keuze.NIEUW)
    school.link(batch, "k2", noor)
    school.take_in(one, CAS)
    assert noor.las_key is None
    assert school.line(now_open(school), "k1").keuze is Keuze.NIEUW
    assert school.send() == {}


def corrected(school: School) -> tuple[Importbatch, Leerling, Leerling]:
    """Ann was linked by herself, and a person said that she is Hanna; Cas is new."""
    ann, hanna = ours(school, "Ann", "Aarts", "2017-01-11"), ours(school, "Hanna", "Zwart", "2014-03-13")
    school.result_of(ann)
    batch, door = school.take_in(ANN, CAS), school.wereld.beheerder.id
    assert batch is not None
    assert ann.las_key == "k1"
    keuzes.link(school.session, batch.school_id, school.line(batch, "k1").id, hanna.id, door=door)
    return batch, ann, hanna


def test_who_was_left_out_leaves_no_certain_match_to_a_namesake(school: School) -> None:
    """A person said of the first that they are not imported; the second has the same name and birth date."""
    noor = ours(school, "Noor", "Maan", "2016-03-12")
    school.result_of(noor)
    one, other = pupil("k1", "Noor", "Maan", "2016-03-12"), pupil("k2", "Noor", "Maan", "2016-03-12")
    batch = school.take_in(one, CAS)
    school.choose(batch, "k1", Keuze.NIET)
    school.commit(batch)
    school.take_in(one, other, CAS)
    assert noor.las_key is None
    assert school.line(now_open(school), "k2").is_vraag
    assert school.send() == {}


def test_a_corrected_link_waits_for_its_import_though_every_question_is_gone(school: School) -> None:
    _, ann, hanna = corrected(school)
    nights = [school.take_in(ANN) for _ in range(2)]
    assert nights[0] is nights[1] is now_open(school), "nothing new: the same page"
    regel = school.line(now_open(school), "k1")
    assert (regel.keuze, regel.doel_id) == (Keuze.KOPPEL, hanna.id)
    assert school.send() == {}
    school.commit(now_open(school))
    assert (ann.las_key, hanna.las_key) == (None, "k1")


def test_a_first_import_is_still_to_come_while_a_corrected_link_waits(session: Session, app: Flask) -> None:
    school = School(make_wereld(session, app.extensions["keyring"], status=KoppelingStatus.GOEDGEKEURD), app)
    corrected(school)
    school.take_in(ANN)
    assert str(school.wereld.koppeling.status) == KoppelingStatus.GOEDGEKEURD
    school.commit(now_open(school))
    assert str(school.wereld.koppeling.status) == KoppelingStatus.ACTIEF


def test_a_corrected_link_waits_for_its_import_though_a_hold_was_answered(school: School) -> None:
    _, _, hanna = corrected(school)
    batch, gone = school.take_in(ANN), ours(school, "Weg", "Was", "2013-01-01", "k9")
    assert batch is not None
    held = {str(Soort.LEERLING): Vastgehouden(ids=[gone.id], redenen=[])}
    hold(school.session, batch, held, since=database_now(school.session))
    assert vastgehouden.has_open_lines(school.session, batch)
    door = school.wereld.beheerder.id
    vastleggen.confirm_departures(
        school.session, batch.school_id, batch.id, confirmed=vastgehouden.total(batch), door=door
    )
    assert now_open(school).status is BatchStatus.WACHT_OP_CONTROLE
    school.commit(now_open(school))
    assert hanna.las_key == "k1"


def test_erasing_one_of_an_answered_exchange_waits_for_the_import(school: School) -> None:
    jip, _ = ours(school, "Jip", "Wolters", BORN, "k1"), ours(school, "Jop", "Wolters", BORN, "k2")
    batch = school.take_in(pupil("k1", "Jop", "Wolters", BORN), pupil("k2", "Jip", "Wolters", BORN))
    school.exchange(batch, "k1", Ruilantwoord.OMDRAAIEN)
    assert batch is not None
    with pytest.raises(VraagOpen):
        wissen.erase(school.session, batch.school_id, jip.id, door=school.wereld.beheerder.id)


def test_erasing_whose_number_another_gets_waits_for_the_import(school: School) -> None:
    fien = ours(school, "Fien", "Bloem", "2014-09-09", "k1")
    batch = school.take_in(pupil("k1", "Noor", "Maan"))
    assert batch is not None
    school.choose(batch, "k1", Keuze.NIEUW)
    with pytest.raises(VraagOpen):
        wissen.erase(school.session, batch.school_id, fien.id, door=school.wereld.beheerder.id)


def test_who_went_along_with_a_groep_comes_back_as_a_question_when_their_record_is_erased(school: School) -> None:
    noor = ours(school, "Hanna", "Zwart", "2014-03-13")
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Zomergroep", "6"))
    batch = school.take_in(pupil("k1", "Anneke", "Zoet", groep="g6"), groepen=groepen)
    assert batch is not None
    school.link(batch, "k1", noor)
    groep = next(r for r in batch.regels if r.las_key == "g6")
    door = school.wereld.beheerder.id
    keuzes.choose(school.session, batch.school_id, groep.id, Keuze.NIET, door=door)
    wissen.erase(school.session, batch.school_id, noor.id, door=door)
    keuzes.choose(school.session, batch.school_id, groep.id, Keuze.NIEUW, door=door)
    regel = school.line(batch, "k1")
    assert (regel.keuze, regel.doel_id) == (None, None)
    school.commit(batch)


def test_a_bulk_act_on_who_lost_a_record_is_undone_to_the_question(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    batch, door = school.take_in(ANN, BEN), school.wereld.beheerder.id
    assert batch is not None
    keuzes.link(school.session, batch.school_id, school.line(batch, "k2").id, ann.id, door=door)
    loser, vraag = school.line(batch, "k1"), Zoekvraag(Soort.LEERLING, Keuze.KOPPEL)
    assert loser.is_vraag
    seen = database_now(school.session)
    done = allemaal.put_ticked(
        school.session, batch.school_id, batch.id, vraag, Keuze.NIET, ids=[loser.id], gezien=seen, door=door
    )
    assert done.aantal == 1
    allemaal.undo(school.session, batch.school_id, batch.id, vraag, op=done.op, door=door)
    assert school.line(batch, "k1").is_vraag


def test_a_correction_whose_record_another_got_by_itself_is_asked_again(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    hanna = ours(school, "Hanna", "Zwart", "2014-03-13")
    batch, door = school.take_in(ANN, BEN), school.wereld.beheerder.id
    assert batch is not None
    assert ann.las_key == "k1"
    keuzes.link(school.session, batch.school_id, school.line(batch, "k1").id, hanna.id, door=door)
    newer = school.take_in(ANN, BEN, pupil("k7", "Hanna", "Zwart", "2014-03-13"))
    assert newer is not None
    assert hanna.las_key == "k7"
    assert school.line(newer, "k1").is_vraag
    summarise(school.session, newer)


def test_what_a_leerkracht_said_of_who_lost_a_record_goes_on_in_a_newer_delivery(school: School) -> None:
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    ours(school, "Anneke", "Aarts", "2017-01-11")
    batch, door = school.take_in(ANN, BEN), school.wereld.beheerder.id
    assert batch is not None
    keuzes.link(school.session, batch.school_id, school.line(batch, "k2").id, ann.id, door=door)
    collega = make_beheerder(school.session, school.wereld.school, "c@x.example")
    doorgeven.hand_over(
        school.session, batch.school_id, batch.id, [school.line(batch, "k1").id], aan=collega.id, bericht="", door=door
    )
    newer = school.take_in(ANN, BEN, CAS)
    assert newer is not batch
    again = school.line(newer, "k1")
    assert school.session.scalars(select(Overdrachtvraag.regel_id)).all() == [again.id]


def test_a_question_of_last_year_is_asked_in_the_new_one(school: School) -> None:
    """What the LAS says of her is the same, but her groep is one of the new year."""
    ours(school, "Noor", "Maan", "2016-03-12"), ours(school, "Noor", "Maan", "2016-03-12")
    noor = pupil("k1", "Noor", "Maan")
    batch = school.take_in(noor, CAS)
    assert batch is not None
    for regel in batch.regels:
        if regel.las_key == "g5" and regel.keuze is None:
            keuzes.choose(school.session, batch.school_id, regel.id, Keuze.NIEUW, door=school.wereld.beheerder.id)
    digest = summarise(school.session, batch).digest
    vastleggen.commit(school.session, batch.school_id, batch.id, digest=digest, door=school.wereld.beheerder.id)
    assert [regel.las_key for regel in now_open(school).regels] == ["k1"]
    school.take_in(noor, CAS, school=uwlr.School(schooljaar="2027-2028", brincode="99XX"))
    assert now_open(school).schooljaar == "2027-2028"


def test_an_address_that_was_typed_for_who_is_new_outlives_a_certain_match(school: School) -> None:
    loes = teacher("t1", "Loes", "Hartog")
    batch = school.take_in(CAS, leerkrachten=(loes,))
    assert batch is not None
    regel = next(each for each in batch.regels if each.las_key == "t1")
    typed = {f"r{regel.id}": Getypt("loes@regenboog.example", "")}
    assert adressen.save(school.session, batch.school_id, typed, door=school.wereld.beheerder.id).bewaard == 1
    school.session.add(Leerkracht(school_id=batch.school_id, roepnaam="Loes", achternaam="Hartog"))
    school.session.flush()
    school.take_in(CAS, leerkrachten=(loes,))
    addresses = set(school.session.scalars(select(Leerkracht.email)))
    addresses |= {each.email_ingevuld for each in now_open(school).regels}
    assert "loes@regenboog.example" in addresses


def test_who_was_left_out_stays_so_in_another_groep(school: School) -> None:
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Groep 6", "6"))
    batch = school.take_in(CAS, BEN, groepen=groepen)
    school.choose(batch, "k3", Keuze.NIET)
    newer = school.take_in(pupil("k3", "Cas", "Cool", "2017-03-03", groep="g6"), BEN, groepen=groepen)
    assert newer is not batch
    assert school.line(newer, "k3").keuze is Keuze.NIET
    renamed = school.take_in(pupil("k3", "Fien", "Bloem", "2014-09-09"), BEN, groepen=groepen)
    assert school.line(renamed, "k3").keuze is Keuze.NIEUW, "somebody else under that number"


def test_a_link_that_a_person_made_outlives_the_one_whom_it_looked_like(school: School) -> None:
    ann, ben = ours(school, "Ann", "Aarts", "2017-01-11"), ours(school, "Ben", "Bos", "2017-02-02")
    anne = pupil("k8", "Anne", "Aarts", "2017-01-11")
    batch, door = school.take_in(ANN, anne, CAS), school.wereld.beheerder.id
    assert batch is not None
    assert [each["id"] for each in school.line(batch, "k8").kandidaten] == [ann.id]
    school.link(batch, "k8", ben)
    wissen.erase(school.session, batch.school_id, ann.id, door=door)
    school.take_in(ANN, anne, CAS)
    assert school.line(now_open(school), "k8").doel_id == ben.id
    moved = pupil("k8", "Anne", "Aarts", "2017-01-11", jaargroep="6")
    for _ in range(2):
        school.take_in(ANN, moved, CAS)
        again = school.line(now_open(school), "k8")
        assert (again.is_vraag, [each["id"] for each in again.kandidaten]) == (True, [ben.id])


def test_what_is_asked_because_a_person_said_otherwise_is_asked_until_there_is_an_answer(school: School) -> None:
    noor = ours(school, "Noor", "Maan", "2016-03-12")
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Groep 6", "6"))
    batch = school.take_in(pupil("k1", "Noor", "Maan"), pupil("k2", "Noor", "Maan"), CAS, groepen=groepen)
    school.choose(batch, "k1", Keuze.NIEUW)
    school.link(batch, "k2", noor)
    for _ in range(3):
        school.take_in(pupil("k1", "Noor", "Maan", groep="g6"), CAS, groepen=groepen)
        assert (noor.las_key, school.line(now_open(school), "k1").is_vraag) == (None, True)
    school.link(now_open(school), "k1", noor)
    school.commit(now_open(school))
    assert noor.las_key == "k1"


def test_a_record_that_was_taken_over_goes_to_who_has_its_name_under_a_new_number(school: School) -> None:
    """A person gave Ann to Ben; then the LAS sends Ann under another number, and she is found by herself."""
    ann = ours(school, "Ann", "Aarts", "2017-01-11")
    school.link(school.take_in(ANN, BEN), "k2", ann)
    for _ in range(2):
        newer = school.take_in(pupil("k7", "Ann", "Aarts", "2017-01-11"), BEN)
        assert (ann.las_key, school.line(newer, "k2").is_vraag) == ("k7", True)


def test_of_rivals_one_put_apart_in_bulk_takes_nothing_from_the_other(school: School) -> None:
    noor = ours(school, "Noor", "Maan", "2016-03-12")
    school.result_of(noor)
    batch, door = (
        school.take_in(pupil("k1", "Noor", "Maan"), pupil("k2", "Noor", "Maan"), CAS),
        school.wereld.beheerder.id,
    )
    assert batch is not None
    vraag, seen = Zoekvraag(Soort.LEERLING, Keuze.KOPPEL), database_now(school.session)
    ids = [school.line(batch, "k1").id]
    allemaal.put_ticked(school.session, batch.school_id, batch.id, vraag, Keuze.NIEUW, ids=ids, gezien=seen, door=door)
    digest = summarise(school.session, batch).digest
    vastleggen.commit(school.session, batch.school_id, batch.id, digest=digest, door=door)
    left = now_open(school)
    assert [regel.las_key for regel in left.regels] == ["k2"]
    assert (noor.las_key, school.send()) == (None, {})
    school.link(left, "k2", noor)
    school.commit(left)
    assert list(school.send().values()) == ["k2"]


def test_an_answer_that_waits_does_not_go_with_a_groep_that_was_left_out(school: School) -> None:
    """The groep is imported as left out; who of it a person linked waits for a question about the same record."""
    hanna, door = ours(school, "Hanna", "Zwart", "2014-03-13"), school.wereld.beheerder.id
    came = (pupil("k6", "Hannah", "Zwart", "2014-03-13"), pupil("k9", "Sam", "Smit", "2018-02-02", groep="g6"))
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Zomergroep", "6"))
    batch = school.take_in(*came, groepen=groepen)
    assert batch is not None
    g6 = next(r for r in batch.regels if r.soort is Soort.GROEP and r.las_key == "g6")
    keuzes.choose(school.session, batch.school_id, g6.id, Keuze.NIET, door=door)
    school.link(batch, "k9", hanna)
    digest = summarise(school.session, batch).digest
    vastleggen.commit(school.session, batch.school_id, batch.id, digest=digest, door=door)
    assert school.line(now_open(school), "k9").doel_id == hanna.id
    school.take_in(*came, groepen=groepen)
    assert school.line(now_open(school), "k9").doel_id == hanna.id
