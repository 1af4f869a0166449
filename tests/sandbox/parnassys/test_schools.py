"""The invented schools: as many as promised, the same everywhere, and with enough to ask."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from sandbox.parnassys.schools import BRINCODES, InventedLeerling, invented_school

YEAR = "2026-2027"


def _differs(wie: InventedLeerling) -> bool:
    there = wie.bij_testcentrum
    return there is not None and (wie.roepnaam, wie.achternaam, wie.voorvoegsel, wie.geboortedatum) != (
        there.roepnaam,
        there.achternaam,
        there.voorvoegsel,
        there.geboortedatum,
    )


@pytest.mark.parametrize(("brin", "leerlingen", "bekend", "vertrokken"), [("99XX", 200, 120, 24), ("99YY", 45, 30, 5)])
def test_each_school_has_the_promised_numbers(brin: str, leerlingen: int, bekend: int, vertrokken: int) -> None:
    school = invented_school(brin, YEAR)
    assert len(school.leerlingen) == leerlingen
    assert sum(wie.bij_testcentrum is not None for wie in school.leerlingen) == bekend
    assert len(school.vertrokken) == vertrokken


def test_the_same_school_is_invented_on_every_machine() -> None:
    school = invented_school("99XX", YEAR)
    someone = school.leerlingen[80]
    assert (someone.key, someone.roepnaam, someone.achternaam, someone.geboortedatum) == (
        "204310560",
        "Veerle",
        "Kramer",
        date(2019, 9, 8),
    )


@pytest.mark.parametrize("brin", BRINCODES)
def test_keys_are_unique_and_every_reference_exists(brin: str) -> None:
    school = invented_school(brin, YEAR)
    assert max(Counter(wie.key for wie in school.leerlingen).values()) == 1
    assert max(Counter(wie.eckid for wie in school.leerlingen if wie.eckid).values()) == 1
    groepen = {groep.key for groep in school.groepen} | {groep.key for groep in school.samengestelde_groepen}
    for wie in school.leerlingen:
        assert {wie.groep, *wie.samengestelde_groepen} - {None} <= groepen
    for leerkracht in school.leerkrachten:
        assert {*leerkracht.groepen, *leerkracht.samengestelde_groepen} <= groepen
    old = [wie.bij_testcentrum for wie in school.leerlingen if wie.bij_testcentrum] + list(school.vertrokken)
    numbers = [wie.extern_nummer for wie in old if wie.extern_nummer]
    assert numbers
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("brin", BRINCODES)
def test_nobody_is_taken_for_somebody_else_by_accident(brin: str) -> None:
    # Two pupils with one name and one birth date would be a question that nobody meant to ask.
    school = invented_school(brin, YEAR)
    whole = Counter((wie.roepnaam, wie.voorvoegsel, wie.achternaam, wie.geboortedatum) for wie in school.leerlingen)
    assert max(whole.values()) == 1
    same_day = Counter((wie.achternaam, wie.geboortedatum) for wie in school.leerlingen)
    assert [naam for (naam, _), count in same_day.items() if count > 1] == ["Wolters" if brin == "99XX" else "Dijkstra"]


def test_some_pupils_are_spelled_otherwise_at_the_test_centre() -> None:
    school = invented_school("99XX", YEAR)
    others = {wie.achternaam: wie for wie in school.leerlingen if _differs(wie)}
    assert {"Idrissi", "Heuvel", "Kuipers", "Verhoeven", "Wolters", "Bosman"} <= others.keys()
    assert len(others) <= 10
    swapped = others["Kuipers"]
    assert swapped.bij_testcentrum is not None
    assert swapped.bij_testcentrum.geboortedatum == date(
        swapped.geboortedatum.year, swapped.geboortedatum.day, swapped.geboortedatum.month
    )


def test_ages_fit_the_jaargroep_in_any_schooljaar() -> None:
    for year in ("2024-2025", "2026-2027", "2030-2031"):
        start = int(year[:4])
        for wie in invented_school("99XX", year).leerlingen:
            age_in_october = (date(start, 10, 1) - wie.geboortedatum).days / 365.25
            assert 3.9 <= age_in_october - int(wie.jaargroep) + 1 <= 5.1


def test_oddities_are_there() -> None:
    school = invented_school("99XX", YEAR)
    assert [wie.geboortedatum.strftime("%d-%m") for wie in school.leerlingen if wie.roepnaam == "."] == ["01-01"]
    names = Counter((wie.roepnaam, wie.achternaam) for wie in school.leerlingen)
    assert names["Emma", "Vries"] == 2
    assert any(not name.isascii() for name, _ in names)
    assert len({wie.voorvoegsel for wie in school.leerlingen}) > 8
    assert sum(wie.emailadres is None for wie in school.leerkrachten) > len(school.leerkrachten) / 2
