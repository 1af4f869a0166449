"""The scoring grid: all or nothing, no colleague's work lost, and what left for ParnasSys cannot be unsaid."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.namen import NAMEN
from tests.wereld import AFNAME, Wereld, make_wereld
from webapp.errors import NotAllowed
from webapp.models import Audit, Leerling, Levering, LeveringStatus, Lidmaatschap, Resultaat
from webapp.services.toetsen import opslaan
from webapp.services.toetsen.opslaan import DATUM, Invoer, Opgeslagen, ScoresRefused
from webapp.services.toetsen.rooster import Rooster, open_rooster
from webapp.woorden import zeg

TODAY = date(2026, 11, 23)


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def rooster(wereld: Wereld, toets: str = "VB-RW-5", day: date | None = None) -> Rooster:
    return open_rooster(
        wereld.session,
        wereld.school.id,
        wereld.toetsen[toets].id,
        wereld.groep.id,
        today=TODAY,
        groepen=None,
        afnamedatum=day,
    )


def save(
    wereld: Wereld,
    scores: dict[Leerling, str],
    gezien: dict[Leerling, str] | None = None,
    *,
    day: str = "2026-11-20",
    geopend: date | None = None,
) -> Opgeslagen:
    invoer = Invoer(
        afnamedatum=day,
        scores={leerling.id: text for leerling, text in scores.items()},
        gezien={leerling.id: text for leerling, text in (gezien or {}).items()},
        geopend=geopend,
    )
    return opslaan.save(
        wereld.session,
        wereld.school.id,
        wereld.toetsen["VB-RW-5"].id,
        wereld.groep.id,
        invoer,
        today=TODAY,
        groepen=None,
        door=wereld.beheerder.id,
    )


def scores(wereld: Wereld) -> dict[int, tuple[int, date]]:
    wereld.session.expire_all()
    return {r.leerling_id: (r.ruwe_score, r.afnamedatum) for r in wereld.session.scalars(select(Resultaat))}


def test_scores_are_saved_and_empty_cells_are_not(wereld: Wereld) -> None:
    anna, bram, cas = (wereld.leerling(naam) for naam in ("Anna", "Bram", "Cas"))
    done = save(wereld, {anna: "30", bram: "", cas: " 0 "})
    assert (done.nieuw, done.totaal) == (2, 2)
    assert scores(wereld) == {anna.id: (30, AFNAME), cas.id: (0, AFNAME)}
    grid = rooster(wereld)
    assert [rij.leerling.roepnaam for rij in grid.rijen] == ["Anna", "Bram", "Cas"]
    assert (grid.ingevuld, grid.te_normeren, grid.bestaat) == (2, 2, True)
    [audit] = wereld.session.scalars(select(Audit).where(Audit.actie == "scores opgeslagen"))
    assert (audit.tellingen["nieuw"], audit.account_id) == (2, wereld.beheerder.id)


def test_one_wrong_cell_saves_nothing_and_says_where(wereld: Wereld) -> None:
    anna, bram = wereld.leerling("Anna"), wereld.leerling("Bram")
    with pytest.raises(ScoresRefused) as refused:
        save(wereld, {anna: "30", bram: "41"})
    assert refused.value.fouten.keys() == {bram.id}
    assert scores(wereld) == {}


def test_a_wrong_date_saves_nothing_and_shows_the_wrong_cells_too(wereld: Wereld) -> None:
    anna = wereld.leerling("Anna")
    with pytest.raises(ScoresRefused) as refused:
        save(wereld, {anna: "x"}, day="2026-12-01")
    assert refused.value.fouten.keys() == {DATUM, anna.id}


def test_saving_twice_changes_nothing(wereld: Wereld) -> None:
    anna = wereld.leerling("Anna")
    save(wereld, {anna: "30"})
    assert save(wereld, {anna: "30"}).totaal == 0
    assert save(wereld, {anna: "30"}, {anna: "30"}, geopend=AFNAME).totaal == 0


def test_a_changed_score_must_be_normed_again_before_it_is_sent(wereld: Wereld) -> None:
    anna = wereld.leerling("Anna")
    save(wereld, {anna: "30"})
    wereld.normeer()
    assert wereld.count_sendable() == 1
    assert save(wereld, {anna: "31"}, {anna: "30"}, geopend=AFNAME).gewijzigd == 1
    resultaat = wereld.session.scalars(select(Resultaat)).one()
    assert (resultaat.genormeerd_op, resultaat.niveau, resultaat.versie) == (None, None, 1)
    assert wereld.count_sendable() == 0
    wereld.normeer()
    assert (resultaat.versie, wereld.count_sendable()) == (2, 1)


def test_what_a_colleague_filled_in_meanwhile_stays(wereld: Wereld) -> None:
    anna, bram = wereld.leerling("Anna"), wereld.leerling("Bram")
    save(wereld, {bram: "22"})
    save(wereld, {anna: "30", bram: ""})
    assert scores(wereld) == {anna.id: (30, AFNAME), bram.id: (22, AFNAME)}


def test_two_different_scores_for_one_leerling_are_a_question(wereld: Wereld) -> None:
    anna = wereld.leerling("Anna")
    save(wereld, {anna: "22"})
    with pytest.raises(ScoresRefused) as refused:
        save(wereld, {anna: "30"})
    assert "vulde hier intussen 22 in" in zeg(refused.value.fouten[anna.id], NAMEN)
    save(wereld, {anna: "30"}, {anna: "22"}, geopend=AFNAME)
    assert scores(wereld)[anna.id] == (30, AFNAME)


def test_a_score_that_stayed_here_can_be_emptied(wereld: Wereld) -> None:
    anna = wereld.leerling("Anna")
    save(wereld, {anna: "30"})
    wereld.normeer()
    assert save(wereld, {anna: ""}, {anna: "30"}, geopend=AFNAME).leeggemaakt == 1
    assert scores(wereld) == {}
    assert wereld.session.scalar(select(func.count()).select_from(Levering)) == 0


@pytest.mark.parametrize("status", ["onderweg", "onbekend", "bevestigd"])
def test_a_score_that_may_be_at_the_las_cannot(wereld: Wereld, status: str) -> None:
    anna = wereld.leerling("Anna")
    save(wereld, {anna: "30"})
    wereld.normeer()
    levering = wereld.breng(wereld.session.scalars(select(Levering.resultaat_id)).one(), LeveringStatus(status))
    levering.bevestigd_op = None if status != "bevestigd" else levering.gewijzigd_op
    wereld.session.flush()
    with pytest.raises(ScoresRefused) as refused:
        save(wereld, {anna: ""}, {anna: "30"}, geopend=AFNAME)
    assert "kan hier niet meer leeg" in zeg(refused.value.fouten[anna.id], NAMEN)
    assert save(wereld, {anna: "12"}, {anna: "30"}, geopend=AFNAME).gewijzigd == 1


def test_another_date_moves_the_whole_afname_and_asks_for_a_new_norm(wereld: Wereld) -> None:
    anna, bram = wereld.leerling("Anna"), wereld.leerling("Bram")
    save(wereld, {anna: "30", bram: "20"})
    wereld.normeer()
    done = save(wereld, {anna: "31", bram: "20"}, {anna: "30", bram: "20"}, day="2026-11-18", geopend=AFNAME)
    assert (done.gewijzigd, done.verplaatst) == (1, 1)
    assert scores(wereld) == {anna.id: (31, date(2026, 11, 18)), bram.id: (20, date(2026, 11, 18))}
    assert rooster(wereld).te_normeren == 2


def test_two_afnames_are_not_thrown_together(wereld: Wereld) -> None:
    anna = wereld.leerling("Anna")
    save(wereld, {anna: "30"})
    save(wereld, {anna: "20"}, day="2026-09-10")
    with pytest.raises(ScoresRefused) as refused:
        save(wereld, {anna: "30"}, {anna: "30"}, day="2026-09-10", geopend=AFNAME)
    assert "heeft deze groep al scores" in zeg(refused.value.fouten[DATUM], NAMEN)
    assert rooster(wereld).afnames == (AFNAME, date(2026, 9, 10))
    assert rooster(wereld).afnamedatum == AFNAME
    assert rooster(wereld, day=date(2026, 9, 10)).rijen[0].score == 20


def test_a_score_for_somebody_who_left_the_groep_does_not_just_vanish(wereld: Wereld) -> None:
    anna, bram = wereld.leerling("Anna"), wereld.leerling("Bram")
    bram.groep_id = None
    wereld.session.flush()
    with pytest.raises(ScoresRefused) as refused:
        save(wereld, {anna: "30", bram: "20"})
    assert "andere groep" in zeg(refused.value.fouten[DATUM], NAMEN)


def test_in_a_combination_group_the_own_year_comes_first(wereld: Wereld) -> None:
    wereld.leerling("Anna", jaargroep="6")
    wereld.leerling("Bram", jaargroep="5")
    wereld.leerling("Cas", status=Lidmaatschap.VERTROKKEN)
    assert [(rij.leerling.roepnaam, rij.ander_leerjaar) for rij in rooster(wereld).rijen] == [
        ("Bram", False),
        ("Anna", True),
    ]


def test_a_groep_of_another_school_does_not_exist(wereld: Wereld, app: Flask) -> None:
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="99YY")
    with pytest.raises(NotAllowed):
        open_rooster(
            wereld.session, wereld.school.id, wereld.toetsen["VB-RW-5"].id, other.groep.id, today=TODAY, groepen=None
        )
