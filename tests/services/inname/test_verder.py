"""Several aanleveringen after each other: what was asked or said of one is not undone by the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.conftest import Make, aanlevering, pupil
from tests.services.inname.test_ongewoon import GROEPEN, PUPILS, STAFF, answer, held, here, leerlingen, take_in
from webapp.models import (
    Account,
    BatchStatus,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    Leerkracht,
    Lidmaatschap,
    Uitzondering,
)
from webapp.services.controle import keuzes, vastgehouden, vastleggen
from webapp.services.controle.samenvatting import summarise
from webapp.uwlr import values as uwlr

__all__ = ["here"]
VERTROKKEN = Lidmaatschap.VERTROKKEN
ECKID = "https://ketenid.nl/pilot/1"


def gone(session: Session) -> list[str]:
    return [leerling.roepnaam or "" for leerling in leerlingen(session) if leerling.status is VERTROKKEN]


def park(session: Session, batch: Importbatch, door: Account) -> Importbatch:
    number = vastgehouden.total(batch)
    return vastleggen.confirm_departures(session, batch.school_id, batch.id, confirmed=number, door=door.id)


def line(batch: Importbatch | None, key: str) -> Importregel:
    assert batch is not None
    [regel] = [regel for regel in batch.regels if regel.las_key == key]
    return regel


def commit(session: Session, batch: Importbatch | None, door: Account) -> None:
    assert batch is not None
    digest = summarise(session, batch).digest
    vastleggen.commit(session, batch.school_id, batch.id, digest=digest, door=door.id)
    session.flush()
    session.expire_all()


# A hold


@pytest.mark.parametrize("back", [1, 3, 4])
def test_who_is_held_stays_held_when_most_come_back(session: Session, here: Koppeling, back: int) -> None:
    assert held(take_in(session, here, answer(PUPILS[5:]))) == {"leerling": 5}
    assert held(take_in(session, here, answer(PUPILS[5 - back :]))) == {"leerling": 5 - back}
    assert gone(session) == []
    assert held(take_in(session, here, answer())) == {}, "all are back"


def test_an_aanlevering_that_is_not_whole_ends_no_hold(session: Session, here: Koppeling) -> None:
    batch = take_in(session, here, answer(PUPILS[5:]))
    odd = uwlr.Waarschuwing("zonder_sleutel", "leerling", None)
    assert take_in(session, here, replace(answer(PUPILS[5:19]), waarschuwingen=(odd,))) is batch
    assert (held(batch), gone(session)) == ({"leerling": 5}, [])


def test_who_leaves_beside_a_hold_of_others_is_parked(session: Session, here: Koppeling) -> None:
    take_in(session, here, answer(PUPILS[5:]))
    assert held(take_in(session, here, answer(PUPILS[2:19]))) == {"leerling": 2}
    assert gone(session) == ["KindT"]


def test_parking_that_was_taken_back_is_not_done_by_the_night(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    batch = take_in(session, here, answer(PUPILS[5:]))
    assert batch is not None
    park(session, batch, beheerder)
    vastgehouden.take_back(session, batch.school_id, batch.id, door=beheerder.id)
    assert held(take_in(session, here, answer(PUPILS[2:]))) == {"leerling": 2}
    assert gone(session) == []


def test_a_new_school_year_parks_nobody_who_is_held(session: Session, here: Koppeling) -> None:
    take_in(session, here, answer(PUPILS[:14]))
    groepen = tuple(uwlr.Groep(f"n{n}", f"Groep {n}", str(n)) for n in (6, 7))
    up = {"g5": "6", "g6": "7"}
    pupils = [p._replace(groep=f"n{up[p.groep or '']}", jaargroep=up[p.groep or ""]) for p in PUPILS[:14]]
    staff = [each._replace(groepen=("n6", "n7")) for each in STAFF]
    batch = take_in(session, here, answer(pupils, staff, groepen, "2027-2028"))
    assert held(batch)["leerling"] == 6
    assert gone(session) == []


def test_a_lost_groep_that_is_held_stays_held_when_most_come_back(session: Session, here: Koppeling) -> None:
    only = [each._replace(groepen=("g5",)) for each in STAFF]
    assert held(take_in(session, here, answer(leerkrachten=only))) == {"groepen:leerkracht": 5}
    assert held(take_in(session, here, answer(leerkrachten=[only[0], *STAFF[1:]]))) == {"groepen:leerkracht": 1}
    assert {len(each.groepen) for each in session.scalars(select(Leerkracht))} == {2}


def test_each_parking_has_its_own_way_back(session: Session, here: Koppeling, beheerder: Account) -> None:
    first = take_in(session, here, answer(PUPILS[5:]))
    assert first is not None
    park(session, first, beheerder)
    second = take_in(session, here, answer([*PUPILS[11:], pupil("k50", "Zoef", "Haas")]))
    assert second is not None
    assert park(session, second, beheerder).status is BatchStatus.WACHT_OP_CONTROLE
    vastgehouden.take_back(session, first.school_id, first.id, door=beheerder.id)
    third = vastgehouden.of_school(session, first.school_id)
    assert third is not None
    park(session, third, beheerder)
    assert vastgehouden.take_back(session, first.school_id, second.id, door=beheerder.id) == 6
    assert vastgehouden.take_back(session, first.school_id, third.id, door=beheerder.id) == 5


# A link that was made by itself, while a question keeps the review open

VRAAG = pupil("k99", "Zoef", "Haas", "2015-01-05")


@pytest.fixture
def ours(koppeling: Koppeling, make_groep: Make, make_leerling: Make) -> Any:
    for groep in GROEPEN:
        make_groep(groep.naam, groep.jaargroep, las_key=groep.key, schooljaar="2026-2027")
    for n in range(8):
        make_leerling(f"Kind{n}", "Kwast", las_key=f"z{n}")
    return make_leerling("Noor", "Maan", eckid=ECKID)


def now(*leerlingen: uwlr.Leerling, groepen: tuple[uwlr.Groep, ...] = GROEPEN) -> uwlr.Leerlinggegevens:
    others = [pupil(f"z{n}", f"Kind{n}", "Kwast") for n in range(8)]
    return aanlevering(VRAAG, *others, *leerlingen, groepen=groepen)


NOOR = pupil("k1", "Noor", "Maan", eckid=ECKID)


def test_the_import_writes_no_older_values_than_the_last_night(
    session: Session, koppeling: Koppeling, ours: Any, beheerder: Account
) -> None:
    take_in(session, koppeling, now(NOOR))
    moved = NOOR._replace(achternaam="Maan-de Wit", groep="g6", jaargroep="6", key="k2")
    batch = take_in(session, koppeling, now(moved))
    groep_id = ours.groep_id
    commit(session, batch, beheerder)
    assert (ours.las_key, ours.achternaam, ours.groep_id, ours.jaargroep) == ("k2", "Maan-de Wit", groep_id, "6")


def test_the_import_brings_no_leaver_back(
    session: Session, koppeling: Koppeling, ours: Any, beheerder: Account
) -> None:
    take_in(session, koppeling, now(NOOR))
    batch = take_in(session, koppeling, now())
    assert ours.status is VERTROKKEN
    commit(session, batch, beheerder)
    assert ours.status is VERTROKKEN


def test_a_corrected_link_stays_corrected(
    session: Session, koppeling: Koppeling, ours: Any, beheerder: Account
) -> None:
    groepen = (*GROEPEN, uwlr.Groep("gx", "Kikkers", None))  # a question, so that Noor is shown every night
    batch = take_in(session, koppeling, now(NOOR._replace(groep="gx"), groepen=groepen))
    regel = line(batch, "k1")
    assert regel.toegepast_id == ours.id
    keuzes.choose(session, regel.school_id, regel.id, Keuze.NIET, door=beheerder.id)
    batch = take_in(session, koppeling, now(NOOR._replace(groep="gx"), pupil("k3", "Al", "Later"), groepen=groepen))
    assert line(batch, "k1").keuze is Keuze.NIET
    commit(session, batch, beheerder)
    assert ours.las_key is None


def test_an_answer_is_asked_again_when_the_one_chosen_is_surely_another(
    session: Session, koppeling: Koppeling, ours: Any, beheerder: Account
) -> None:
    alike = pupil("k9", "Noor", "Maan", "2016-03-13")
    regel = line(take_in(session, koppeling, now(alike)), "k9")
    keuzes.link(session, regel.school_id, regel.id, ours.id, door=beheerder.id)
    batch = take_in(session, koppeling, now(alike, NOOR))
    assert (ours.las_key, line(batch, "k9").keuze) == ("k1", None)


# Who is left out, by a key that the LAS gives to somebody else


def leave_out(session: Session, batch: Importbatch | None, key: str, door: Account) -> None:
    regel = line(batch, key)
    keuzes.choose(session, regel.school_id, regel.id, Keuze.NIET, door=door.id)
    commit(session, batch, door)


def test_another_child_under_a_key_that_was_left_out_is_asked_about_and_may_be_left_out_too(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    leave_out(session, take_in(session, here, answer([*PUPILS, pupil("k50", "Zoef", "Haas")])), "k50", beheerder)
    assert take_in(session, here, answer([*PUPILS, pupil("k50", "Zoëf", "Haas")])) is None
    other = answer([*PUPILS, pupil("k50", "Heel", "Anders")])
    leave_out(session, take_in(session, here, other), "k50", beheerder)
    assert take_in(session, here, other) is None


def test_one_of_ours_who_gets_a_key_that_was_left_out_is_not_gone(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    leave_out(session, take_in(session, here, answer([*PUPILS, pupil("k50", "Zoef", "Haas")])), "k50", beheerder)
    take_in(session, here, answer([PUPILS[0]._replace(key="k50"), *PUPILS[1:]]))
    assert (leerlingen(session)[0].las_key, gone(session)) == ("k50", [])


def test_a_groep_that_gets_the_key_of_one_that_was_left_out_last_year_is_asked_about(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    peuters = uwlr.Groep("g0", "Peuters", None)
    leave_out(session, take_in(session, here, answer(groepen=(*GROEPEN, peuters))), "g0", beheerder)
    again = answer(groepen=(*GROEPEN, replace(peuters, naam="Peuters A")))
    [left_out] = session.scalars(select(Uitzondering))
    left_out.besloten_op = datetime(2026, 9, 1, tzinfo=UTC)
    assert take_in(session, here, again) is None, "it is the same within the year"
    left_out.besloten_op = datetime(2026, 7, 1, tzinfo=UTC)
    new = pupil("k60", "Al", "Later", groep="g0")
    batch = take_in(session, here, answer([*PUPILS, new], groepen=(*GROEPEN, uwlr.Groep("g0", "Groep 3", "3"))))
    assert batch is not None
    assert {regel.las_key for regel in batch.regels} == {"g0", "k60"}


def test_who_has_the_key_of_somebody_who_is_left_out_is_linked_no_more(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    other = pupil("k0", "Heel", "Anders", "2014-04-04")
    leave_out(session, take_in(session, here, answer([other, *PUPILS[1:]])), "k0", beheerder)
    assert leerlingen(session)[0].las_key is None


def test_a_stranger_under_a_key_of_ours_is_asked_about_beside_many_who_are_new(
    session: Session, here: Koppeling
) -> None:
    many = [pupil(f"n{n}", f"Nieuw{n}", "Elders", f"2015-01-{n + 10}") for n in range(12)]
    batch = take_in(session, here, answer([pupil("k0", "Heel", "Anders", "2014-04-04"), *PUPILS[1:], *many]))
    assert held(batch) == {"nieuw:leerling": 12}
    assert line(batch, "k0").toegepast_id is None


def test_a_stranger_under_a_key_of_ours_is_asked_about_in_a_groep_that_is_left_out(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    groepen = (*GROEPEN, uwlr.Groep("g0", "Peuters", None))
    leave_out(session, take_in(session, here, answer(groepen=groepen)), "g0", beheerder)
    other = pupil("k0", "Heel", "Anders", "2014-04-04", groep="g0")
    assert line(take_in(session, here, answer([other, *PUPILS[1:]], groepen=groepen)), "k0").toegepast_id is None
