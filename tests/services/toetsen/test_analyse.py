"""What a leerkracht expects of the analysis: who counts, which result counts, since when somebody grew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.namen import NAMEN
from tests.wereld import Wereld, make_wereld
from webapp.errors import NotAllowed
from webapp.models import Groep, Leerling, Lidmaatschap, Norm, Resultaat
from webapp.services import sloten
from webapp.services.toetsen import analyse, analyse_school, verloop
from webapp.services.toetsen.analyse import Buiten, Groepsanalyse
from webapp.services.toetsen.normen import norm_on, schooldag
from webapp.services.toetsen.normering import normpunten
from webapp.services.toetsen.spreiding import Groei, Ronde, tenths
from webapp.woorden.analyse import growth, notes

TODAY = date(2026, 11, 23)
NOW, LATER = date(2026, 11, 16), date(2026, 11, 20)
SUMMER, LAST_YEAR = date(2026, 6, 3), date(2025, 11, 18)


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def _groep(wereld: Wereld, toets: str = "VB-RW-5", dag: date | None = None) -> Groepsanalyse:
    wereld.session.expire_all()
    ids = wereld.toetsen[toets].id, wereld.groep.id
    return analyse.of_groep(wereld.session, wereld.school.id, *ids, today=TODAY, groepen=None, dag=dag)


def _scored(wereld: Wereld, naam: str, *scores: tuple[str, date, int], **values: str | None) -> Leerling:
    """A leerling with results of these tests, normed."""
    leerling = wereld.leerling(naam, **values)
    for toets, day, score in scores:
        wereld.resultaat(leerling, score, toets, day)
        wereld.normeer(toets)
    return leerling


def test_a_groep_beside_the_norm(wereld: Wereld) -> None:
    anna = _scored(wereld, "Anna", ("VB-RW-5", NOW, 25))
    bram = _scored(wereld, "Bram", ("VB-RW-5", LATER, 38))
    cato = wereld.leerling("Cato")
    found = _groep(wereld)
    scores = [r.vaardigheidsscore for r in wereld.session.query(Resultaat)]
    assert found.ronde == Ronde(NOW, LATER)
    assert [(rij.leerling, rij.buiten) for rij in found.rijen] == [(anna, None), (bram, None)]
    assert (found.niet_getest, found.verwacht) == ((cato,), 3)
    assert found.beeld.gemiddelde == tenths(sum((s for s in scores if s), Decimal(0)) / 2)
    assert sum(found.beeld.niveaus.values()) == 2
    assert notes(found, NAMEN) == [
        "De afname duurde meer dan een dag; elke uitslag is genormeerd op de dag van de toets zelf."
    ]


def test_of_who_took_it_twice_the_last_counts_and_it_is_said(wereld: Wereld) -> None:
    _scored(wereld, "Anna", ("VB-RW-5", NOW, 10), ("VB-RW-5", LATER, 30))
    [rij] = _groep(wereld).rijen
    assert (rij.resultaat.ruwe_score, rij.is_herkansing, rij.vorige) == (30, True, None)
    assert "1 leerling maakte de toets vaker; de laatste uitslag telt." in notes(_groep(wereld), NAMEN)


def test_what_is_not_normed_yet_is_named_and_not_counted(wereld: Wereld) -> None:
    _scored(wereld, "Anna", ("VB-RW-5", NOW, 25))
    wereld.resultaat(wereld.leerling("Bram"), 20, afname=NOW)
    found = _groep(wereld)
    assert [rij.buiten for rij in found.rijen] == [None, Buiten.NIET_GENORMEERD]
    assert (found.beeld.aantal, found.niet_getest) == (1, ())
    assert "1 uitslag is nog niet genormeerd en telt niet mee." in notes(found, NAMEN)


def test_another_leerjaar_and_who_is_not_in_the_las_do_not_count(wereld: Wereld) -> None:
    wereld.koppeling.opgehaald_leerlingen = 3
    _scored(wereld, "Anna", ("VB-RW-5", NOW, 25))
    _scored(wereld, "Bram", ("VB-RW-5", NOW, 25), jaargroep="6")
    _scored(wereld, "Cato", ("VB-RW-5", NOW, 25), las_key=None)
    found = _groep(wereld)
    assert [rij.buiten for rij in found.rijen] == [None, Buiten.ANDER_LEERJAAR, Buiten.NIET_IN_LAS]
    assert (found.beeld.aantal, found.verwacht, found.niet_getest) == (1, 1, ())
    assert notes(found, NAMEN) == [
        "1 leerling zit in een ander leerjaar dan dat van de toets en telt niet mee.",
        f"1 leerling staat niet in {NAMEN.las} en telt niet mee.",
    ]


def test_of_an_earlier_year_everybody_counts_and_nobody_is_missed(wereld: Wereld) -> None:
    _scored(wereld, "Anna", ("VB-RW-4", LAST_YEAR, 25), ("VB-RW-5", NOW, 25))
    wereld.leerling("Bram")
    found = _groep(wereld, "VB-RW-4")
    assert (found.beeld.aantal, found.niet_getest, found.verwacht) == (1, None, None)
    assert any("eerder schooljaar" in line for line in notes(found, NAMEN))


def test_growth_is_since_the_taking_before_of_who_has_both(wereld: Wereld) -> None:
    both = _scored(wereld, "Anna", ("VB-RW-4", LAST_YEAR, 20), ("VB-RW-4", SUMMER, 25), ("VB-RW-5", NOW, 25))
    # another test of the same vakgebied, some days before, is no earlier taking; nor is another vakgebied
    _scored(wereld, "Bram", ("VB-RW-6", date(2026, 11, 9), 20), ("VB-SP-4", SUMMER, 20), ("VB-RW-5", NOW, 25))
    found = _groep(wereld)
    [grew] = [rij for rij in found.rijen if rij.groei]
    assert (grew.leerling, grew.vorige and grew.vorige.afnamedatum) == (both, SUMMER)
    scores = {
        r.afnamedatum: r.vaardigheidsscore for r in wereld.session.query(Resultaat).filter_by(leerling_id=both.id)
    }
    norm = [
        norm_on(normpunten(wereld.toetsen[toets]), schooldag(day))
        for toets, day in (("VB-RW-5", NOW), ("VB-RW-4", SUMMER))
    ]
    rose, expected = ([each.gemiddelde for each in norm if each], [scores[day] or Decimal(0) for day in (NOW, SUMMER)])
    assert grew.groei == Groei(expected[0] - expected[1], tenths(rose[0] - rose[1]))
    assert growth(found).startswith("Eén leerling heeft een eerdere uitslag")
    _scored(wereld, "Cato", ("VB-RW-4", SUMMER, 20), ("VB-RW-5", NOW, 25))
    assert "Bekend van 2 van de 3 leerlingen" in growth(_groep(wereld))


def test_who_moved_brings_the_results_along_and_who_left_is_not_there(wereld: Wereld) -> None:
    other = Groep(school_id=wereld.school.id, naam="Groep 5b", jaargroep="5", schooljaar="2026-2027")
    wereld.session.add(other)
    wereld.session.flush()
    moved = _scored(wereld, "Anna", ("VB-RW-5", NOW, 25))
    left = _scored(wereld, "Bram", ("VB-RW-5", NOW, 25))
    sloten.lock(wereld.session, wereld.school.id)
    moved.groep_id, left.status = other.id, Lidmaatschap.VERTROKKEN
    wereld.session.flush()
    assert _groep(wereld).rijen == ()
    there = analyse.of_groep(
        wereld.session, wereld.school.id, wereld.toetsen["VB-RW-5"].id, other.id, today=TODAY, groepen=None
    )
    assert [rij.leerling for rij in there.rijen] == [moved]


def test_results_of_older_norms_count_as_they_were_stored(wereld: Wereld) -> None:
    _scored(wereld, "Anna", ("VB-RW-5", NOW, 25))
    [before] = _groep(wereld).rijen
    wereld.session.execute(update(Norm).values(gemiddelde=Norm.gemiddelde + 10))
    [after] = _groep(wereld).rijen
    assert (before.is_oude_norm, after.is_oude_norm) == (False, True)
    assert _groep(wereld).beeld.niveaus == {after.resultaat.niveau: 1}
    assert "1 uitslag is genormeerd met andere normen dan nu gelden" in notes(_groep(wereld), NAMEN)[0]


def test_half_a_groep_is_said(wereld: Wereld) -> None:
    for naam in ("Anna", "Bram"):
        _scored(wereld, naam, ("VB-RW-5", NOW, 25))
    for naam in ("Cato", "Daan"):
        wereld.leerling(naam)
    assert notes(_groep(wereld), NAMEN) == [], "half is enough"
    wereld.leerling("Eva")
    assert notes(_groep(wereld), NAMEN) == [
        "Nog geen helft van de groep telt mee (2 van 5). Dit beeld kan nog veranderen."
    ]


def test_a_groep_without_results(wereld: Wereld) -> None:
    anna = wereld.leerling("Anna")
    found = _groep(wereld)
    assert (found.ronde, found.rondes, found.rijen, found.niet_getest) == (None, (), (), (anna,))


def test_each_taking_is_found_by_one_of_its_days(wereld: Wereld) -> None:
    _scored(wereld, "Anna", ("VB-RW-5", date(2026, 9, 7), 20), ("VB-RW-5", NOW, 25))
    assert [ronde.eerste for ronde in _groep(wereld).rondes] == [NOW, date(2026, 9, 7)]
    assert [rij.resultaat.ruwe_score for rij in _groep(wereld, dag=date(2026, 9, 7)).rijen] == [20]
    assert [rij.resultaat.ruwe_score for rij in _groep(wereld, dag=date(2020, 1, 1)).rijen] == [25]


def test_a_groep_that_is_not_for_the_reader_is_not_there(wereld: Wereld) -> None:
    with pytest.raises(NotAllowed):
        analyse.of_groep(
            wereld.session, wereld.school.id, wereld.toetsen["VB-RW-5"].id, wereld.groep.id, today=TODAY, groepen=set()
        )


def test_the_school_says_of_each_groep_what_the_groep_itself_says(wereld: Wereld) -> None:
    """One number for one thing: two ways of adding up, the database and values, over everything that does not count."""
    wereld.koppeling.opgehaald_leerlingen = 7
    _scored(wereld, "Anna", ("VB-RW-5", date(2026, 9, 7), 12), ("VB-RW-5", NOW, 10), ("VB-RW-5", LATER, 30))
    _scored(wereld, "Bram", ("VB-RW-5", LATER, 38), ("VB-RW-4", LAST_YEAR, 20))
    _scored(wereld, "Cato", ("VB-RW-5", NOW, 20), jaargroep="6")
    _scored(wereld, "Daan", ("VB-RW-5", NOW, 20), las_key=None)
    _scored(wereld, "Eva", ("VB-RW-5", date(2026, 9, 7), 33))
    _scored(wereld, "Fien", ("VB-RW-5", LATER, 22), jaargroep=None)
    wereld.resultaat(wereld.leerling("Gijs"), 20, afname=NOW)
    wereld.leerling("Hugo", jaargroep="4")  # who is in the year of a test now says nothing about last year
    for schooljaar, toets in (("2026-2027", "VB-RW-5"), ("2025-2026", "VB-RW-4")):
        [deel] = analyse_school.of_school(wereld.session, wereld.school.id, schooljaar, today=TODAY, groepen=None)
        [regel] = deel.regels
        found = _groep(wereld, toets)
        assert (regel.groep, regel.ronde, regel.verwacht) == (wereld.groep, found.ronde, found.verwacht)
        assert regel.beeld == deel.beeld == found.beeld
        assert regel.te_normeren == sum(rij.buiten is Buiten.NIET_GENORMEERD for rij in found.rijen)
    assert analyse_school.of_school(wereld.session, wereld.school.id, "2026-2027", today=TODAY, groepen=set()) == []
    assert analyse_school.schooljaren(wereld.session, wereld.school.id, groepen=None) == ["2026-2027", "2025-2026"]
    assert analyse_school.schooljaren(wereld.session, wereld.school.id, groepen=set()) == []


def test_the_course_of_a_leerling_is_per_vakgebied_and_holds_what_is_normed(wereld: Wereld) -> None:
    anna = _scored(wereld, "Anna", ("VB-RW-5", NOW, 25), ("VB-RW-4", LAST_YEAR, 20), ("VB-SP-4", SUMMER, 20))
    wereld.resultaat(anna, 30, afname=LATER)
    found = verloop.of_leerling(wereld.session, wereld.school.id, anna.id)
    assert [(each.vakgebied, [punt.afnamedatum for punt in each.punten]) for each in found] == [
        ("Rekenen en wiskunde", [LAST_YEAR, NOW]),
        ("Spelling", [SUMMER]),
    ]
    norm = norm_on(normpunten(wereld.toetsen["VB-RW-5"]), schooldag(NOW))
    assert norm is not None
    assert found[0].punten[1].norm == tenths(norm.gemiddelde)
