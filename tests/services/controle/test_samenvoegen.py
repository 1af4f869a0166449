"""Merging two records of one leerling, and undoing it: nothing is lost, nor at the wrong child, by no night either."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.bezorgschool import BO, NOOR, School
from tests.services.conftest import pupil
from tests.wereld import AFNAME, make_wereld
from webapp.matching.vetoes import Veto
from webapp.models import (
    Bezorging,
    Handeling,
    Keuze,
    Leerling,
    Levering,
    LeveringStatus,
    Lidmaatschap,
    Resultaat,
    Teruggenomen,
)
from webapp.services.bewaring import inzage, wissen
from webapp.services.controle import samenvoegen, samenvoegplan, splitsen
from webapp.services.controle.errors import NotUndoable, UndoChanged
from webapp.services.controle.samenvoegplan import Bezwaar, MergeChanged, NotMergeable, NotSure, Samenvoeging
from webapp.services.controle.splitsen import Splitsing
from webapp.services.inname import dubbel, opzoeken
from webapp.services.inname.batch import open_of
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.versturen import elders
from webapp.uwlr import values as uwlr
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrError, UwlrRefused, UwlrUnsure

UITKOMSTEN: dict[str, UwlrError | str | None] = {
    "wacht": "wacht",
    "bezorgd": None,
    "onzeker": UwlrUnsure(Reden.TIJD_VERSTREKEN),
    "geweigerd": UwlrRefused(FaultCode.SCORE_ONGELDIG),
}


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


def merge(school: School, one: Leerling, other: Leerling, *, los: Leerling | None = None) -> Samenvoeging:
    school_id, door = school.wereld.school.id, school.wereld.beheerder.id
    los_id = los.id if los is not None else None
    plan = samenvoegplan.preview(school.session, school_id, one.id, other.id, los=los_id)
    before = {(row[0], row[2]) for row in school.to_remove()}
    done = samenvoegen.merge(
        school.session, school_id, one.id, other.id, los=los_id, zeker=True, digest=plan.digest, door=door
    )
    school.session.expire_all()
    after = {(row[0], row[2]) for row in school.to_remove()}
    assert len(after - before) == sum(each.aantal for each in plan.in_las), "all to be removed is said beforehand"
    return done


def part(school: School, one: Leerling) -> Splitsing:
    school_id, door = school.wereld.school.id, school.wereld.beheerder.id
    plan = splitsen.preview(school.session, school_id, one.id)
    before = {(row[0], row[2]) for row in school.to_remove()}
    done = splitsen.undo(school.session, school_id, one.id, digest=plan.digest, door=door)
    school.session.expire_all()
    after = {(row[0], row[2]) for row in school.to_remove()}
    assert len(after - before) == sum(each.aantal for each in plan.in_las), "all to be removed is said beforehand"
    return done


def _send(school: School) -> None:
    for sleutel, number in school.send().items():
        of = school.session.scalars(select(Resultaat).where(Resultaat.sleutel == sleutel)).one()
        assert school.session.get_one(Leerling, of.leerling_id).las_key == number, "no result goes to another"
    right = (Bezorging.elders_op.is_(None), Leerling.las_key.is_not(None), Bezorging.las_key != Leerling.las_key)
    wrong = select(Bezorging.sleutel).join(Bezorging.resultaat).join(Resultaat.leerling).where(*right)
    assert school.session.scalars(wrong).all() == [], "what stands at another is listed to be removed"


def _on(school: School, leerling: Leerling, day: int, score: int = 25) -> int:
    id_ = school.result_of(leerling, score)
    school.session.get_one(Resultaat, id_).afnamedatum = AFNAME - timedelta(days=day)
    school.session.flush()
    return id_


@pytest.mark.parametrize("hoe", ["los", "beide in het LAS"])
@pytest.mark.parametrize("van_ander", UITKOMSTEN)
@pytest.mark.parametrize("van_blijver", UITKOMSTEN)
def test_three_nights_after_a_merge_and_three_after_its_undo(
    school: School, van_blijver: str, van_ander: str, hoe: str
) -> None:
    """Each has a result of its own, and both have one of the same toets and date."""
    session, both = school.session, hoe == "beide in het LAS"
    blijft, ander = school.leerling(NOOR, "k1"), school.leerling(NOOR, "k2")
    came: tuple[uwlr.Leerling, ...] = (pupil("k1", *NOOR), pupil("k2", *NOOR), pupil("k3", *BO))
    school.take_in(*came)
    results = dict[int, int]()
    for leerling, uitkomst, day in ((blijft, van_blijver, 1), (ander, van_ander, 2)):
        for each in (_on(school, leerling, day), _on(school, leerling, 3)):
            results[each] = leerling.id
        error = UITKOMSTEN[uitkomst]
        if error != "wacht":
            school.send(error if isinstance(error, UwlrError) else None)
            session.execute(update(Levering).where(Levering.status == LeveringStatus.KLAAR).values(pogingen=0))
    if not both:
        came = (came[0], came[2])
        school.take_in(*came)
        ander.las_key = None
        ander.status = Lidmaatschap.ACTIEF
        session.flush()
    plan = merge(school, ander, blijft, los=ander if both else None)
    assert (plan.blijft, plan.gaat_op) == (blijft, ander)
    assert len(plan.dubbel) == 1
    assert {r.id for r in plan.resultaten} | {two.id for _, two in plan.dubbel} == {
        r for r, of in results.items() if of == ander.id
    }
    for _ in range(3):
        school.take_in(*came)
        assert (blijft.las_key, ander.las_key, ander.status) == ("k1", None, Lidmaatschap.VERTROKKEN)
        assert [each.naam for each in LEERLING.all_of(session, blijft.school_id)].count("Noor Maan") == 1
        open_ = open_of(session, blijft.school_id)
        if both:
            assert open_ is not None
            assert school.line(open_, "k2").keuze is None, "a question, and not added by itself"
            assert school.line(open_, "k2").later_op is not None
        offered = [k["id"] for r in (open_.regels if open_ else []) for k in r.kandidaten]
        assert ander.id not in offered
        _send(school)
    assert set(session.scalars(select(Resultaat.id))) == set(results), "no result is lost"

    part(school, ander)
    assert {r.id: r.leerling_id for r in session.scalars(select(Resultaat))} == results, "each is where it was"
    assert (blijft.las_key, ander.las_key) == ("k1", "k2" if both else None)
    assert ander.status is Lidmaatschap.ACTIEF
    for _ in range(3):
        school.take_in(*came)
        assert (blijft.las_key, ander.las_key) == ("k1", "k2" if both else None)
        _send(school)
    assert set(session.scalars(select(Resultaat.id))) == set(results), "no result is lost"
    assert dubbel.alike(session, [blijft, ander]) == [], "who are two is not offered as one again"


def test_results_that_are_not_normed_move_too_and_a_score_since_is_never_lost(school: School) -> None:
    blijft, ander = school.leerling(NOOR, "k1"), school.leerling(NOOR, None)
    typed = school.wereld.resultaat(ander, 20)
    typed.afnamedatum = AFNAME - timedelta(days=1)
    merge(school, blijft, ander)
    assert typed.leerling_id == blijft.id
    typed.ruwe_score = 22
    since = _on(school, blijft, 9)
    plan = part(school, ander)
    assert (typed.leerling_id, typed.ruwe_score, typed.genormeerd_op is not None) == (ander.id, 22, True)
    assert school.session.get_one(Resultaat, since).leerling_id == blijft.id
    assert plan.gebleven == 1


def test_a_double_waits_for_nothing_once_it_was_removed_in_the_las(school: School) -> None:
    one, other = school.leerling(NOOR, "k1"), school.leerling(NOOR, "k2")
    for each in (one, other):
        school.result_of(each)
    school.send()
    merge(school, one, other, los=other)
    [(nummer, _, aside)] = school.to_remove()
    assert (nummer, school.status(aside)) == ("k2", LeveringStatus.ELDERS_AFGELEVERD)
    [row] = elders.te_verwijderen(school.session, one.school_id)
    elders.removed(school.session, one.school_id, UUID(row.bezorging.sleutel), door=school.wereld.beheerder.id)
    left = school.session.scalars(select(Levering.resultaat_id)).all()
    assert aside not in left
    part(school, other)
    assert school.send() != {}, "it goes to its own child again"


def test_who_has_other_eck_ids_are_two_children(school: School) -> None:
    one, other = school.leerling(NOOR, "k1", "https://x/1"), school.leerling(NOOR, None, "https://x/2")
    plan = samenvoegplan.preview(school.session, one.school_id, one.id, other.id, los=None)
    assert plan.bezwaar is Bezwaar.ECKID
    with pytest.raises(NotMergeable):
        merge(school, one, other)


def test_two_of_the_las_are_merged_only_when_one_link_is_given_up(school: School) -> None:
    one, other = school.leerling(NOOR, "k1"), school.leerling(NOOR, "k2")
    plan = samenvoegplan.preview(school.session, one.school_id, one.id, other.id, los=None)
    assert plan.beide_gekoppeld
    assert not plan.mag
    with pytest.raises(MergeChanged):
        merge(school, one, other)
    merge(school, one, other, los=one)
    assert (one.samengevoegd_met_id, other.las_key) == (other.id, "k2")


def test_another_birth_date_or_a_twin_needs_somebody_who_is_sure(school: School) -> None:
    one = school.leerling(NOOR, "k1")
    later = school.leerling(("Noor", "Maan", "2016-08-30"), None)
    plan = samenvoegplan.preview(school.session, one.school_id, one.id, later.id, los=None)
    assert Veto.DATUM_ANDERS in plan.twijfel
    later.geboortedatum = date(2016, 3, 21)
    near = samenvoegplan.preview(school.session, one.school_id, one.id, later.id, los=None)
    assert near.twijfel == (Veto.DATUM_BIJNA,), "said once"
    twin = school.leerling(("Loes", "Maan", NOOR[2]), None)
    plan = samenvoegplan.preview(school.session, one.school_id, one.id, twin.id, los=None)
    assert plan.twijfel != ()
    with pytest.raises(NotSure):
        samenvoegen.merge(
            school.session, one.school_id, one.id, twin.id, los=None, zeker=False, digest=plan.digest,
            door=school.wereld.beheerder.id,
        )  # fmt: skip


def test_it_is_done_only_as_it_was_shown_and_undone_once(school: School) -> None:
    session, door = school.session, school.wereld.beheerder.id
    one, other = school.leerling(NOOR, "k1"), school.leerling(NOOR, None)
    plan = samenvoegplan.preview(session, one.school_id, one.id, other.id, los=None)
    school.result_of(other)
    with pytest.raises(MergeChanged):
        samenvoegen.merge(session, one.school_id, one.id, other.id, los=None, zeker=True, digest=plan.digest, door=door)
    merge(school, one, other)
    with pytest.raises(UndoChanged):
        splitsen.undo(session, one.school_id, other.id, digest="", door=door)
    part(school, other)
    with pytest.raises(NotUndoable):
        part(school, other)
    merge(school, one, other)
    session.execute(update(Handeling).values(op=func.now() - timedelta(days=31)))
    with pytest.raises(NotUndoable):
        part(school, other)


def test_merging_again_ends_what_the_undo_kept_the_night_off(school: School) -> None:
    one, other = school.leerling(NOOR, "k1"), school.leerling(NOOR, None)
    merge(school, one, other)
    part(school, other)
    assert len(school.session.scalars(select(Teruggenomen).order_by(Teruggenomen.id)).all()) == 1
    merge(school, one, other)
    assert school.session.scalars(select(Teruggenomen).order_by(Teruggenomen.id)).all() == []


def test_no_search_finds_it_twice_and_the_record_that_stays_fills_its_gaps(school: School) -> None:
    one, other = school.leerling(NOOR, "k1"), school.leerling(NOOR, None)
    one.geslacht, other.geslacht, other.jaargroep = None, "2", "3"
    merge(school, one, other)
    assert one.geslacht == "2"
    found = opzoeken.look_up(school.session, one.school_id, "noor maan", groepen=None)
    assert [each.id for treffers in found for each in treffers.doelen] == [one.id]
    part(school, other)
    assert (one.geslacht, other.geslacht) == (None, "2")


def test_a_number_that_another_got_since_does_not_come_back(school: School) -> None:
    one, other = school.leerling(NOOR, "k1"), school.leerling(NOOR, "k2")
    merge(school, one, other, los=other)
    third = school.leerling(BO, "k2")
    plan = part(school, other)
    assert plan.bezet == ("las_key",)
    assert (other.las_key, third.las_key) == (None, "k2")


def test_a_question_that_names_both_names_the_one_that_stays(school: School) -> None:
    one, other = school.leerling(NOOR, None), school.leerling(NOOR, None)
    batch = school.take_in(pupil("k1", *NOOR))
    assert {each["id"] for each in school.line(batch, "k1").kandidaten} == {one.id, other.id}
    merge(school, one, other)
    assert [each["id"] for each in school.line(batch, "k1").kandidaten] == [one.id]
    school.take_in(pupil("k1", *NOOR))
    assert (one.las_key, other.las_key) == ("k1", None), "there is one now, so it is certain"
    part(school, other)
    school.take_in(pupil("k1", *NOOR))
    assert (one.las_key, other.las_key) == ("k1", None)


def test_who_looks_at_or_erases_one_gets_both(school: School) -> None:
    session, door = school.session, school.wereld.beheerder.id
    one, other = school.leerling(NOOR, "k1"), school.leerling(NOOR, None)
    school.result_of(one)
    school.result_of(other)
    merge(school, one, other)
    found = inzage.of_leerling(session, one.school_id, other.id, door=door)
    assert len(found["resultaten"]) == 1
    assert len(found["dubbele leerlingen die zijn samengevoegd"][0]["resultaten"]) == 1
    proof = wissen.erase(session, one.school_id, other.id, door=door)
    assert proof.aantallen["leerlingen"] == 2
    assert session.scalars(select(Leerling.id)).all() == []
    assert session.scalars(select(Resultaat.id)).all() == []


def test_an_answer_about_the_number_that_was_given_up_is_not_passed_over_by_parting(school: School) -> None:
    one, other, came = school.leerling(NOOR, "k1"), school.leerling(NOOR, "k2"), [pupil(k, *NOOR) for k in ("k1", "k2")]
    school.take_in(*came)
    merge(school, one, other, los=other)
    school.choose(school.take_in(*came), "k2", Keuze.NIEUW)
    with pytest.raises(NotMergeable):
        part(school, other)
    open_ = open_of(school.session, one.school_id)
    assert (other.las_key, school.line(open_, "k2").keuze) == (None, Keuze.NIEUW)
