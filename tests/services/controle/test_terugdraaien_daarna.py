"""Undoing an import after which the world went on: other imports, other nights, other undos."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.ground.statements import break_at_every_statement
from tests.services.conftest import pupil
from tests.services.controle.test_terugdraaien import (
    _HANNAH,
    GEVALLEN,
    GROEPEN,
    HANNA,
    JIP,
    JOP,
    _by_name,
    _imported,
    _regenboog,
    undo,
)
from tests.wereld import make_wereld
from webapp.models import Groep, Importbatch, Keuze, Leerling, Lidmaatschap, Soort, Teruggenomen, Uitzondering
from webapp.models.base import Base
from webapp.services import vragen
from webapp.services.bewaring import wissen
from webapp.services.controle import keuzes, samenvoegen, samenvoegplan, terugdraaien
from webapp.services.controle.errors import UndoChanged
from webapp.services.inname.batch import open_of
from webapp.services.koppeling import einde
from webapp.uwlr import values as uwlr


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


def _take_in(school: School, *came: uwlr.Leerling) -> Importbatch:
    batch = school.take_in(*came, groepen=GROEPEN)
    assert batch is not None
    return batch


def _taken_over(school: School) -> tuple[Leerling, Importbatch, Importbatch]:
    """Hanna is linked with k6, and by a later import with k9; k6 is left out then."""
    hanna, door = school.leerling(HANNA, None), school.wereld.beheerder.id
    first = _take_in(school, _HANNAH)
    school.link(first, "k6", hanna)
    school.commit(first)
    second = _take_in(school, pupil("k9", "Hanne", *HANNA[1:]), _HANNAH)
    keuzes.open_answer(school.session, second.school_id, school.line(second, "k9").id, hanna.id, door=door)
    school.link(second, "k9", hanna)
    school.choose(second, "k6", Keuze.NIET)
    school.commit(second)
    return hanna, first, second


@pytest.mark.parametrize("oldest_first", [True, False])
def test_a_link_that_two_imports_changed_is_as_before_both_when_both_are_undone(
    school: School, oldest_first: bool
) -> None:
    hanna, first, second = _taken_over(school)
    assert hanna.las_key == "k9"
    for batch in (first, second) if oldest_first else (second, first):
        undo(school, batch)
    assert hanna.las_key is None
    assert hanna.roepnaam == "Hanna"


def test_who_a_later_import_left_out_is_not_asked_about_by_the_undo_of_an_older(school: School) -> None:
    hanna, first, _ = _taken_over(school)
    terug = undo(school, first)
    assert [regel.las_key for regel in terug.regels if regel.soort is Soort.LEERLING] == []
    assert hanna.las_key == "k9"
    assert school.session.scalars(select(Uitzondering.las_key)).all() == ["k6"]


def test_what_one_import_added_and_another_changed_goes_when_both_are_undone(school: School) -> None:
    first = _take_in(school, pupil("k7", "Sam", "Smit"))
    school.choose(first, "k7", Keuze.NIEUW)
    school.commit(first)
    sam = _by_name(school)["Sam"]
    second = _take_in(school, pupil("k7", "Sem", "Smits", "2017-02-02"))
    school.link(second, "k7", sam)
    school.commit(second)
    undo(school, second)
    terug = undo(school, first)
    assert terug.blijft == []
    assert _by_name(school) == {}


@pytest.mark.parametrize("known", [None, "https://ketenid.nl/pilot/1"])
def test_a_renewed_number_does_not_make_the_night_do_it_again(school: School, known: str | None) -> None:
    """However sure it is by then, and also when the ECK iD came later, or is dropped afterwards."""
    batch = _imported(school, GEVALLEN["koppel"])
    hanna = _by_name(school)["Hannah"]
    undo(school, batch)
    same = pupil("k6", *HANNA)
    for theirs in (
        same._replace(eckid=known),
        same._replace(key="k60", eckid=known),
        same._replace(key="k60", eckid=None),
        same._replace(key="k60", roepnaam="Hannie", eckid=None),
        same._replace(key="k60", eckid=None),
    ):
        school.take_in(theirs, groepen=GROEPEN)
        assert (hanna.las_key, hanna.eckid) == (None, None), theirs
    school.take_in(groepen=GROEPEN)
    school.take_in(same._replace(key="k60"), groepen=GROEPEN)
    assert (hanna.las_key, hanna.eckid) == (None, None)


def test_a_link_by_eck_id_that_was_doubted_stays_undone_when_it_becomes_sure(school: School) -> None:
    known = "https://ketenid.nl/pilot/1"
    hanna = school.leerling(HANNA, None, known)
    batch = _take_in(school, pupil("k6", "Joost", "Wit", "2012-01-01", eckid=known))
    school.link(batch, "k6", hanna)
    school.commit(batch)
    assert hanna.las_key == "k6"
    undo(school, batch)
    assert hanna.las_key is None
    assert hanna.eckid == known
    school.take_in(pupil("k6", *HANNA, eckid=known), groepen=GROEPEN)
    assert hanna.las_key is None


def test_it_is_honoured_after_the_end_of_the_koppeling_and_in_a_new_one(school: School) -> None:
    session, door = school.session, school.wereld.beheerder.id
    batch = _imported(school, GEVALLEN["koppel"])
    hanna = _by_name(school)["Hannah"]
    undo(school, batch)
    assert session.scalars(select(Teruggenomen)).all()
    einde.ask_end(session, school.wereld.koppeling.id, door=door)
    einde.end(session, school.wereld.koppeling.id, door=door)
    assert session.scalars(select(Teruggenomen)).all()
    school.take_in(pupil("k6", *HANNA), groepen=GROEPEN)
    assert hanna.las_key is None


def test_a_question_about_who_was_exchanged_with_somebody_who_vanishes_is_an_ordinary_one(school: School) -> None:
    batch = _take_in(school, pupil("k1", *JIP), pupil("k2", *JOP))
    school.commit(batch)
    jip = _by_name(school)["Jip"]
    school.result_of(jip)
    school.take_in(pupil("k1", *JOP), pupil("k2", *JIP), groepen=GROEPEN)
    undo(school, batch)
    open_ = open_of(school.session, batch.school_id)
    assert open_ is not None
    ids = {each.id for each in school.session.scalars(select(Leerling))}
    for regel in open_.regels:
        assert {each["id"] for each in regel.kandidaten} <= ids or regel.soort is not Soort.LEERLING
        assert regel.ruil is None or {regel.ruil["naam"], regel.ruil["nummer"]} <= ids
    assert vragen.count(open_.regels) == 3


def test_who_a_night_parked_under_the_wrong_link_is_here_again(school: School) -> None:
    """Who left is the leerling of the LAS with whom they were linked."""
    batch = _imported(school, GEVALLEN["koppel"])
    hanna = _by_name(school)["Hannah"]
    result = school.result_of(hanna)
    others = [pupil(f"m{n}", f"Kind{n}", f"Naam{n}", f"2015-01-{n + 1:02d}") for n in range(20)]
    for came in ((_HANNAH, *others), tuple(others)):
        more = school.take_in(*came, groepen=GROEPEN)
        if more is not None:
            school.commit(more)
    assert hanna.status is Lidmaatschap.VERTROKKEN
    undo(school, batch)
    assert (hanna.las_key, hanna.status, hanna.vertrokken_op) == (None, Lidmaatschap.ACTIEF, None)
    assert school.status(result) is not None


def test_an_erased_leerling_of_an_exchange_does_not_stand_in_the_way(school: School) -> None:
    batch = _imported(school, GEVALLEN["verwisseld, omgedraaid"])
    jip, jop = _by_name(school)["Jip"], _by_name(school)["Jop"]
    wissen.erase(school.session, batch.school_id, jop.id, door=school.wereld.beheerder.id)
    school.session.expire_all()
    undo(school, batch)
    assert jip.las_key == "k1"


def test_an_undo_that_breaks_at_any_statement_has_changed_nothing(school: School) -> None:
    batch = _regenboog(school)
    school.result_of(_by_name(school)["Sam"])
    session, school_id, batch_id, door = school.session, batch.school_id, batch.id, school.wereld.beheerder.id
    digest = terugdraaien.preview(session, school_id, batch_id).digest
    number = break_at_every_statement(
        session, lambda: terugdraaien.undo(session, school_id, batch_id, digest=digest, door=door)
    )
    assert number > 20


def test_what_the_page_of_another_import_showed_undoes_nothing(school: School) -> None:
    first = _imported(school, GEVALLEN["koppel"])
    second = _take_in(school, _HANNAH, pupil("k7", "Sam", "Smit"))
    school.commit(second)
    args, door = (school.session, first.school_id), school.wereld.beheerder.id
    digest = terugdraaien.preview(*args, first.id).digest
    with pytest.raises(UndoChanged):
        terugdraaien.undo(*args, second.id, digest=digest, door=door)


def test_after_a_new_schooljaar_everybody_keeps_their_new_groep(school: School) -> None:
    batch = _regenboog(school)
    hanna = _by_name(school)["Hannah"]
    school.result_of(_by_name(school)["Sam"])
    groepen = (uwlr.Groep("h6", "Groep 6", "6"), uwlr.Groep("h7", "Groep 7", "7"))
    came = (
        pupil("k6", "Hannah", *HANNA[1:], groep="h6"), pupil("k7", "Sam", "Smit", groep="h7"),
        pupil("k8", "Tim", "Tas", groep="h7"),
    )  # fmt: skip
    news = {"groepen": groepen, "school": uwlr.School(schooljaar="2027-2028", brincode="99XX")}
    school.commit(school.take_in(*came, **news))
    undo(school, batch)
    names = {each.roepnaam: each.groep and each.groep.naam for each in _by_name(school).values()}
    assert names == {"Hanna": "Groep 6", "Sam": "Groep 7", "Tim": "Groep 7"}, "a later import wrote Sam and Tim"
    for _ in range(3):
        school.take_in(*came, **news)
        assert hanna.las_key is None


def test_all_that_points_at_a_record_is_looked_at_before_it_goes() -> None:
    """Whoever adds one says in `uitwerken` what then becomes of a record that an import added."""
    ours = {"groep", "leerkracht", "leerling"}
    found = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in ours and key.parent.name != "school_id"
    }
    assert found == {
        "leerkracht_groep.groep_id", "leerkracht_groep.leerkracht_id", "leerling.groep_id", "medewerker.leerkracht_id",
        "leerling.samengevoegd_met_id", "resultaat.leerling_id", "toetreding.leerkracht_id",
        "mogelijk_dezelfde.leerling_id", "mogelijk_dezelfde.ander_id",
        "afnamesleutel.leerling_id",  # of who has results, who stays; else it goes along
        "resultaat.groep_id",  # where it was taken: emptied with the groep
    }  # fmt: skip


def test_a_groep_that_was_renamed_or_left_keeps_its_name_and_who_stands_in_it(school: School) -> None:
    batch = _regenboog(school)
    school.result_of(_by_name(school)["Sam"])
    came = (_HANNAH, pupil("k7", "Sam", "Smit", groep="g5"), pupil("k8", "Tim", "Tas", groep="g6"))
    school.take_in(*came, groepen=(GROEPEN[0], uwlr.Groep("g6", "Herfstgroep", "6")))
    undo(school, batch)
    found = {each.roepnaam: each.groep and each.groep.naam for each in _by_name(school).values()}
    assert found == {"Hanna": "Groep 5", "Sam": "Groep 5"}
    assert school.session.scalars(select(Groep.naam).where(Groep.las_key == "g6")).all() == []


def test_what_was_taken_back_before_an_answer_is_so_again_when_that_answer_is_undone(school: School) -> None:
    """Whom a person parted from a record of the LAS no night links with it, however sure it is by then."""
    batch = _imported(school, GEVALLEN["koppel"])
    hanna = _by_name(school)["Hannah"]
    undo(school, batch)
    second = open_of(school.session, batch.school_id)
    assert second is not None
    school.choose(second, "k6", Keuze.NIEUW)
    school.commit(second)
    assert school.session.scalars(select(Teruggenomen).where(Teruggenomen.soort == Soort.LEERLING)).all() == []
    undo(school, second)
    for _night in range(3):
        school.take_in(pupil("k6", *HANNA), groepen=GROEPEN)
        assert hanna.las_key is None


@pytest.mark.parametrize("since", ["merged", "erased"])
def test_a_question_that_comes_back_offers_who_is_here_now(school: School, since: str) -> None:
    """Whom it offered was merged with another since, or erased."""
    session, door = school.session, school.wereld.beheerder.id
    batch = _imported(school, GEVALLEN["nieuw"])
    hanna, other = _by_name(school)["Hanna"], school.leerling(HANNA, "k9")
    school.take_in(_HANNAH, pupil("k9", *HANNA), groepen=GROEPEN)
    if since == "merged":
        plan = samenvoegplan.preview(session, batch.school_id, hanna.id, other.id, los=None)
        args = (session, batch.school_id, hanna.id, other.id)
        samenvoegen.merge(*args, los=None, zeker=True, digest=plan.digest, door=door)
    else:
        wissen.erase(session, batch.school_id, hanna.id, door=door)
    session.expire_all()
    undo(school, batch)
    asked = school.line(open_of(session, batch.school_id), "k6")
    assert [each["id"] for each in asked.kandidaten] == ([other.id] if since == "merged" else [])
