"""Undoing an import: all of it goes back but what changed since, and no night does it again by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.ground.statements import at_statements
from tests.services.conftest import make_beheerder, pupil, teacher
from tests.wereld import START, make_wereld
from webapp.errors import NotAllowed
from webapp.models import (
    BatchStatus,
    Handeling,
    Importbatch,
    Keuze,
    Leerkracht,
    Leerling,
    LeveringStatus,
    Mail,
    MailSoort,
    Medewerker,
    Resultaat,
    Rol,
    Soort,
    Teruggenomen,
    Uitzondering,
    Wat,
)
from webapp.services import geschiedenis, sloten
from webapp.services.controle import keuzes, terugdraaien
from webapp.services.controle.errors import AlreadyUndone, NotUndoable, UndoChanged
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.controle.terugkeer import Reden, Terugkeer
from webapp.services.inname.batch import open_of
from webapp.services.inname.soorten import KINDS
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.versturen import leveringen
from webapp.uwlr import values as uwlr

BORN = "2019-01-30"
JIP, JOP = ("Jip", "Wolters", BORN), ("Jop", "Wolters", BORN)
HANNA = ("Hanna", "Zwart", "2014-03-13")
ANN, BEN = ("Ann", "Aarts", "2017-01-11"), ("Ben", "Bos", "2017-02-12")
GROEPEN = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Zomergroep", "6"))


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


@dataclass
class Geval:
    """A kind of answer: who is here, what came, and what a person said of it."""

    ours: tuple[tuple[tuple[str, str, str], str | None], ...]
    came: tuple[uwlr.Leerling, ...]
    answer: Callable[[School, Importbatch, dict[str, Leerling]], object]
    linked: dict[str, str | None]
    """Who is linked with what after the import, by our roepnaam before it."""


def _koppel(school: School, batch: Importbatch, ours: dict[str, Leerling]) -> None:
    school.link(batch, "k6", ours["Hanna"])


def _ruil(antwoord: Ruilantwoord) -> Callable[[School, Importbatch, dict[str, Leerling]], object]:
    return lambda school, batch, _ours: school.exchange(batch, "k1", antwoord)


def _overnemen(school: School, batch: Importbatch, ours: dict[str, Leerling]) -> None:
    school.link(batch, "k9", ours["Ann"])
    school.choose(batch, "k4", Keuze.NIEUW)


def _groep_weg(school: School, batch: Importbatch, _ours: dict[str, Leerling]) -> None:
    groep = next(r for r in batch.regels if r.soort is Soort.GROEP and r.las_key == "g6")
    keuzes.choose(school.session, batch.school_id, groep.id, Keuze.NIET, door=school.wereld.beheerder.id)


_HANNAH = pupil("k6", "Hannah", *HANNA[1:])
GEVALLEN = {
    "koppel": Geval(((HANNA, None),), (_HANNAH,), _koppel, {"Hannah": "k6"}),
    "nieuw": Geval(
        ((HANNA, None),), (_HANNAH,), lambda s, b, _: s.choose(b, "k6", Keuze.NIEUW), {"Hannah": "k6", "Hanna": None}
    ),
    "niet": Geval(((HANNA, None),), (_HANNAH,), lambda s, b, _: s.choose(b, "k6", Keuze.NIET), {"Hanna": None}),
    "verwisseld, omgedraaid": Geval(
        ((JIP, "k1"), (JOP, "k2")), (pupil("k1", *JOP), pupil("k2", *JIP)), _ruil(Ruilantwoord.OMDRAAIEN),
        {"Jip": "k2", "Jop": "k1"},
    ),
    "verwisseld, nummer": Geval(
        ((JIP, "k1"), (JOP, "k2")), (pupil("k1", *JOP), pupil("k2", *JIP)), _ruil(Ruilantwoord.NUMMER),
        {"Jop": "k1", "Jip": "k2"},
    ),
    "overgenomen": Geval(
        ((ANN, None),), (pupil("k4", *ANN), pupil("k9", "Anne", *ANN[1:])), _overnemen, {"Anne": "k9", "Ann": "k4"}
    ),
    "groep met leerlingen weggelaten": Geval(
        (), (pupil("k7", "Sam", "Smit", groep="g6"), pupil("k8", "Tim", "Tas", groep="g6")), _groep_weg, {},
    ),
}  # fmt: skip


def _by_name(school: School) -> dict[str, Leerling]:
    return {str(each.roepnaam): each for each in school.session.scalars(select(Leerling).order_by(Leerling.id))}


def _links(school: School) -> dict[int, str | None]:
    return {each.id: each.las_key for each in school.session.scalars(select(Leerling))}


def _imported(school: School, geval: Geval) -> Importbatch:
    ours = {naam[0]: school.leerling(naam, key) for naam, key in geval.ours}
    batch = school.take_in(*geval.came, groepen=GROEPEN)
    assert batch is not None
    geval.answer(school, batch, ours)
    school.commit(batch)
    assert {n: each.las_key for n, each in _by_name(school).items()} == geval.linked
    return batch


def undo(school: School, batch: Importbatch) -> Terugkeer:
    school_id, door = batch.school_id, school.wereld.beheerder.id
    terug = terugdraaien.preview(school.session, school_id, batch.id)
    done = terugdraaien.undo(school.session, school_id, batch.id, digest=terug.digest, door=door)
    school.session.flush()
    school.session.expire_all()
    return done


@pytest.mark.parametrize("naam", GEVALLEN)
def test_three_nights_after_an_undo_nothing_is_done_again_and_no_result_is_lost(school: School, naam: str) -> None:
    geval, session = GEVALLEN[naam], school.session
    batch = _imported(school, geval)
    results = {school.result_of(each): each.id for each in _by_name(school).values()}
    school.send()
    links = _links(school)
    terug = undo(school, batch)

    after = _links(school)
    ours = {row.id for row in session.scalars(select(Leerling)) if after[row.id] != links[row.id]}
    assert all(each.soort is not Soort.LEERLING or each.reden is Reden.RESULTATEN for each in terug.blijft)
    moved = [r for r, of in results.items() if of in ours and links[of] is not None]
    assert terug.te_verwijderen == len(moved)
    assert {row[2] for row in school.to_remove()} == set(moved)
    assert {row[0] for row in school.to_remove()} == {links[results[r]] for r in moved}
    was_here = session.scalars(select(Leerling).order_by(Leerling.id).limit(len(geval.ours))).all()
    assert [(each.roepnaam, each.las_key) for each in was_here] == [
        (naam[0], "k4" if naam is ANN else key) for naam, key in geval.ours
    ], "as it was before the import; one was linked by the night"
    mails = session.scalar(select(func.count()).where(Mail.soort == MailSoort.KOPPELINGSMAIL))
    renewed = tuple(each._replace(jaargroep="6") for each in geval.came)  # so that yesterday's line is another one
    for came in (geval.came, renewed, geval.came):
        school.take_in(*came, groepen=GROEPEN)
        assert _links(school) == after, "nothing is linked or added again"
        for sleutel, number in school.send().items():
            of = session.scalars(select(Resultaat.leerling_id).where(Resultaat.sleutel == sleutel)).one()
            assert after[of] == number, "no result goes to another child"
        open_ = open_of(session, batch.school_id)
        assert open_ is not None
        asked = [regel for regel in open_.regels if regel.is_work]
        assert {regel.las_key for regel in asked} >= {regel.las_key for regel in terug.regels}
        assert all(regel.keuze is None and regel.later_op is not None for regel in asked)
    assert session.scalar(select(func.count()).where(Mail.soort == MailSoort.KOPPELINGSMAIL)) == mails
    assert set(session.scalars(select(Resultaat.id))) == set(results), "no result is lost"
    assert {r: session.get_one(Resultaat, r).leerling_id for r in results} == results, "nor moved"


def _regenboog(school: School) -> Importbatch:
    """An import that adds a groep, a leerkracht and two leerlingen, and links one."""
    school.leerling(HANNA, None)
    batch = school.take_in(
        _HANNAH, pupil("k7", "Sam", "Smit", groep="g6"), pupil("k8", "Tim", "Tas", groep="g6"),
        groepen=GROEPEN, leerkrachten=(teacher("t1", "Loes", "Hartog", groepen=("g6",)),),
    )  # fmt: skip
    assert batch is not None
    school.link(batch, "k6", _by_name(school)["Hanna"])
    school.commit(batch)
    return batch


def _names(school: School, soort: Soort = Soort.LEERLING) -> set[str]:
    return {each.naam for each in KINDS[soort].all_of(school.session, school.wereld.school.id)}


def test_all_that_an_import_added_goes_and_what_it_linked_is_as_before(school: School) -> None:
    batch = _regenboog(school)
    terug = undo(school, batch)
    assert _names(school) == {"Hanna Zwart"}
    assert _names(school, Soort.LEERKRACHT) == set()
    assert _names(school, Soort.GROEP) == {"Groep 5"}
    assert batch.status is BatchStatus.TERUGGEDRAAID
    assert (terug.blijft, terug.vragen) == ([], 5)
    acts = school.session.scalars(select(Handeling).order_by(Handeling.id)).all()
    undone = next(each for each in acts if each.wat is Wat.IMPORT)
    assert undone.teruggedraaid_id == next(each.id for each in acts if each.wat is Wat.TERUGDRAAIEN)
    [mail] = school.session.scalars(select(Mail).where(Mail.soort == MailSoort.TERUGGEDRAAID))
    assert mail.gegevens["aantallen"] == {"verdwenen": 4, "ontkoppeld": 1, "vragen": 5}


def test_nothing_on_which_something_hangs_is_lost(school: School) -> None:
    batch = _regenboog(school)
    sam, loes = _by_name(school)["Sam"], school.session.scalars(select(Leerkracht)).one()
    school.result_of(sam)
    account = make_beheerder(school.session, school.wereld.school, "loes@x.example", Rol.LEERKRACHT)
    school.session.get_one(Medewerker, (account.id, batch.school_id)).leerkracht_id = loes.id
    school.session.flush()
    terug = undo(school, batch)
    assert {(each.naam, each.reden) for each in terug.blijft} == {
        ("Sam Smit", Reden.RESULTATEN), ("Loes Hartog", Reden.INLOG), ("Zomergroep", Reden.LEDEN),
    }  # fmt: skip
    assert _names(school) == {"Hanna Zwart", "Sam Smit"}
    assert (sam.las_key, loes.las_key) == (None, None)
    school.take_in(*(_HANNAH, pupil("k7", "Sam", "Smit", groep="g6")), groepen=GROEPEN)
    assert sam.las_key is None, "not by itself, however sure it is"


def test_what_changed_since_stays_and_is_listed_with_who_did(school: School) -> None:
    batch = _regenboog(school)
    hanna, tim = _by_name(school)["Hannah"], _by_name(school)["Tim"]
    school.take_in(
        pupil("k6", "Hannah Fleur", *HANNA[1:]), pupil("k7", "Sam", "Smit", groep="g6"),
        pupil("k8", "Tim", "Tas", groep="g6"), groepen=GROEPEN,
    )  # fmt: skip
    geschiedenis.act(school.session, batch.school_id, Wat.PARKEREN, door=school.wereld.beheerder.id)
    LEERLING.depart(tim, START)
    terug = undo(school, batch)
    assert {(each.naam, each.veld, each.door) for each in terug.blijft} == {
        ("Tim Tas", "", "Marijke"), ("Hannah Fleur Zwart", "roepnaam", None),
    }  # fmt: skip
    assert all(each.reden is Reden.GEWIJZIGD and each.op is not None for each in terug.blijft)
    assert (hanna.naam, hanna.las_key, tim.las_key) == ("Hannah Fleur Zwart", None, "k8")
    assert _names(school) == {"Hannah Fleur Zwart", "Tim Tas"}


def test_an_eck_id_that_a_night_learned_goes_with_the_link(school: School) -> None:
    """It is that of the leerling of the LAS who is somebody else: with it they would be linked again."""
    batch = _imported(school, GEVALLEN["koppel"])
    hanna, known = _by_name(school)["Hannah"], _HANNAH._replace(eckid="https://ketenid.nl/pilot/1")
    school.take_in(known, groepen=GROEPEN)
    assert hanna.eckid is not None
    undo(school, batch)
    assert {hanna.las_key, hanna.eckid} == {None}
    school.take_in(known, groepen=GROEPEN)
    assert {hanna.las_key, hanna.eckid} == {None}


def test_a_number_that_another_got_since_does_not_come_back(school: School) -> None:
    batch = _imported(school, GEVALLEN["verwisseld, omgedraaid"])
    jip, jop = (_by_name(school)[naam] for naam in ("Jip", "Jop"))
    geschiedenis.act(school.session, batch.school_id, Wat.IMPORT, door=school.wereld.beheerder.id)
    jop.las_key = "k5"
    school.session.flush()
    other = school.leerling(BEN, "k1")
    terug = undo(school, batch)
    assert [(each.naam, each.veld, each.reden) for each in terug.blijft] == [
        ("Jip Wolters", "las_key", Reden.BEZET), ("Jop Wolters", "las_key", Reden.GEWIJZIGD),
    ]  # fmt: skip
    assert [each.las_key for each in (jip, jop, other)] == [None, "k5", "k1"]


def test_an_import_after_which_another_came_is_undone_alone(school: School) -> None:
    first = _imported(school, GEVALLEN["koppel"])
    came = (_HANNAH, pupil("k7", "Sam", "Smit"))
    second = school.take_in(*came, groepen=GROEPEN)
    school.commit(second)
    undo(school, first)
    assert {n: each.las_key for n, each in _by_name(school).items()} == {"Hanna": None, "Sam": "k7"}
    assert second is not None
    undo(school, second)
    assert {n: each.las_key for n, each in _by_name(school).items()} == {"Hanna": None}


def test_a_person_who_answers_again_ends_it_and_what_was_delivered_is_right_again(school: School) -> None:
    batch = _imported(school, GEVALLEN["koppel"])
    hanna = _by_name(school)["Hannah"]
    result = school.result_of(hanna)
    school.send()
    undo(school, batch)
    assert school.status(result) is LeveringStatus.ELDERS_AFGELEVERD
    asked = open_of(school.session, batch.school_id)
    school.link(asked, "k6", hanna)
    school.commit(asked)
    assert hanna.las_key == "k6"
    assert school.session.scalars(select(Teruggenomen).where(Teruggenomen.soort == Soort.LEERLING)).all() == []
    assert (school.status(result), school.to_remove()) == (LeveringStatus.BEVESTIGD, [])
    assert school.send() == {}


def test_who_was_left_out_is_a_question_and_no_exception_any_more(school: School) -> None:
    batch = _imported(school, GEVALLEN["niet"])
    assert school.session.scalars(select(Uitzondering)).all() != []
    undo(school, batch)
    assert school.session.scalars(select(Uitzondering)).all() == []


def test_what_is_asked_again_is_written_in_one_statement(school: School) -> None:
    new = [pupil(f"k{n}", f"Sam{n}", "Smit") for n in range(30, 40)]
    batch = school.take_in(*new, groepen=GROEPEN)
    assert batch is not None
    school.commit(batch)
    written = list[str]()
    with at_statements(school.session.connection(), lambda _, sql: written.append(sql)):
        assert len(undo(school, batch).regels) >= len(new)
    assert sum(sql.startswith("INSERT INTO importregel") for sql in written) == 1


def test_an_undo_that_broke_halfway_changed_nothing(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = _regenboog(school)
    before, names = _links(school), _names(school)
    monkeypatch.setattr(leveringen, "prepare", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), school.session.begin_nested():
        undo(school, batch)
    assert (_links(school), _names(school)) == (before, names)


def test_it_is_done_once_and_only_as_it_was_shown(school: School) -> None:
    session, door = school.session, school.wereld.beheerder.id
    batch = _regenboog(school)
    seen = terugdraaien.preview(session, batch.school_id, batch.id)
    school.result_of(_by_name(school)["Sam"])
    with pytest.raises(UndoChanged):
        terugdraaien.undo(session, batch.school_id, batch.id, digest=seen.digest, door=door)
    with pytest.raises(NotAllowed):
        terugdraaien.preview(session, type(batch.school_id)(batch.school_id + 1), batch.id)
    undo(school, batch)
    with pytest.raises(AlreadyUndone) as again:
        terugdraaien.undo(session, batch.school_id, batch.id, digest=seen.digest, door=door)
    assert again.value.door == "Marijke"


def test_after_thirty_days_or_after_the_koppeling_it_stays(school: School) -> None:
    session = school.session
    batch = _regenboog(school)
    assert batch.verwerkt_op is not None
    batch.verwerkt_op -= timedelta(days=30)
    session.flush()
    with pytest.raises(NotUndoable):
        terugdraaien.preview(session, batch.school_id, batch.id)


def test_an_import_from_before_acts_were_written_down_cannot_be_undone(school: School) -> None:
    batch = _regenboog(school)
    sloten.lock(school.session, batch.school_id)
    school.session.execute(update(Handeling).where(Handeling.school_id == batch.school_id).values(wat=Wat.ANDERS))
    with pytest.raises(NotUndoable):
        terugdraaien.preview(school.session, batch.school_id, batch.id)
