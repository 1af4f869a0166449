"""How far each groep is, and how sending stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.wereld import AFNAME, Wereld, make_wereld
from webapp.models import Groep, KoppelingStatus, Levering
from webapp.models.fout import Fout
from webapp.services.clock import database_clock
from webapp.services.toetsen import voortgang
from webapp.services.toetsen.rooster import open_rooster
from webapp.services.versturen import stand as leveringstand
from webapp.services.versturen.stand import Zending
from webapp.services.versturen.waar import Bak
from webapp.uwlr.codes import FaultCode, Owner

TODAY = date(2026, 11, 23)


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def test_a_groep_shows_the_tests_of_its_years_and_those_it_took(wereld: Wereld) -> None:
    anna = wereld.leerling("Anna")
    wereld.leerling("Bram")
    wereld.resultaat(anna)
    wereld.resultaat(anna, toets="VB-SP-4")
    wereld.resultaat(anna, toets="VB-RW-4", afname=date(2026, 6, 3))
    [groep] = voortgang.of_school(wereld.session, wereld.school.id, TODAY, groepen=None)
    shown = {regel.toets.code: regel for regel in groep.regels}
    assert shown.keys() == {"VB-RW-5", "VB-BL-5", "VB-SP-4"}
    assert groep.leerlingen == 2
    assert (shown["VB-RW-5"].verwacht, shown["VB-SP-4"].verwacht) == (2, 0)
    laatste = shown["VB-RW-5"].laatste
    assert laatste is not None
    assert (laatste.datum, laatste.ingevuld, laatste.te_normeren) == (AFNAME, 1, 1)
    assert shown["VB-BL-5"].laatste is None


def test_a_combination_group_shows_the_tests_of_both_years(wereld: Wereld) -> None:
    wereld.groep.naam, wereld.groep.jaargroep = "5/6", "C"
    for jaargroep in ("5", "5", "6"):
        wereld.leerling(jaargroep=jaargroep)
    [groep] = voortgang.of_school(wereld.session, wereld.school.id, TODAY, groepen=None)
    assert {regel.toets.code: regel.verwacht for regel in groep.regels} == {
        "VB-RW-5": 2,
        "VB-BL-5": 2,
        "VB-RW-6": 1,
        "VB-SP-6": 1,
    }


def test_what_is_on_its_way_is_counted_per_test(wereld: Wereld) -> None:
    wereld.genormeerd(3)
    wereld.session.execute(
        update(Levering).where(Levering.resultaat_id == wereld.genormeerd(1)[0]).values(status="geweigerd")
    )
    [groep] = voortgang.of_school(wereld.session, wereld.school.id, TODAY, groepen=None)
    [regel] = [regel for regel in groep.regels if regel.toets.code == "VB-RW-5"]
    assert regel.standen == {Bak.GAAT: 3, Bak.GEWEIGERD: 1}
    assert regel.te_normeren == 0


def test_groepen_without_leerlingen_are_left_out_and_the_young_come_first(wereld: Wereld) -> None:
    older = Groep(school_id=wereld.school.id, naam="Groep 8", jaargroep="8", schooljaar="2026-2027")
    empty = Groep(school_id=wereld.school.id, naam="Groep 1", jaargroep="1", schooljaar="2026-2027")
    wereld.session.add_all([older, empty])
    wereld.session.flush()
    wereld.leerling(groep_id=older.id, jaargroep="8")
    wereld.leerling()
    assert [each.groep.naam for each in voortgang.of_school(wereld.session, wereld.school.id, TODAY, groepen=None)] == [
        "Groep 5",
        "Groep 8",
    ]


def test_how_sending_stands_is_one_of_seven_things(wereld: Wereld) -> None:
    session, koppeling = wereld.session, wereld.koppeling
    now = database_clock(session)

    def stand() -> Zending:
        session.flush()
        return leveringstand.verzendstand(session, koppeling, now).stand

    koppeling.zenden_op = None
    assert stand() is Zending.NIETS
    wereld.genormeerd(1)
    assert stand() is Zending.NACHT
    koppeling.zenden_op = now
    assert stand() is Zending.BEZIG
    koppeling.niet_voor = now + timedelta(minutes=10)
    waiting = leveringstand.verzendstand(session, koppeling, now)
    assert (waiting.stand, waiting.vanaf) == (Zending.WACHT, koppeling.niet_voor)
    koppeling.zend_fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    assert stand() is Zending.GESTOPT
    koppeling.status = KoppelingStatus.GEPAUZEERD
    assert stand() is Zending.GEPAUZEERD
    assert leveringstand.verzendstand(session, None, now).stand is Zending.UIT


def test_who_is_not_in_the_las_is_not_counted_and_can_be_scored(wereld: Wereld) -> None:
    wereld.koppeling.opgehaald_leerlingen = 1
    wereld.resultaat(wereld.leerling("Anna"))
    absent = wereld.leerling("Bram", las_key=None)
    wereld.resultaat(absent)
    [groep] = voortgang.of_school(wereld.session, wereld.school.id, TODAY, groepen=None)
    assert (groep.leerlingen, groep.afwezig) == (1, 1)
    [regel] = [regel for regel in groep.regels if regel.toets.code == "VB-RW-5"]
    assert regel.laatste is not None
    assert (regel.verwacht, regel.laatste.ingevuld, regel.te_normeren) == (1, 1, 2)
    grid = open_rooster(wereld.session, wereld.school.id, regel.toets.id, wereld.groep.id, today=TODAY, groepen=None)
    assert [(rij.leerling.roepnaam, rij.is_afwezig) for rij in grid.rijen] == [("Anna", False), ("Bram", True)]
    assert (grid.ingevuld, grid.verwacht, grid.te_normeren) == (1, 1, 2)


def test_a_groep_with_nobody_in_the_las_comes_last_and_keeps_its_tests(wereld: Wereld) -> None:
    wereld.koppeling.opgehaald_leerlingen = 1
    left = Groep(school_id=wereld.school.id, naam="Groep 4", jaargroep="4", schooljaar="2025-2026")
    wereld.leerling("Anna")
    wereld.session.add(left)
    wereld.session.flush()
    wereld.leerling("Bram", las_key=None, groep_id=left.id, jaargroep="4")
    first, last = voortgang.of_school(wereld.session, wereld.school.id, TODAY, groepen=None)
    assert (first.groep, last.groep, last.leerlingen, last.afwezig) == (wereld.groep, left, 0, 1)
    assert "VB-RW-4" in {regel.toets.code for regel in last.regels}
