"""A result belongs at one child: every act that changes a link answers for what was delivered under the old one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from tests.bezorgschool import BO, NOOR, SOMEBODY, School
from tests.services.conftest import aanlevering, pupil
from tests.wereld import START, make_wereld
from webapp.models import (
    Afspraken,
    Audit,
    Bezorging,
    Daad,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Leerling,
    LeveringStatus,
    Lidmaatschap,
    Soort,
    Uitzondering,
    Verzending,
)
from webapp.models.ids import ResultaatId
from webapp.models.levering import TE_VERWIJDEREN
from webapp.services import afspraken, sloten
from webapp.services.controle import keuzes
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.inname import inname
from webapp.services.koppeling import externe_nummers
from webapp.services.versturen import bezorging, elders
from webapp.uwlr import values as uwlr
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrError, UwlrRefused, UwlrUnavailable, UwlrUnsure
from webapp.uwlr.profiles import PROFILES

E1, E2 = "https://ketenid.nl/pilot/1", "https://ketenid.nl/pilot/2"
BEVESTIGD, ELDERS = LeveringStatus.BEVESTIGD, LeveringStatus.ELDERS_AFGELEVERD


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


@pytest.fixture
def delivered(school: School) -> Callable[..., tuple[Leerling, ResultaatId]]:
    """A leerling with a confirmed result."""

    def make(
        naam: tuple[str, str, str], las_key: str, eckid: str | None = None, score: int = 25
    ) -> tuple[Leerling, ResultaatId]:
        leerling = school.leerling(naam, las_key, eckid)
        id_ = school.result_of(leerling, score)
        assert list(school.send().values()) == [las_key]
        return leerling, id_

    return make


Delivered = Callable[..., tuple[Leerling, ResultaatId]]


def test_a_confirmation_keeps_under_which_number_and_eckid_it_went(school: School, delivered: Delivered) -> None:
    _, id_ = delivered(NOOR, "k1", E1)
    kept = school.session.scalars(select(Bezorging)).one()
    assert (kept.leerlingid, kept.eckid, kept.versie) == ("k1", E1, 1)
    assert kept.sleutel == school.wereld.levering(id_).resultaat.sleutel
    assert kept.bevestigd_op is not None


@pytest.mark.parametrize(("takes", "has"), [(None, 27), (True, 27), (False, 25)])
def test_of_a_las_that_keeps_the_first_score_that_one_is_kept_here(
    school: School, delivered: Delivered, monkeypatch: pytest.MonkeyPatch, takes: bool | None, has: int
) -> None:
    monkeypatch.setitem(PROFILES, "parnassys", replace(PROFILES["parnassys"], neemt_verbetering=takes))
    _, id_ = delivered(NOOR, "k1")
    sloten.lock(school.session, school.wereld.school.id)
    resultaat = school.wereld.levering(id_).resultaat
    resultaat.ruwe_score, resultaat.genormeerd_op = 27, None
    school.wereld.normeer()
    assert len(school.send()) == 1
    levering = school.wereld.levering(id_)
    assert (levering.status, levering.bevestigd, levering.score_in_las) == (BEVESTIGD, 2, has)


def test_two_whose_keys_were_exchanged_get_their_own_result_under_a_new_key(
    school: School, delivered: Delivered
) -> None:
    noor, of_noor = delivered(NOOR, "k2", score=11)
    bo, of_bo = delivered(BO, "k1", score=22)
    old = set(school.session.scalars(select(Bezorging.sleutel)))
    batch = school.take_in(pupil("k1", *NOOR), pupil("k2", *BO))
    if batch is not None and batch.is_open:
        school.exchange(batch, "k1", Ruilantwoord.OMDRAAIEN)
    school.commit(batch)
    assert (noor.las_key, bo.las_key) == ("k1", "k2")
    assert (school.status(of_noor), school.status(of_bo)) == (ELDERS, ELDERS)
    assert school.send(by_day=True) == {}, "they wait for the next night"
    sent = school.send()
    assert sorted(sent.values()) == ["k1", "k2"]
    assert old.isdisjoint(sent)
    assert sent[school.wereld.levering(of_noor).resultaat.sleutel] == "k1"
    assert (school.status(of_noor), school.status(of_bo)) == (BEVESTIGD, BEVESTIGD)
    assert school.to_remove() == [("k1", "Noor Maan", of_bo), ("k2", "Bo Berk", of_noor)]
    assert school.send() == {}, "once is enough"


def test_a_link_that_was_made_by_itself_and_is_corrected_takes_its_results_along(school: School) -> None:
    wrong, right = school.leerling(NOOR, None), school.leerling(("Eleonora", "Maan", "2016-03-12"), None)
    id_ = school.result_of(wrong)
    batch = school.take_in(pupil("k1", *NOOR), pupil("k2", *BO))
    assert school.send() == {school.wereld.levering(id_).resultaat.sleutel: "k1"}
    school.link(batch, "k1", right)
    school.commit(batch)
    assert (wrong.las_key, right.las_key) == (None, "k1")
    assert school.status(id_) is ELDERS
    assert school.send() == {}, "it waits for a link"
    assert school.to_remove() == [("k1", "Noor Maan", id_)]
    batch = school.take_in(pupil("k1", *NOOR), pupil("k2", *BO), pupil("k3", "N.", "Maan", "2016-12-03"))
    school.link(batch, "k3", wrong)
    school.commit(batch)
    assert list(school.send().values()) == ["k3"]
    assert school.status(id_) is BEVESTIGD
    assert school.to_remove() == [("k1", "Noor Maan", id_)], "that still has to be done"


@pytest.mark.parametrize("eckid", [None, E1])
def test_clearing_the_numbers_and_linking_anew_to_the_same_sends_nothing_again(
    school: School, delivered: Delivered, eckid: str | None
) -> None:
    noor, id_ = delivered(NOOR, "k1", eckid)
    _clear(school)
    assert (noor.las_key, school.status(id_)) == (None, BEVESTIGD)
    school.take_in(pupil("k1", *NOOR, eckid=eckid))
    assert noor.las_key == "k1"
    assert (school.send(), school.status(id_), school.to_remove()) == ({}, BEVESTIGD, [])


def test_clearing_the_numbers_and_linking_to_another_while_the_old_one_is_there_sends_it_again(
    school: School, delivered: Delivered
) -> None:
    noor, id_ = delivered(NOOR, "k9")
    _clear(school)
    school.take_in(pupil("k1", *NOOR), pupil("k9", *SOMEBODY))
    assert noor.las_key == "k1"
    assert school.status(id_) is ELDERS
    assert list(school.send().values()) == ["k1"]
    assert school.to_remove() == [("k9", "Fien Bloem", id_)]


def test_who_is_unlinked_and_linked_anew_to_the_same_is_sent_nothing(school: School) -> None:
    """Undone in one review, put right in the next, before anything went elsewhere."""
    noor, other = school.leerling(NOOR, None), school.leerling(SOMEBODY, None)
    id_ = school.result_of(noor)
    batch = school.take_in(pupil("k1", *NOOR), pupil("k2", *BO))
    sent = school.send()
    school.link(batch, "k1", other)
    school.commit(batch)
    assert school.status(id_) is ELDERS
    batch = school.ask_again(other)
    school.link(batch, "k1", noor)
    school.commit(batch)
    assert noor.las_key == "k1"
    assert (school.send(), school.status(id_), school.to_remove()) == ({}, BEVESTIGD, [])
    assert school.wereld.levering(id_).resultaat.sleutel in sent
    school.wereld.levering(id_).resultaat.ruwe_score = 3
    school.wereld.normeer()
    assert school.send() == sent, "a new score goes under the key that the LAS knows"


def test_a_whole_school_that_is_renumbered_sends_nothing_again(school: School) -> None:
    eckids = [f"https://ketenid.nl/pilot/{n}" for n in range(20)]
    namen = [(f"Kind{chr(97 + n)}", f"Achter{chr(97 + n) * 3}", f"2016-03-{n + 1:02}") for n in range(20)]
    ids = [
        school.result_of(school.leerling(naam, f"k{n}", eckid))
        for n, (naam, eckid) in enumerate(zip(namen, eckids, strict=True))
    ]
    first = school.send()
    assert len(first) == 20
    shifted = [pupil(f"k{(n + 7) % 20}", *namen[n], eckid=eckids[n]) for n in range(20)]
    school.take_in(*shifted)
    assert {school.status(id_) for id_ in ids} == {BEVESTIGD}
    assert (school.send(), school.to_remove()) == ({}, [])
    school.wereld.levering(ids[0]).resultaat.ruwe_score = 3
    school.wereld.normeer()
    assert school.send() == {school.wereld.levering(ids[0]).resultaat.sleutel: "k7"}, "the same key, the new number"


def test_a_whole_school_without_eckids_that_gets_other_numbers_sends_nothing_again(school: School) -> None:
    namen = [(f"Kind{chr(97 + n)}", f"Achter{chr(97 + n) * 3}", f"2016-03-{n + 1:02}") for n in range(12)]
    ids = [school.result_of(school.leerling(naam, f"oud{n}")) for n, naam in enumerate(namen)]
    assert len(school.send()) == 12
    batch = school.take_in(*(pupil(f"nieuw{n}", *naam) for n, naam in enumerate(namen)))
    for n, id_ in enumerate(ids):
        leerling = school.wereld.levering(id_).resultaat.leerling
        school.link(batch, f"nieuw{n}", leerling)
    school.commit(batch)
    assert {school.status(id_) for id_ in ids} == {BEVESTIGD}
    assert (school.send(), school.to_remove()) == ({}, [])


def test_an_aanlevering_that_was_not_whole_decides_nothing(school: School, delivered: Delivered) -> None:
    noor, id_ = delivered(NOOR, "k1")
    lame = (uwlr.Waarschuwing("zonder_sleutel", "leerling", "1"),)
    batch = school.take_in(pupil("k2", *NOOR), waarschuwingen=lame)
    school.link(batch, "k2", noor)
    school.commit(batch)
    assert noor.las_key == "k2"
    assert (school.status(id_), school.to_remove()) == (BEVESTIGD, [])
    school.take_in(pupil("k2", *NOOR), pupil("k1", *SOMEBODY))
    assert school.status(id_) is ELDERS
    assert list(school.send().values()) == ["k2"]


def test_another_eckid_is_another_leerling_even_when_the_old_number_is_gone(
    school: School, delivered: Delivered
) -> None:
    noor, id_ = delivered(NOOR, "k1", E1)
    batch = school.take_in(pupil("k2", *NOOR, eckid=E2))
    school.link(batch, "k2", noor)
    school.commit(batch)
    assert (noor.las_key, noor.eckid) == ("k2", E2)
    assert school.status(id_) is ELDERS
    assert school.to_remove() == [("k1", None, id_)]


def test_an_eckid_does_not_come_along_to_another_record_of_the_las(school: School) -> None:
    noor = school.leerling(NOOR, None, E1)
    batch = school.take_in(pupil("k1", *SOMEBODY, eckid=E1), pupil("k2", *NOOR))
    school.link(batch, "k2", noor)
    school.commit(batch)
    assert (noor.las_key, noor.eckid) == ("k2", None), "E1 is the other child's"


@pytest.mark.parametrize(
    ("had", "line", "left"),
    [
        ((None, E1), ("k1", None), ("k1", E1)),
        (("k1", E1), ("k1", None), ("k1", E1)),
        (("k1", None), (None, E1), ("k1", E1)),
        (("k1", E1), (None, E1), ("k1", E1)),
        (("k1", E1), ("k2", None), ("k2", None)),
        (("k1", E1), ("k2", E1), ("k2", E1)),
        (("k1", E1), ("k1", E2), ("k1", E2)),
        (("k1", E1), (None, E2), (None, E2)),
        ((None, E1), ("k1", E2), ("k1", E2)),
    ],
    ids=[
        "the first key", "the same key", "the first ECK iD", "the same ECK iD", "another key", "renumbered",
        "another ECK iD at the same key", "another ECK iD alone", "a first key with another ECK iD",
    ],
)  # fmt: skip
def test_an_identifier_that_the_las_leaves_out_stays_while_it_is_the_same_record(
    school: School,
    had: tuple[str | None, str | None],
    line: tuple[str | None, str | None],
    left: tuple[str | None, str | None],
) -> None:
    noor = school.leerling(NOOR, *had)
    batch = school.take_in(pupil(line[0], *NOOR, eckid=line[1]))
    if batch is not None and batch.is_open:
        [regel] = [regel for regel in batch.regels if regel.soort is Soort.LEERLING]
        keuzes.link(school.session, regel.school_id, regel.id, noor.id, door=school.wereld.beheerder.id)
        school.commit(batch)
    assert (noor.las_key, noor.eckid) == left


@pytest.mark.parametrize("said", [None, "noor"])
def test_an_eckid_that_was_anothers_since_and_is_nobodys_now_does_not_stay(school: School, said: str | None) -> None:
    """Unless a person said that it is this one: of Noor herself two records came, so nothing is written."""
    bo, noor = school.leerling(BO, "k2", E2), school.leerling(NOOR, "k1", E1)
    both = {"betwiste_leerlingen": (pupil("k1", *NOOR, eckid=E2), pupil("k20", *BO, eckid=E2))}
    batch = school.take_in(pupil("k2", *BO, eckid=E1), **both)
    assert (bo.eckid, noor.eckid) == (E2, E1)
    if said is not None:
        school.link(batch, "k2", noor)
    school.take_in(pupil("k2", *BO, eckid="https://ketenid.nl/pilot/9"), **both)
    assert (noor.las_key, noor.eckid) == ("k1", None if said is None else E1)


@pytest.mark.parametrize("is_older", [True, False])
def test_an_eckid_goes_to_the_leerling_whose_line_carries_it(school: School, is_older: bool) -> None:
    """Whichever of the two is written first."""
    make: list[Callable[[], Leerling]] = [
        lambda: school.leerling(NOOR, None, E1), lambda: school.leerling(SOMEBODY, None)
    ]  # fmt: skip
    made = [one() for one in (make if is_older else reversed(make))]
    noor, fien = made if is_older else reversed(made)
    batch = school.take_in(pupil("k1", *SOMEBODY, eckid=E1), pupil("k2", *NOOR))
    school.link(batch, "k2", noor)
    school.link(batch, "k1", fien)
    school.commit(batch)
    assert [(noor.las_key, noor.eckid), (fien.las_key, fien.eckid)] == [("k2", None), ("k1", E1)]


def test_a_key_goes_to_the_leerling_whose_line_carries_it(school: School) -> None:
    fien, noor = school.leerling(SOMEBODY, None), school.leerling(NOOR, "k1", E1)
    batch = school.take_in(pupil("k1", *SOMEBODY), pupil(None, *NOOR, eckid=E1))
    if noor.las_key is not None:
        school.link(batch, "k1", fien)
        school.commit(batch)
    assert [(noor.las_key, noor.eckid), (fien.las_key, fien.eckid)] == [(None, E1), ("k1", None)]


def test_a_link_that_changes_while_a_message_is_under_way_is_not_confirmed_by_it(school: School) -> None:
    noor, other = school.leerling(NOOR, None), school.leerling(SOMEBODY, None)
    id_ = school.result_of(noor)
    batch = school.take_in(pupil("k1", *NOOR), pupil("k2", *BO))
    opdracht = school.begin()
    assert opdracht is not None
    school.link(batch, "k1", other)
    school.link(batch, "k2", noor)
    school.commit(batch)
    school.settle(opdracht)
    assert school.status(id_) is ELDERS
    assert school.wereld.levering(id_).bevestigd == 0
    assert school.to_remove() == [("k1", "Noor Maan", id_)]
    sent = school.send()
    assert list(sent.values()) == ["k2"]
    assert opdracht.sleutels[0] not in sent
    assert school.status(id_) is BEVESTIGD


@pytest.mark.parametrize(
    ("error", "is_perhaps_there"),
    [
        (UwlrUnsure(Reden.TIJD_VERSTREKEN), True),
        (UwlrUnavailable(Reden.GEEN_VERBINDING), False),
        (UwlrRefused(FaultCode.SCORE_ONGELDIG), False),
    ],
    ids=["unsure", "not sent", "refused"],
)
def test_what_the_las_may_have_counts_as_if_it_had_it(school: School, error: UwlrError, is_perhaps_there: bool) -> None:
    noor, other = school.leerling(NOOR, None), school.leerling(SOMEBODY, None)
    id_ = school.result_of(noor)
    batch = school.take_in(pupil("k1", *NOOR), pupil("k2", *BO))
    [old] = school.send(error)
    school.link(batch, "k1", other)
    school.link(batch, "k2", noor)
    school.commit(batch)
    assert bool(school.to_remove()) == is_perhaps_there
    assert (school.status(id_) is ELDERS) == is_perhaps_there
    assert (school.wereld.levering(id_).resultaat.sleutel != old) == is_perhaps_there


def test_what_was_removed_is_ticked_off_once_and_by_its_own_school(
    school: School, delivered: Delivered, app: Flask
) -> None:
    gone, id_ = delivered(SOMEBODY, "k1")
    batch = school.take_in(pupil("k1", *NOOR))
    school.choose(batch, "k1", Keuze.NIEUW)
    school.commit(batch)
    sleutel = UUID(school.session.scalars(select(Bezorging.sleutel).where(TE_VERWIJDEREN)).one())
    session, door = school.session, school.wereld.beheerder.id
    other = make_wereld(session, app.extensions["keyring"], brin="99YY")
    for owner, what in ((other.school.id, sleutel), (school.wereld.school.id, uuid4())):
        with pytest.raises(elders.NotElsewhere):
            elders.removed(session, owner, what, door=door)
    for _ in range(2):
        elders.removed(session, school.wereld.school.id, sleutel, door=door)
    assert school.to_remove() == []
    assert school.status(id_) is LeveringStatus.KLAAR
    ticked = select(func.count()).where(Audit.actie == Daad.ELDERS_VERWIJDERD, Audit.account_id == door)
    assert session.scalar(ticked) == 1
    assert session.get_one(Bezorging, str(sleutel)).verwijderd_door == door
    gone.las_key = "k7"
    assert list(school.send().values()) == ["k7"]


def test_what_was_removed_there_goes_again_when_it_belonged_there_after_all(school: School) -> None:
    noor, other = school.leerling(NOOR, None), school.leerling(SOMEBODY, None)
    id_ = school.result_of(noor)
    batch = school.take_in(pupil("k1", *NOOR), pupil("k2", *BO))
    [old] = school.send()
    school.link(batch, "k1", other)
    school.commit(batch)
    elders.removed(school.session, school.wereld.school.id, UUID(old), door=school.wereld.beheerder.id)
    batch = school.ask_again(other)
    school.link(batch, "k1", noor)
    school.commit(batch)
    sent = school.send()
    assert list(sent.values()) == ["k1"]
    assert old not in sent
    assert school.status(id_) is BEVESTIGD


def test_a_link_that_comes_back_after_the_result_went_elsewhere_leaves_that_to_be_removed(school: School) -> None:
    noor, other = school.leerling(NOOR, None), school.leerling(SOMEBODY, None)
    id_ = school.result_of(noor)
    batch = school.take_in(pupil("k1", *NOOR), pupil("k2", *BO))
    school.send()
    school.link(batch, "k1", other)
    school.link(batch, "k2", noor)
    school.commit(batch)
    school.send()
    assert [row[0] for row in school.to_remove()] == ["k1"]
    other.las_key = noor.las_key = None
    school.session.flush()
    noor.las_key, other.las_key = "k1", "k2"
    bezorging.follow_links(school.session, school.wereld.school.id)
    assert (school.send(), school.status(id_)) == ({}, BEVESTIGD)
    assert school.to_remove() == [("k2", other.naam, id_)]


def _clear(school: School) -> None:
    """The koppeling ends, by hand as long as there is no act for it, and begins anew with the numbers cleared."""
    session, wereld = school.session, school.wereld
    session.execute(text("SET LOCAL verloop.los = 'ja'"))
    session.execute(text("UPDATE koppeling SET status = 'beeindigd'"))
    session.execute(text("SET LOCAL verloop.los = ''"))
    old = wereld.koppeling
    same = {name: getattr(old, name) for name in ("school_id", "schoolnaam", "brin", "contact_naam", "contact_email")}
    wereld.koppeling = Koppeling(**same, status=KoppelingStatus.OPENGEZET, schooljaar=old.schooljaar, gestart_op=START)
    session.add(wereld.koppeling)
    session.flush()
    wereld.koppeling.sleutel = school.app.extensions["keyring"].encrypt("anders", wereld.koppeling.identity)
    total = externe_nummers.count(session, wereld.school.id).total
    externe_nummers.clear(session, wereld.school.id, confirmed=total, door=wereld.beheerder.id)
    for status in (KoppelingStatus.INGEDIEND, KoppelingStatus.GOEDGEKEURD):
        wereld.koppeling.status = status
        session.flush()
    session.expire_all()


def test_nothing_goes_under_a_number_that_a_question_is_open_about(school: School) -> None:
    ours = school.leerling(NOOR, "k1")
    others = [school.leerling((f"Kind{n}", "Kwast", "2016-01-02"), f"z{n}") for n in range(4)]
    came = [pupil(f"z{n}", f"Kind{n}", "Kwast", "2016-01-02") for n in range(4)]
    school.result_of(ours)
    batch = school.take_in(pupil("k1", *SOMEBODY), *came)
    assert (ours.las_key, school.line(batch, "k1").toegepast_id, school.send()) == ("k1", None, {})
    school.result_of(others[0])
    assert list(school.send().values()) == ["z0"]
    school.choose(batch, "k1", Keuze.NIET)
    school.commit(batch)
    assert (ours.las_key, school.send()) == (None, {})


def test_nothing_goes_under_a_number_that_the_las_does_not_send_while_a_question_may_mean_its_leerling(
    school: School,
) -> None:
    """The numbers of twins were exchanged, and one of them left: whose number the other has, is asked."""
    born = "2019-01-30"
    jip, jop = school.leerling(("Jip", "Wolters", born), "k1"), school.leerling(("Jop", "Wolters", born), "k2")
    school.take_in(pupil("k1", "Jip", "Wolters", born), pupil("k2", "Jop", "Wolters", born))
    school.result_of(jip), school.result_of(jop)
    batch = school.take_in(pupil("k1", "Jop", "Wolters", born))
    assert school.line(batch, "k1").is_vraag
    assert school.send() == {}
    school.link(batch, "k1", jop)
    school.commit(batch)
    assert list(school.send().values()) == ["k1"]


ALLEN = tuple(pupil(f"m{n}", f"{letter}uno", f"Ver{letter.lower()}man") for n, letter in enumerate("BCDFGHJKLM"))
NIET = [(Soort.GROEP, "g4", "Groep 4"), (Soort.LEERLING, "w2", "Hidde Zee"), (Soort.LEERLING, "h3", "Joris Zee")]
ELDERS_GEGEVEN = {
    "w0": pupil("w0", "Anouk", "Zee", groep="g1", jaargroep="1"),
    "w1": pupil("w1", "Boris", "Zee", groep="g4", jaargroep="4"),
    "w2": pupil("w2", "Hidde", "Zee"),
    "h3": pupil("h3", "Joris", "Zee"),
}
"""To a jaargroep that does not take part, to a groep and to two leerlingen that were left out: w is of who is gone."""


@pytest.mark.parametrize("hoe", ["als andere nachten", "alles vastgehouden", "het jaar wacht"])
def test_nothing_goes_under_a_number_that_the_las_gave_to_another(school: School, hoe: str) -> None:
    session, koppeling, school_id = school.session, school.wereld.koppeling, school.wereld.school.id
    for each in ALLEN:
        school.leerling((each.roepnaam or "", each.achternaam or "", str(each.geboortedatum)), each.key)
    ours = {key: school.leerling((f"{key}er", "Berk", "2014-05-05"), key) for key in ("h3", "h4", "w0", "w1", "w2")}
    school.take_in(*ALLEN, *(pupil(key, f"{key}er", "Berk", "2014-05-05") for key in ("h3", "h4")))
    assert {ours[key].status for key in ("w0", "w1", "w2")} == {Lidmaatschap.VERTROKKEN}
    for mine in ours.values():
        school.result_of(mine)
    sloten.lock(session, school_id)
    session.add(Afspraken(school_id=school_id, **{**afspraken.UIT, "jaargroepen_niet": ["1"]}))
    session.add_all(Uitzondering(school_id=school_id, soort=s, las_key=k, omschrijving=naam) for s, k, naam in NIET)
    session.flush()
    twice = pupil("h4", "Karel", "Zee"), pupil("h4", "Lotte", "Zee")
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g1", "Groep 1", "1"), uwlr.Groep("g4", "Groep 4", "4"))
    moved = [each._replace(key=f"{each.key}x") for each in ALLEN] if "vast" in hoe else ALLEN
    news = replace(aanlevering(*moved, *ELDERS_GEGEVEN.values(), groepen=groepen), betwiste_leerlingen=twice)
    if "wacht" in hoe:
        inname.look_ahead(session, koppeling, inname.match(session, school_id, news))
    else:
        inname.take_in(session, koppeling, news)
    session.flush()
    session.expire_all()
    assert school.send() == {}
    assert {each.las_key for each in ours.values()} == set(ours), "no link is cut"


def test_a_confirmation_that_a_database_out_of_a_backup_knows_nothing_of_is_not_believed(school: School) -> None:
    id_ = school.result_of(school.leerling(NOOR, "k1"))
    opdracht, session = school.begin(), school.session
    assert opdracht is not None
    session.execute(delete(Verzending).where(Verzending.school_id == school.wereld.school.id))
    school.wereld.koppeling.zenden_claim = None
    session.flush()
    school.settle(opdracht)
    levering = school.wereld.levering(id_)
    assert (levering.status, levering.bevestigd) == (LeveringStatus.ONBEKEND, 0)
