"""Looking somebody up: slips are forgiven, and who fits best comes first."""

from __future__ import annotations

from datetime import date

import pytest

from webapp.matching import Persoon, find_names, likeness

NAMES = {1: "Jip Wolters", 2: "Zoë van den Berg", 3: "Mohammed el Idrissi", 4: "Jan Wouters", 5: "Ann-Sofie Berg"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Wolterz", [1, 4]),
        ("wolters", [1, 4]),
        ("wolters jip", [1]),
        ("jipp wolter", [1]),
        ("zoe berg", [2]),
        ("mohamed", [3]),
        ("idrisi", [3]),
        ("annsofie", [5]),
        ("sofie", [5]),
        ("ja", [4]),
        ("x", []),
        ("wolters mohammed", []),
    ],
)
def test_what_is_typed_finds_who_is_meant(typed: str, found: list[int]) -> None:
    fits = find_names(typed, NAMES)
    assert sorted(fits, key=lambda key: (-fits[key], key)) == found


def test_nothing_typed_finds_everybody_and_one_word_is_enough_for_a_name() -> None:
    assert set(find_names("  ", NAMES)) == set(NAMES)
    assert set(find_names("Jip Idrissi", NAMES, every=False)) == {1, 3}


def test_who_has_the_birth_date_is_more_alike() -> None:
    jip = Persoon("", achternaam="Wolters", roepnaam="Jip", geboortedatum=date(2019, 1, 30))
    other = Persoon("", achternaam="Wolters", roepnaam="Jip", geboortedatum=date(2012, 5, 1))
    assert likeness(jip, jip) > likeness(jip, other)
