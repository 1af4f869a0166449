"""Undoing one answer, what went by itself, and a parking: no night does it again until a person does it after all."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.services.conftest import pupil
from tests.services.controle.test_samenvoegen import UITKOMSTEN
from tests.services.controle.test_terugdraaien import (
    BEN,
    GEVALLEN,
    GROEPEN,
    HANNA,
    _by_name,
    _imported,
    _links,
    undo,
)
from tests.wereld import AFNAME, make_wereld
from webapp.models import (
    BatchStatus,
    Handeling,
    Importbatch,
    Keuze,
    Leerling,
    Lidmaatschap,
    Resultaat,
    Soort,
    Teruggenomen,
    Uitzondering,
    Wat,
)
from webapp.models.ids import RegelId
from webapp.services.controle import ontkoppelen, terugdraaien, toch, vastgehouden, vastleggen
from webapp.services.controle.errors import NotUndoable, UndoChanged
from webapp.services.controle.terugkeer import Terugkeer
from webapp.services.controle.uitwerken import Deel
from webapp.services.inname import parkeren
from webapp.services.inname.batch import open_of
from webapp.services.inname.parkeren import NobodyToBringBack
from webapp.uwlr import values as uwlr
from webapp.uwlr.faults import UwlrError

ECKID = "https://ketenid.nl/pilot/1"
OTHERS = tuple(pupil(f"m{n}", f"Kind{n}", f"Naam{n}", f"2015-01-{n + 1:02d}") for n in range(20))
"""So many that one who is gone is parked by itself."""


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


def _undo_answer(school: School, batch: Importbatch, regel_id: RegelId) -> Terugkeer:
    args, door = (school.session, batch.school_id, batch.id, Deel(regel_id=regel_id)), school.wereld.beheerder.id
    done = terugdraaien.undo(*args, digest=terugdraaien.preview(*args).digest, door=door)
    school.session.flush()
    school.session.expire_all()
    return done


def _undo_night(school: School, doel: Leerling | None = None) -> Terugkeer:
    """Undo the last night, or what it did to one leerling."""
    session, school_id = school.session, school.wereld.school.id
    night = select(Handeling.id).where(Handeling.school_id == school_id, Handeling.wat == Wat.AANLEVERING)
    act = session.scalars(night.order_by(Handeling.id.desc())).first()
    assert act is not None
    args = (session, school_id, act, Deel(sleutel=(Soort.LEERLING, doel.id)) if doel is not None else Deel())
    terug = terugdraaien.preview_night(*args)
    done = terugdraaien.undo_night(*args, digest=terug.digest, door=school.wereld.beheerder.id)
    session.flush()
    session.expire_all()
    return done


def _three_nights(school: School, came: tuple[uwlr.Leerling, ...]) -> None:
    """The same again; with other spellings; and under other numbers, where an ECK iD says who it is."""
    spelled = tuple(each._replace(roepnaam=f"{each.roepnaam}ë") for each in came)
    renumbered = tuple(each._replace(key=f"{each.key}0") if each.eckid else each for each in came)
    after = _links(school)
    for theirs in (came, spelled, renumbered):
        school.take_in(*theirs, groepen=GROEPEN)
        assert _links(school) == after, "nothing is linked or added again"
        for sleutel, number in school.send().items():
            of = school.session.scalars(select(Resultaat.leerling_id).where(Resultaat.sleutel == sleutel)).one()
            assert after[of] == number, "no result goes to another child"


@pytest.mark.parametrize("uitkomst", UITKOMSTEN)
@pytest.mark.parametrize("naam", GEVALLEN)
def test_one_answer_of_each_kind_is_taken_back_and_three_nights_leave_it(
    school: School, naam: str, uitkomst: str
) -> None:
    geval, session = GEVALLEN[naam], school.session
    here_before = [(naam[0], "k4" if naam[0] == "Ann" else key) for naam, key in geval.ours]
    batch = _imported(school, geval)
    other = school.leerling(BEN, "k55")
    regel = next(r for r in batch.regels if r.gekozen_door and not r.via_groep and (r.las_key != "k4"))
    results = {school.result_of(each): each.id for each in _by_name(school).values()}
    error = UITKOMSTEN[uitkomst]
    went = {} if error == "wacht" else school.send(error if isinstance(error, UwlrError) else None)
    links = _links(school)
    terug = _undo_answer(school, batch, regel.id)

    after = _links(school)
    may_be_there = bool(went) and uitkomst in ("bezorgd", "onzeker")
    moved = {r for r, of in results.items() if links[of] not in (None, after.get(of)) and may_be_there}
    assert batch.status is BatchStatus.VERWERKT, "the rest of the import stands"
    assert other.las_key == "k55"
    assert terug.te_verwijderen == len(moved)
    assert {row[2] for row in school.to_remove()} == moved, "all that must be removed is listed"
    was_here = session.scalars(select(Leerling).order_by(Leerling.id).limit(len(geval.ours))).all()
    assert [(each.roepnaam, each.las_key) for each in was_here] == here_before
    ben = pupil("k55", *BEN)
    _three_nights(school, (*geval.came, ben))
    open_ = open_of(session, batch.school_id)
    assert open_ is not None
    asked = {r.las_key: r for r in open_.regels if r.is_work}
    assert set(asked) >= {r.las_key for r in terug.regels}
    assert all(asked[r.las_key].later_op is not None for r in terug.regels), "set aside, so that nobody is mailed"
    assert session.scalars(select(Uitzondering)).all() == []
    assert {r: session.get_one(Resultaat, r).leerling_id for r in results} == results, "no result is lost or moved"


def _link_by_itself(school: School, eckid: str | None = None) -> tuple[Leerling, tuple[uwlr.Leerling, ...]]:
    hanna = school.leerling(HANNA, None)
    came = (pupil("k6", *HANNA, eckid=eckid),)
    school.take_in(*came, groepen=GROEPEN)
    assert hanna.las_key == "k6"
    return hanna, came


@pytest.mark.parametrize("uitkomst", UITKOMSTEN)
@pytest.mark.parametrize("eckid", [None, ECKID])
def test_a_link_that_a_night_made_is_taken_back_and_three_nights_leave_it(
    school: School, eckid: str | None, uitkomst: str
) -> None:
    hanna, came = _link_by_itself(school, eckid)
    result, error = school.result_of(hanna), UITKOMSTEN[uitkomst]
    went = {} if error == "wacht" else school.send(error if isinstance(error, UwlrError) else None)
    terug = _undo_night(school, hanna)
    assert (hanna.las_key, hanna.eckid) == (None, None)
    is_there = bool(went) and uitkomst in ("bezorgd", "onzeker")
    assert len(school.to_remove()) == terug.te_verwijderen == int(is_there)
    assert [day for each in terug.in_las for _, day in each.welke] == [AFNAME] * is_there, "each is named beforehand"
    _three_nights(school, came)
    open_ = open_of(school.session, school.wereld.school.id)
    assert open_ is not None
    [asked] = [r for r in open_.regels if r.soort is Soort.LEERLING and r.is_work]
    assert [each["id"] for each in asked.kandidaten] == [hanna.id]
    assert asked.later_op is not None
    assert school.session.get_one(Resultaat, result).leerling_id == hanna.id


@pytest.mark.parametrize("eckid", [None, ECKID])
def test_an_unlinked_record_stays_so_for_three_nights_and_linked_for_three_after_its_undo(
    school: School, eckid: str | None
) -> None:
    hanna, came = _link_by_itself(school, eckid)
    school.commit(school.take_in(*came, groepen=GROEPEN))
    args = (school.session, hanna.school_id, "leerling", hanna.id)
    door = school.wereld.beheerder.id
    school.result_of(hanna)
    school.send()
    ontkoppelen.unlink(*args, door=door)
    assert (hanna.las_key, hanna.eckid, len(school.to_remove())) == (None, None, 1)
    _three_nights(school, came)
    open_ = open_of(school.session, hanna.school_id)
    assert open_ is not None
    [asked] = [r for r in open_.regels if r.soort is Soort.LEERLING and r.is_work]
    assert [each["id"] for each in asked.kandidaten] == [hanna.id]
    ontkoppelen.link_again(*args, door=door)
    assert (hanna.las_key in {"k6", "k60"}, school.to_remove()) == (True, [])
    _three_nights(school, (pupil(hanna.las_key or "", *HANNA, eckid=eckid),))
    assert [r for r in open_.regels if r.is_work] == []
    with pytest.raises(ontkoppelen.NothingToLinkAgain):
        ontkoppelen.link_again(*args, door=door)


def test_what_is_done_after_all_is_one_button_and_ends_it(school: School) -> None:
    hanna, came = _link_by_itself(school)
    _undo_night(school, hanna)
    args = (school.session, hanna.school_id, "leerling", hanna.id)
    regel = toch.do_anyway(*args, door=school.wereld.beheerder.id)
    assert regel is not None
    assert (regel.keuze, regel.doel_id) == (Keuze.KOPPEL, hanna.id)
    school.commit(open_of(school.session, hanna.school_id))
    assert hanna.las_key == "k6"
    assert school.session.scalars(select(Teruggenomen)).all() == []
    _three_nights(school, came)
    with pytest.raises(toch.NothingToDoAnyway):
        toch.do_anyway(*args, door=school.wereld.beheerder.id)


def test_what_is_taken_back_is_asked_when_its_number_comes_from_somebody_else(school: School) -> None:
    """The LAS exchanged two numbers; whose number it is by now, is linked without a question."""
    hanna, _ = _link_by_itself(school)
    ben = school.leerling(BEN, None)
    _undo_night(school, hanna)
    args = (school.session, hanna.school_id, "leerling", hanna.id)
    for _ in range(3):
        batch = school.take_in(pupil("k6", *BEN), pupil("k9", *HANNA), groepen=GROEPEN)
        assert (hanna.las_key, ben.las_key) == (None, "k6")
        [regel] = [r for r in batch.regels if r.soort is Soort.LEERLING and r.is_work] if batch is not None else []
        assert (regel.las_key, regel.later_op) == ("k9", None), "set aside is only what was asked before"
    assert toch.do_anyway(*args, door=school.wereld.beheerder.id) == regel
    school.commit(batch)
    assert (hanna.las_key, ben.las_key) == ("k9", "k6")


def test_what_is_the_las_s_own_is_not_offered(school: School) -> None:
    """A name and a groep would come back tonight; so would a new number under the same ECK iD."""
    hanna = school.leerling(HANNA, "k6", ECKID)
    school.commit(school.take_in(*OTHERS, pupil("k6", *HANNA, eckid=ECKID), groepen=GROEPEN))
    renewed = pupil("k60", *HANNA, groep="g6", eckid=ECKID)
    school.take_in(*OTHERS, renewed, groepen=GROEPEN)
    assert (hanna.las_key, hanna.groep and hanna.groep.naam) == ("k60", "Zomergroep")
    with pytest.raises(NotUndoable):
        _undo_night(school, hanna)


def _parked(school: School, way: str) -> tuple[Leerling, tuple[uwlr.Leerling, ...]]:
    door = school.wereld.beheerder.id
    if way == "mens":
        hanna = school.leerling(HANNA, None)
        school.commit(school.take_in(*OTHERS, groepen=GROEPEN))
        school.wereld.koppeling.opgehaald_leerlingen = len(OTHERS)
        parkeren.park(school.session, hanna.school_id, [hanna.id], shown=1, door=door)
        return hanna, OTHERS
    gone = [pupil("k6", *HANNA), *(OTHERS[10:] if way == "vastgehouden" else ())]
    hanna = school.leerling(HANNA, "k6")
    stays = tuple(each for each in OTHERS if each not in gone)
    school.commit(school.take_in(*stays, *gone, groepen=GROEPEN))
    batch = school.take_in(*stays, groepen=GROEPEN)
    if way == "vastgehouden":
        assert batch is not None
        assert batch.held(Soort.LEERLING)
        shown = vastgehouden.total(batch)
        vastleggen.confirm_departures(school.session, hanna.school_id, batch.id, confirmed=shown, door=door)
    return hanna, stays


def _is_here(leerling: Leerling) -> bool:
    return leerling.status is Lidmaatschap.ACTIEF


@pytest.mark.parametrize("way", ["mens", "nacht", "vastgehouden"])
def test_who_was_parked_in_any_way_is_here_again_and_three_nights_leave_it(school: School, way: str) -> None:
    hanna, stays = _parked(school, way)
    session, door = school.session, school.wereld.beheerder.id
    assert _is_here(hanna) is False
    result = school.result_of(hanna)
    if way == "mens":
        parkeren.bring_back(session, hanna.school_id, [hanna.id], door=door)
    else:
        toch.bring_back(session, hanna.school_id, "leerling", hanna.id, door=door)
        with pytest.raises(NobodyToBringBack):
            toch.bring_back(session, hanna.school_id, "leerling", hanna.id, door=door)
    session.flush()
    assert _is_here(hanna)
    for _ in range(3):
        school.take_in(*stays, groepen=GROEPEN)
        assert _is_here(hanna), "no night parks them again"
        assert school.send() == {}, "the LAS does not have them"
    assert session.get_one(Resultaat, result).leerling_id == hanna.id
    if way != "mens":
        _row, regel = toch.about(session, Soort.LEERLING, hanna)
        assert regel is None
        toch.do_anyway(session, hanna.school_id, "leerling", hanna.id, door=door)
        assert not _is_here(hanna)
        toch.bring_back(session, hanna.school_id, "leerling", hanna.id, door=door)
        school.take_in(*stays, pupil("k6", *HANNA), groepen=GROEPEN)
        assert session.scalars(select(Teruggenomen)).all() == [], "the LAS sends them again"
        assert _is_here(hanna)
        assert hanna.afwezig_sinds is None


def test_a_whole_hold_comes_back_in_one_act_and_three_nights_leave_it(school: School) -> None:
    hanna, stays = _parked(school, "vastgehouden")
    batch = next(iter(vastgehouden.parked(school.session, hanna.school_id)))
    vastgehouden.take_back(school.session, hanna.school_id, batch.id, door=school.wereld.beheerder.id)
    for _ in range(3):
        school.take_in(*stays, groepen=GROEPEN)
        assert len(school.session.scalars(select(Leerling).where(Leerling.status == Lidmaatschap.ACTIEF)).all()) == 21


def test_a_whole_night_is_undone_but_not_what_the_las_would_bring_again(school: School) -> None:
    """One was linked, one moved, one was parked."""
    ann = school.leerling(("Ann", "Aarts", "2017-01-11"), None)
    hanna, floor = school.leerling(HANNA, "k6"), school.leerling(("Floor", "Fris", "2016-06-06"), "k7")
    here = (pupil("k6", *HANNA), pupil("k7", "Floor", "Fris", "2016-06-06"))
    school.commit(school.take_in(*OTHERS, *here, groepen=GROEPEN))
    came = (
        *OTHERS,
        pupil("k7", "Floor", "Fris", "2016-06-06", groep="g6"),
        pupil("k4", *("Ann", "Aarts", "2017-01-11")),
    )
    school.take_in(*came, groepen=GROEPEN)
    assert (ann.las_key, hanna.status) == ("k4", Lidmaatschap.VERTROKKEN)
    groep = floor.groep_id
    assert groep != next(each.groep_id for each in _by_name(school).values() if each.las_key == "m1")
    terug = _undo_night(school)
    assert terug.namen(Soort.LEERLING, verdwijnt=False) == ["Ann Aarts"]
    assert terug.terug_hier == ["Hanna Zwart"]
    assert (ann.las_key, hanna.status, hanna.afwezig_sinds is None) == (None, Lidmaatschap.ACTIEF, False)
    assert floor.groep_id == groep
    with pytest.raises(NotUndoable):
        _undo_night(school)
    for _ in range(3):
        school.take_in(*came, groepen=GROEPEN)
        assert (ann.las_key, hanna.status) == (None, Lidmaatschap.ACTIEF)


def test_an_answer_is_taken_back_once_and_only_as_it_was_shown(school: School) -> None:
    batch = _imported(school, GEVALLEN["koppel"])
    regel = school.line(batch, "k6")
    hanna = _by_name(school)["Hannah"]
    args = (school.session, batch.school_id, batch.id, Deel(regel_id=regel.id))
    seen = terugdraaien.preview(*args)
    with pytest.raises(UndoChanged):
        terugdraaien.undo(*args, digest="another", door=school.wereld.beheerder.id)
    terugdraaien.undo(*args, digest=seen.digest, door=school.wereld.beheerder.id)
    assert (hanna.roepnaam, hanna.las_key) == ("Hanna", None), "the values return with the link"
    with pytest.raises(NotUndoable):
        terugdraaien.preview(*args)
    assert Soort.LEERLING not in {r.soort for r in undo(school, batch).regels}, "that question is open already"
