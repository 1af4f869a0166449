"""The turn of the school year: what has its shape is written without a question, and what has not is held as before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.conftest import Make, aanlevering, pupil, teacher
from webapp.models import (
    Account,
    Groep,
    Handeling,
    Importbatch,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Lidmaatschap,
    Mail,
    MailSoort,
    Overgang,
    Soort,
    Uitzondering,
    Wat,
)
from webapp.models.ids import SchoolId
from webapp.models.koppeling import KoppelingAct
from webapp.services import afspraken, sloten
from webapp.services.controle import keuzes, terugdraaien
from webapp.services.inname import inname, uitstel
from webapp.services.inname.overgang import Weg, Wissel
from webapp.uwlr import values as uwlr
from webapp.woorden import mails

NIEUW = "2027-2028"
LETTERS = ("Aa", "Bee", "Cee", "Dee", "Eef")
GROEPEN = tuple(uwlr.Groep(f"g{n}", f"Groep {n}", str(n)) for n in range(1, 9))
ZWERM = ("", "Mus", "Mees", "Merel", "Vink", "Spreeuw", "Kauw", "Raaf", "Zwaan")
"""What the groepen are called in the new year."""
NA = tuple(uwlr.Groep(f"n{n}", ZWERM[n], str(n)) for n in range(1, 9))
Augustus = Callable[[list[uwlr.Leerling]], list[uwlr.Leerling]]


def child(jaargroep: int, nth: int) -> uwlr.Leerling:
    name = f"{LETTERS[nth]}{ZWERM[jaargroep].lower()}"
    return pupil(
        f"k{jaargroep}{nth}", name, "Berk", f"{2023 - jaargroep}-0{nth + 1}-10", groep=f"g{jaargroep}",
        jaargroep=str(jaargroep), eckid=f"https://ketenid.nl/pilot/{jaargroep}{nth}",
    )  # fmt: skip


ALLEN = [child(jaargroep, nth) for jaargroep in range(1, 9) for nth in range(5)]
KLEUTERS = [pupil(f"n{nth}", f"{name}kleuter", "Els", f"2023-0{nth + 1}-03", groep="n1", jaargroep="1", eckid=f"n{nth}")
            for nth, name in enumerate(LETTERS[:4])]  # fmt: skip
STAFF = [teacher(f"t{n}", f"Juf{LETTERS[n]}", "Duin", f"juf{n}@x.example", groepen=(f"g{n + 1}",)) for n in range(5)]


def hoger(leerling: uwlr.Leerling, by: int = 1) -> uwlr.Leerling:
    jaargroep = int(leerling.jaargroep or 0) + by
    return leerling._replace(jaargroep=str(jaargroep), groep=f"n{jaargroep}")


def august(came: list[uwlr.Leerling]) -> list[uwlr.Leerling]:
    """Groep 8 leaves, everybody else goes one up, four are new."""
    return [*(hoger(each) for each in came if each.jaargroep != "8"), *KLEUTERS]


def answer(came: list[uwlr.Leerling], groepen: tuple[uwlr.Groep, ...] = NA, **values: Any) -> uwlr.Leerlinggegevens:
    return aanlevering(*came, groepen=groepen, **{"schooljaar": NIEUW, **values})


@pytest.fixture
def here(session: Session, koppeling: Koppeling, make_groep: Make, make_leerling: Make) -> Koppeling:
    """A running school of 40, 5 in each of 8 groepen; nothing is open."""
    koppeling.status = KoppelingStatus.ACTIEF
    ours = {g.key: make_groep(g.naam, g.jaargroep, las_key=g.key, schooljaar="2026-2027") for g in GROEPEN}
    for each in ALLEN:
        make_leerling(
            each.roepnaam, each.achternaam, str(each.geboortedatum), las_key=each.key, eckid=each.eckid,
            groep_id=ours[str(each.groep)].id, jaargroep=each.jaargroep,
        )  # fmt: skip
    assert take_in(session, koppeling, answer(ALLEN, GROEPEN, schooljaar="2026-2027")) is None
    return koppeling


def take_in(session: Session, koppeling: Koppeling, gegevens: uwlr.Leerlinggegevens) -> Importbatch | None:
    batch = inname.take_in(session, koppeling, gegevens)
    session.flush()
    session.expire_all()
    return batch


def asked(batch: Importbatch | None) -> dict[str, int]:
    """What is asked or held, and how many."""
    if batch is None:
        return {}
    work = [regel for regel in batch.regels if regel.is_work]
    return {**{f"{s}": n for s in Soort if (n := sum(r.soort is s for r in work))}, **batch.onderwerpen}


def acts(session: Session) -> list[Wat]:
    return list(session.scalars(select(Handeling.wat).order_by(Handeling.id)))


def parked(session: Session) -> set[str]:
    gone = select(Leerling.las_key).where(Leerling.status == Lidmaatschap.VERTROKKEN)
    return {key for key in session.scalars(gone) if key is not None}


def test_august_asks_only_about_who_is_new(session: Session, here: Koppeling) -> None:
    batch = take_in(session, here, answer(august(ALLEN), leerkrachten=()))
    assert asked(batch) == {"leerling": 4}
    assert acts(session) == [Wat.ANDERS, Wat.OVERGANG]
    assert parked(session) == {f"k8{nth}" for nth in range(5)}
    stand = select(Leerling.las_key, Groep.naam).join(Groep, Groep.id == Leerling.groep_id)
    assert {key: naam for key, naam in session.execute(stand) if key in {"k10", "k74"}} == {
        "k10": "Mees",
        "k74": "Zwaan",
    }
    groepen = session.scalars(select(Groep).where(Groep.status == Lidmaatschap.ACTIEF))
    assert {(groep.naam, groep.schooljaar) for groep in groepen} == {(naam, NIEUW) for naam in ZWERM[1:]}
    assert take_in(session, here, answer(august(ALLEN))) is batch, "the next night brings nothing"
    assert acts(session) == [Wat.ANDERS, Wat.OVERGANG]


def test_a_jaargroep_that_does_not_take_part_stays_out_in_the_groepen_of_next_year_too(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    school_id = SchoolId(here.school_id or 0)
    afspraken.change(session, school_id, {"jaargroepen_niet": ["1"]}, seen=None, door=beheerder.id)
    juf = teacher("t9", "Juf", "Kleuter", "kleuter@x.example", groepen=("n1",))
    assert asked(take_in(session, here, answer(august(ALLEN), leerkrachten=(juf,)))) == {}
    assert here.vorm["jaargroep_niet"] == 4
    active = select(Groep.naam).where(Groep.status == Lidmaatschap.ACTIEF, Groep.schooljaar == NIEUW)
    assert set(session.scalars(active)) == set(ZWERM[2:]), "and who was in it goes on to the next"
    assert session.scalars(select(Leerling).where(Leerling.las_key.like("n%"))).all() == []
    assert session.scalars(select(Leerkracht)).all() == []


def test_there_is_no_turn_within_a_school_year(session: Session, here: Koppeling) -> None:
    take_in(session, here, answer(august(ALLEN), schooljaar="2026-2027"))
    assert Wat.OVERGANG not in acts(session)


def test_there_is_no_turn_in_a_first_import(session: Session, here: Koppeling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Koppeling, "mag", lambda _koppeling, act: act is KoppelingAct.EERSTE_IMPORT)
    take_in(session, here, answer(august(ALLEN)))
    assert Wat.OVERGANG not in acts(session)


def test_who_may_still_be_here_does_not_count_as_a_leaver_nor_who_came_back_as_one_of_ours(
    session: Session, here: Koppeling, make_leerling: Make
) -> None:
    """One of groep 5 got another number and another name: a question. Noor had left, and comes back."""
    noor_here = {"eckid": "https://ketenid.nl/noor", "jaargroep": "5", "status": Lidmaatschap.VERTROKKEN}
    make_leerling("Noor", "Maan", "2018-05-05", **noor_here)
    other: dict[str, Any] = {"key": "x1", "eckid": None, "roepnaam": f"{ALLEN[20].roepnaam}a"}
    came = [each._replace(**other) if each.key == "k50" else each for each in august(ALLEN)]
    noor = pupil("x2", "Noor", "Maan", "2018-05-05", groep="n6", jaargroep="6", eckid="https://ketenid.nl/noor")
    batch = take_in(session, here, answer([*came, noor]))
    assert batch is not None
    assert batch.overgegaan == {"was": "2026-2027", "vertrokken": 5, "jaargroep": "8", "hoger": 34, "nieuw": 5}


def _half(came: list[uwlr.Leerling]) -> list[uwlr.Leerling]:
    return august(came)[::2]


def _without_groep_5(came: list[uwlr.Leerling]) -> list[uwlr.Leerling]:
    return [each for each in august(came) if each.groep != "n6"]


def _unknown(came: list[uwlr.Leerling]) -> list[uwlr.Leerling]:
    return [each._replace(jaargroep=None) for each in august(came)]


def _merged(came: list[uwlr.Leerling]) -> list[uwlr.Leerling]:
    others = [each._replace(key=f"x{each.key}", eckid=f"x{each.key}", achternaam="Iep") for each in august(came)]
    return [*august(came), *others]


def _skip(came: list[uwlr.Leerling]) -> list[uwlr.Leerling]:
    """Everybody two up: not a school that goes on."""
    return [hoger(each, 2) for each in came if each.jaargroep not in {"7", "8"}]


@pytest.mark.parametrize(
    ("change", "groepen", "held"),
    [
        pytest.param(_half, NA, {"leerling": 17}, id="half of the school is gone"),
        pytest.param(_without_groep_5, NA, {"groep": 8, "leerling": 5}, id="a groep is missing"),
        pytest.param(_unknown, NA, {"groep": 8, "leerling": 4}, id="no jaargroep is known"),
        pytest.param(_merged, NA, {"groep": 8, "leerling": 43}, id="two schools became one"),
        pytest.param(_skip, NA, {"leerling": 5}, id="everybody two up"),
    ],
)
def test_what_is_no_turn_asks_and_holds_as_before(
    session: Session, here: Koppeling, change: Augustus, groepen: tuple[uwlr.Groep, ...], held: dict[str, int]
) -> None:
    batch = take_in(session, here, answer(change(ALLEN), groepen))
    assert Wat.OVERGANG not in acts(session)
    assert held.items() <= asked(batch).items(), asked(batch)


def test_a_groep_that_was_left_out_stays_out_and_one_that_the_school_never_had_is_asked(
    session: Session, here: Koppeling
) -> None:
    session.add(Uitzondering(school_id=here.school_id, soort=Soort.GROEP, las_key="g0", omschrijving="Peuters"))
    session.flush()
    peuter = pupil("p1", "Pien", "Els", "2024-01-01", groep="n0", jaargroep="0")
    opvang = pupil("p2", "Puck", "Iep", "2024-02-02", groep="b0", jaargroep="0")
    groepen = (*NA, uwlr.Groep("n0", "Peuters", "0"), uwlr.Groep("b0", "Opvang", "0"))
    batch = take_in(session, here, answer([*august(ALLEN), peuter, opvang], groepen))
    assert asked(batch) == {"leerling": 5, "groep": 1}, "of a jaargroep that the school never had"
    assert session.scalar(select(Groep).where(Groep.naam == "Peuters")) is None


def test_a_groep_of_which_a_person_spoke_is_not_passed_by(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    batch = take_in(session, here, answer(ALLEN, (*GROEPEN, NA[1]), schooljaar="2026-2027"))
    assert batch is not None
    [regel] = batch.regels
    keuzes.choose(session, batch.school_id, regel.id, Keuze.NIET, door=beheerder.id)
    batch = take_in(session, here, answer(august(ALLEN)))
    assert batch is not None
    assert batch.overgegaan is not None
    assert [(each.las_key, each.keuze) for each in batch.regels if each.soort is Soort.GROEP] == [("n2", Keuze.NIET)]


def test_a_turn_is_told_once_also_where_a_question_waits_that_was_mailed_about(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    kim = (teacher("t9", "Kim", "Eik", "kim@x.example"),)
    before = take_in(session, here, answer(ALLEN, GROEPEN, schooljaar="2026-2027", leerkrachten=kim))
    after = take_in(session, here, answer(august(ALLEN)[:-4], leerkrachten=kim))
    assert (asked(before), asked(after)) == ({"leerkracht": 1}, {"leerkracht": 1})
    first, of_turn = session.scalars(select(Mail).order_by(Mail.id))
    assert (first.soort, of_turn.soort) == (MailSoort.KOPPELINGSMAIL, MailSoort.OVERGANG)
    assert not any("schooljaar" in line for line in mails._by_itself(session, of_turn, None)), "of another mail too"
    of_turn.batch_id = first.batch_id
    assert "schooljaar 2027-2028 begonnen (5 van" in next(mails._by_itself(session, of_turn, None))


def test_a_year_that_waits_waits_no_more_once_a_person_chose_it(session: Session, here: Koppeling) -> None:
    assert here.school_id is not None
    for waits, stays in (("2028-2029", True), (NIEUW, False)):
        row = uitstel.of_school(session, here.school_id) or Overgang(school_id=here.school_id, vooruitblik={})
        sloten.lock(session, here.school_id)
        row.schooljaar = waits
        session.add(row)
        take_in(session, here, answer(august(ALLEN)))
        assert (uitstel.of_school(session, here.school_id) is not None) is stays


OUD = (date(2014, 5, 1), date(2019, 5, 1))


@pytest.mark.parametrize(
    ("weg", "verder", "nieuw", "is_turn"),
    [
        pytest.param({"8": 28}, {("3", "4"): 192}, 31, True, id="a school of 220"),
        pytest.param({"8": 27, "5": 3}, {("3", "4"): 190}, 20, True, id="nine in ten of who left"),
        pytest.param({"8": 26, "5": 4}, {("3", "4"): 190}, 20, False, id="fewer"),
        pytest.param({"8": 28}, {("3", "4"): 164, ("3", "3"): 28}, 20, True, id="many stay down"),
        pytest.param({"8": 28}, {("3", "4"): 160, ("3", "3"): 32}, 20, False, id="too many stay down"),
        pytest.param({"8": 28}, {("3", "4"): 164, ("3", "5"): 28}, 20, True, id="many skip one"),
        pytest.param({"8": 28}, {("3", "4"): 192}, 45, False, id="too many are new"),
        pytest.param({"8": 20}, {("3", "4"): 192, ("8", "8"): 8}, 20, True, id="who stays in the highest"),
        pytest.param({"8": 1, "4": 1}, {("3", "4"): 10}, 2, True, id="a school of 12, one moved away"),
        pytest.param({"8": 1, "4": 2}, {("3", "4"): 9}, 2, False, id="a school of 12, two moved away"),
        pytest.param({}, {("3", "4"): 10, ("7", "8"): 2}, 2, True, id="a school of 12 without groep 8"),
        pytest.param({"4": 25}, {("3", "4"): 75}, 20, True, id="a school of groep 1 to 4"),
        pytest.param({"3": 13}, {("3", "4"): 12}, 5, False, id="one jaargroep, half of it gone"),
        pytest.param({"3": 1}, {("3", "4"): 24}, 5, False, id="one jaargroep"),
        pytest.param({}, {("3", "3"): 192, ("8", "8"): 28}, 0, False, id="the old year once more"),
        pytest.param({}, {("S", "S"): 80}, 5, False, id="speciaal onderwijs, the old year once more"),
        pytest.param({"S oud": 12}, {("S", "S"): 80}, 10, True, id="speciaal onderwijs"),
        pytest.param({"S oud": 12, "S jong": 30}, {("S", "S"): 50}, 10, False, id="half of a school for it"),
        pytest.param({"C": 28}, {("C", "C"): 192}, 20, False, id="combination groepen, nobody knows who left"),
        pytest.param({"8": 28}, {("V", "V"): 192}, 20, True, id="voortgezet speciaal onderwijs"),
        pytest.param({"8": 28}, {("C", "C"): 192}, 20, True, id="combination groepen"),
        pytest.param({"8": 28}, {("3", None): 192}, 20, False, id="no jaargroep any more"),
        pytest.param({"8": 28, "3": 80}, {("3", "4"): 112}, 0, False, id="a school that is split"),
    ],
)
def test_the_shape_of_a_turn(
    weg: dict[str, int], verder: dict[tuple[str, str | None], int], nieuw: int, is_turn: bool
) -> None:
    left = [Weg(each.split()[0], OUD["jong" in each]) for each, number in weg.items() for _ in range(number)]
    went = [pair for pair, number in verder.items() for _ in range(number)]
    assert Wissel(left, went, nieuw).fits(NIEUW) is is_turn


def test_who_is_new_waits_with_a_turn_that_is_undone(session: Session, here: Koppeling, beheerder: Account) -> None:
    """But not a doubt about one of ours, nor who has a leaver's number, nor of whom a person said something."""
    here.opgehaald_leerlingen = len(ALLEN)
    doubt = hoger(ALLEN[0])._replace(key="x1", eckid=None, roepnaam="Aamuss")
    kleuters = [KLEUTERS[0]._replace(key="k80"), *KLEUTERS[1:]]
    batch = take_in(session, here, answer([doubt, *august(ALLEN)[1:-4], *kleuters]))
    assert batch is not None
    turn = session.scalars(select(Handeling).where(Handeling.wat == Wat.OVERGANG)).one()
    [said] = [regel for regel in batch.regels if regel.las_key == "n1"]
    assert here.school_id is not None
    args = session, here.school_id
    keuzes.choose(*args, said.id, Keuze.NIET, door=beheerder.id)
    undo = terugdraaien.preview_night(*args, turn.id)
    terugdraaien.undo_night(*args, turn.id, digest=undo.digest, door=beheerder.id)
    assert sorted(str(regel.las_key) for regel in batch.regels if regel.is_work) == ["k80", "n1", "x1"]
    assert batch.is_open
