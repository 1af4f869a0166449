"""Leerlingen whom the LAS exchanged are one question, answered in one act: no result goes to the wrong child."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.ground.statements import break_at_every_statement
from tests.namen import NAMEN
from tests.services.conftest import make_beheerder, pupil
from tests.wereld import make_wereld
from webapp.models import (
    Audit,
    Daad,
    Importbatch,
    Importregel,
    Keuze,
    Leerling,
    LeveringStatus,
    Mail,
    MailSoort,
    Overdracht,
    Soort,
)
from webapp.models.ids import ResultaatId
from webapp.services import vragen
from webapp.services.clock import database_clock, database_now
from webapp.services.controle import doorgeven, keuzes, ruil, vastleggen
from webapp.services.controle.errors import ChoiceImpossible, OnlyLater, PartOfExchange, QuestionsOpen
from webapp.services.controle.gewaagd import Waarom
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.controle.samenvatting import summarise
from webapp.services.versturen import leveringen
from webapp.services.versturen.waar import places
from webapp.services.zendkeuze import Keuzes
from webapp.uwlr import values as uwlr
from webapp.woorden.ruil import resultaten
from webapp.woorden.waar import stand_of

BORN = "2019-01-30"
E1, E2 = "https://ketenid.nl/pilot/1", "https://ketenid.nl/pilot/2"
Twins = tuple[Leerling, Leerling]


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


@pytest.fixture
def twins(school: School) -> Callable[..., Twins]:
    """Jip is k1 and Jop is k2, as the LAS had them yesterday."""

    def make(eckids: tuple[str | None, str | None] = (None, None)) -> Twins:
        one = school.leerling(("Jip", "Wolters", BORN), "k1", eckids[0])
        return one, school.leerling(("Jop", "Wolters", BORN), "k2", eckids[1])

    return make


def came(key: str, naam: str, eckid: str | None = None, **more: Any) -> uwlr.Leerling:
    return pupil(key, naam, "Wolters", BORN, eckid=eckid, **more)


def exchanged(school: School) -> Importbatch:
    """Today the LAS has Jop under the number of Jip, and the other way round."""
    batch = school.take_in(came("k1", "Jop"), came("k2", "Jip"))
    assert batch is not None
    return batch


def names(session: Session) -> list[tuple[str | None, str | None]]:
    return [(each.las_key, each.roepnaam) for each in session.scalars(select(Leerling).order_by(Leerling.id))]


def test_two_who_were_exchanged_are_one_question(school: School, twins: Callable[..., Twins]) -> None:
    jip, jop = twins()
    batch = exchanged(school)
    one = school.line(batch, "k1")
    assert one.ruil == {"naam": jop.id, "nummer": jip.id, "wat": ["las_key"]}
    assert summarise(school.session, batch).vragen == 1
    assert [len(question) for question in vragen.questions(batch.regels) if question[0].soort is Soort.LEERLING] == [2]


def test_turned_round_each_keeps_their_results_and_gets_the_others_number(
    school: School, twins: Callable[..., Twins]
) -> None:
    jip, jop = twins()
    of_jip, of_jop = school.result_of(jip, 11), school.result_of(jop, 22)
    assert sorted(school.send().values()) == ["k1", "k2"]
    batch = exchanged(school)
    leden = ruil.members(school.session, ruil.of(school.session, school.line(batch, "k1")))
    assert [resultaten(lid, NAMEN) for lid in leden] == ["1 resultaat, waarvan 1 in ParnasSys"] * 2
    school.exchange(batch, "k1", Ruilantwoord.OMDRAAIEN)
    school.commit(batch)
    assert names(school.session) == [("k2", "Jip"), ("k1", "Jop")]
    assert {school.status(of_jip), school.status(of_jop)} == {LeveringStatus.ELDERS_AFGELEVERD}
    assert school.send(by_day=True) == {}, "they wait for the next night"
    sent = school.send()
    assert {of: sent[school.wereld.levering(of).resultaat.sleutel] for of in (of_jip, of_jop)} == {
        of_jip: "k2",
        of_jop: "k1",
    }
    assert len(school.to_remove()) == 2


def test_with_the_number_leading_only_the_names_change_places(school: School, twins: Callable[..., Twins]) -> None:
    jip, jop = twins()
    of_jip = school.result_of(jip, 11)
    school.send()
    batch = exchanged(school)
    school.exchange(batch, "k2", Ruilantwoord.NUMMER)
    school.commit(batch)
    assert names(school.session) == [("k1", "Jop"), ("k2", "Jip")]
    assert (school.status(of_jip), school.to_remove(), school.send()) == (LeveringStatus.BEVESTIGD, [], {})
    assert jop.roepnaam == "Jip"


@pytest.mark.parametrize("wat", [("k1", "k2", E2, E1), ("k2", "k1", E2, E1), ("k2", "k1", E1, E2)])
@pytest.mark.parametrize("antwoord", Ruilantwoord)
def test_every_way_to_be_exchanged_survives_the_unique_numbers(
    school: School, twins: Callable[..., Twins], wat: tuple[str, str, str, str], antwoord: Ruilantwoord
) -> None:
    """Number, ECK iD, or both; what matching is sure of (both say who it is) is no question."""
    twins((E1, E2))
    of_jip, of_jop, e_jip, e_jop = wat
    batch = school.take_in(came(of_jip, "Jip", e_jip), came(of_jop, "Jop", e_jop))
    assert batch is not None
    if batch.is_open and school.line(batch, "k1").ruil:
        school.exchange(batch, "k1", antwoord)
        assert vragen.count(regel for regel in batch.regels if regel.soort is Soort.LEERLING) == 0
    school.commit(batch)
    found = {(each.roepnaam, each.las_key, each.eckid) for each in school.session.scalars(select(Leerling))}
    assert found == {("Jip", of_jip, e_jip), ("Jop", of_jop, e_jop)}


def test_until_somebody_answers_the_results_of_both_wait(school: School, twins: Callable[..., Twins]) -> None:
    jip, jop = twins()
    school.result_of(jip), school.result_of(jop)
    batch = exchanged(school)
    assert school.send() == {}
    school.exchange(batch, "k1", Ruilantwoord.OMDRAAIEN)
    assert school.send() == {}, "answered is not imported"
    school.exchange(batch, "k1", None)
    assert vragen.count(batch.regels) == 1
    digest = summarise(school.session, batch).digest
    with pytest.raises(QuestionsOpen):
        vastleggen.commit(school.session, batch.school_id, batch.id, digest=digest, door=school.wereld.beheerder.id)


def test_no_single_answer_breaks_a_pair_apart(school: School, twins: Callable[..., Twins]) -> None:
    jip, jop = twins()
    other = school.leerling(("Sam", "Smit", "2018-02-02"), None)
    batch, door = exchanged(school), school.wereld.beheerder.id
    for key in ("k1", "k2"):
        regel = school.line(batch, key)
        for keuze in (*Keuze, None):
            with pytest.raises(PartOfExchange):
                keuzes.choose(school.session, batch.school_id, regel.id, keuze, door=door)
        for doel in (jip, jop, other):
            with pytest.raises(PartOfExchange):
                keuzes.link(school.session, batch.school_id, regel.id, doel.id, door=door)
    assert names(school.session)[:2] == [("k1", "Jip"), ("k2", "Jop")]


def test_nobody_else_is_linked_with_one_of_a_pair(school: School, twins: Callable[..., Twins]) -> None:
    jip, _ = twins()
    batch = school.take_in(came("k1", "Jop"), came("k2", "Jip"), pupil("k3", "Sam", "Smit", "2018-02-02"))
    with pytest.raises(PartOfExchange):
        school.link(batch, "k3", jip)


def test_a_groep_that_is_left_out_does_not_take_one_of_a_pair_along(
    school: School, twins: Callable[..., Twins]
) -> None:
    twins()
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Zomergroep", "6"))
    batch = school.take_in(came("k1", "Jop", groep="g6"), came("k2", "Jip"), groepen=groepen)
    assert batch is not None
    query = select(Importregel).where(Importregel.batch_id == batch.id, Importregel.las_key == "g6")
    groep = school.session.scalars(query).one()
    keuzes.choose(school.session, groep.school_id, groep.id, Keuze.NIET, door=school.wereld.beheerder.id)
    assert [school.line(batch, key).keuze for key in ("k1", "k2")] == [None, None]


def test_three_who_were_exchanged_can_only_wait(school: School, twins: Callable[..., Twins]) -> None:
    twins()
    school.leerling(("Fem", "Wolters", BORN), "k3")
    batch = school.take_in(came("k1", "Jop"), came("k2", "Fem"), came("k3", "Jip"))
    assert batch is not None
    assert vragen.count(batch.regels) == 1
    for antwoord in Ruilantwoord:
        with pytest.raises(OnlyLater):
            school.exchange(batch, "k1", antwoord)


def test_a_newer_delivery_keeps_the_answer_of_both(school: School, twins: Callable[..., Twins]) -> None:
    twins()
    batch = exchanged(school)
    school.exchange(batch, "k1", Ruilantwoord.NUMMER)
    newer = school.take_in(came("k1", "Jop"), came("k2", "Jip"), pupil("k9", "Sam", "Smit", "2018-02-02"))
    assert newer is not None
    assert newer.id != batch.id
    school.choose(newer, "k9", Keuze.NIEUW)
    school.commit(newer)
    assert names(school.session)[:2] == [("k1", "Jop"), ("k2", "Jip")]


def test_a_newer_delivery_in_which_one_changed_asks_about_both_again(
    school: School, twins: Callable[..., Twins]
) -> None:
    twins()
    school.exchange(exchanged(school), "k1", Ruilantwoord.NUMMER)
    newer = school.take_in(came("k1", "Jop", jaargroep="6"), came("k2", "Jip"))
    assert [school.line(newer, key).keuze for key in ("k1", "k2")] == [None, None]


def test_when_one_of_both_left_the_other_is_an_ordinary_question(school: School, twins: Callable[..., Twins]) -> None:
    _, jop = twins()
    for n in range(5):
        school.leerling((f"Kind{n}", "Anders", f"2017-0{n + 1}-01"), f"a{n}")
    others = [pupil(f"a{n}", f"Kind{n}", "Anders", f"2017-0{n + 1}-01") for n in range(5)]
    batch = school.take_in(came("k1", "Jop"), came("k2", "Jip"), *others)
    school.exchange(batch, "k1", Ruilantwoord.OMDRAAIEN)
    newer = school.take_in(came("k1", "Jop"), *others)
    regel = school.line(newer, "k1")
    assert (regel.ruil, regel.keuze) == (None, None)
    keuzes.choose(school.session, regel.school_id, regel.id, Keuze.NIEUW, door=school.wereld.beheerder.id)
    assert jop.id in [kandidaat["id"] for kandidaat in regel.kandidaten]


def test_handed_over_a_pair_is_one_question_in_the_trail_and_the_mail(
    school: School, twins: Callable[..., Twins]
) -> None:
    twins()
    batch, session, wereld = exchanged(school), school.session, school.wereld
    anja = make_beheerder(session, wereld.school, "anja@x.example")
    asked = [school.line(batch, "k1").id]
    doorgeven.hand_over(session, batch.school_id, batch.id, asked, aan=anja.id, bericht="", door=wereld.beheerder.id)
    row = session.scalars(select(Overdracht)).one()
    row.tot = database_now(session)
    session.flush()
    doorgeven.expire(session, row.id)
    trail = select(Audit.tellingen).where(Audit.actie.in_([Daad.DOORGEGEVEN, Daad.DOORGEVEN_VERLOPEN]))
    assert [counts["vragen"] for counts in session.scalars(trail)] == [1, 1]
    mail = session.scalars(select(Mail).where(Mail.soort == MailSoort.DOORGEVEN_VERLOPEN)).one()
    assert mail.gegevens["aantal"] == 1


def test_the_summary_names_who_was_exchanged(school: School, twins: Callable[..., Twins]) -> None:
    twins()
    batch = exchanged(school)
    before = database_clock(school.session)
    school.exchange(batch, "k1", Ruilantwoord.OMDRAAIEN)
    answered = school.line(batch, "k1").gekozen_op
    assert answered is not None
    assert answered > before
    found = [
        (each.waarom, each.regel.roepnaam, each.doel.roepnaam) for each in summarise(school.session, batch).gewaagd
    ]
    assert found == [(Waarom.RUIL, "Jop", "Jop"), (Waarom.RUIL, "Jip", "Jip")]


def test_no_button_sends_before_the_night(school: School, twins: Callable[..., Twins]) -> None:
    jip, _ = twins()
    of_jip = school.result_of(jip, 11)
    school.send()
    batch = exchanged(school)
    school.exchange(batch, "k1", Ruilantwoord.OMDRAAIEN)
    school.commit(batch)
    session, school_id, door = school.session, school.wereld.school.id, school.wereld.beheerder.id
    with pytest.raises(leveringen.OnItsWay):
        leveringen.send_again(session, school_id, of_jip, door=door)
    with pytest.raises(leveringen.NothingReady):
        leveringen.send_now(session, school.wereld.koppeling, door=door)
    assert leveringen.free_refused(session, school.wereld.koppeling, door=door) == 0
    assert school.send(by_day=True) == {}
    assert list(school.send().values()) == ["k2"]


@pytest.mark.parametrize("antwoord", Ruilantwoord)
def test_an_import_that_dies_at_any_statement_leaves_both_or_neither(
    school: School, twins: Callable[..., Twins], antwoord: Ruilantwoord
) -> None:
    jip, jop = twins((E1, E2))
    school.result_of(jip), school.result_of(jop)
    school.send()
    batch = school.take_in(came("k1", "Jop", E1), came("k2", "Jip", E2))
    assert batch is not None
    session, school_id, door = school.session, batch.school_id, school.wereld.beheerder.id
    regel_id, batch_id = school.line(batch, "k1").id, batch.id

    def answer() -> None:
        keuzes.answer_exchange(session, school_id, regel_id, antwoord, door=door)

    def commit() -> None:
        digest = summarise(session, session.get_one(Importbatch, batch_id)).digest
        vastleggen.commit(session, school_id, batch_id, digest=digest, door=door)

    for regel in batch.regels:
        if regel.soort is Soort.GROEP and regel.keuze is None:
            keuzes.choose(session, school_id, regel.id, Keuze.NIEUW, door=door)
    for step in (answer, commit):
        assert break_at_every_statement(session, step) > 2
    swapped = antwoord is Ruilantwoord.OMDRAAIEN
    assert names(session) == ([("k2", "Jip"), ("k1", "Jop")] if swapped else [("k1", "Jop"), ("k2", "Jip")])


def test_a_record_that_somebody_else_got_meanwhile_refuses_the_answer(
    school: School, twins: Callable[..., Twins]
) -> None:
    jip, _ = twins()
    batch = school.take_in(came("k1", "Jop"), came("k2", "Jip"), pupil("k3", "Sam", "Smit", "2018-02-02"))
    sam = school.line(batch, "k3")
    sam.keuze, sam.doel_id = Keuze.KOPPEL, jip.id  # as no service does it
    school.session.flush()
    with pytest.raises(ChoiceImpossible):
        school.exchange(batch, "k1", Ruilantwoord.OMDRAAIEN)
    assert [school.line(batch, key).keuze for key in ("k1", "k2")] == [None, None]


def test_a_result_id_stays_with_its_child(school: School, twins: Callable[..., Twins]) -> None:
    jip, jop = twins()
    results: dict[ResultaatId, int] = {school.result_of(jip): jip.id, school.result_of(jop): jop.id}
    for antwoord in Ruilantwoord:
        batch = school.take_in(came("k1", "Jop"), came("k2", "Jip"))
        if batch is not None and batch.is_open and school.line(batch, "k1").ruil:
            school.exchange(batch, "k1", antwoord)
            school.commit(batch)
    assert {id_: school.wereld.levering(id_).resultaat.leerling_id for id_ in results} == results


def test_what_waits_for_the_night_says_so(school: School, twins: Callable[..., Twins]) -> None:
    jip, jop = twins()
    of_jip, of_jop = school.result_of(jip, 11), school.result_of(jop, 22)
    batch = exchanged(school)
    school.exchange(batch, "k1", Ruilantwoord.OMDRAAIEN)
    school.commit(batch)
    for id_ in (of_jip, of_jop):
        levering = school.wereld.levering(id_)
        koppeling = school.wereld.koppeling
        [place] = places(school.session, levering.school_id, koppeling, [id_]).values()
        badge = stand_of(levering.resultaat, levering, place, NAMEN, Keuzes())
        assert badge.label == "wacht op de nacht"
        assert "in de eerste nacht na" in badge.tekst


def test_a_pair_waits_together_for_the_groep_of_one_of_them(school: School, twins: Callable[..., Twins]) -> None:
    twins()
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Zomergroep", "6"))
    batch = school.take_in(came("k1", "Jop", groep="g6"), came("k2", "Jip"), groepen=groepen)
    assert batch is not None
    school.exchange(batch, "k1", Ruilantwoord.NUMMER)
    groep = school.session.scalars(
        select(Importregel).where(Importregel.batch_id == batch.id, Importregel.las_key == "g6")
    ).one()
    groep.keuze = None
    school.session.flush()
    waiting = {regel.las_key for regel in summarise(school.session, batch).wachten}
    assert {"g6", "k1", "k2"} <= waiting
