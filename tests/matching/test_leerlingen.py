"""What links a leerling without asking, and what never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from webapp.matching import Persoon, Zekerheid, match_leerlingen

NOOR = Persoon(
    "nieuw-1",
    achternaam="Berg",
    voorvoegsel="van den",
    roepnaam="Noor",
    geboortedatum=date(2016, 3, 14),
    geslacht="2",
    jaargroep="5",
)
EXISTING = replace(NOOR, id="bestaand-1")


def test_the_same_name_and_birth_date_link() -> None:
    [proposal] = match_leerlingen([NOOR], [EXISTING])
    assert (proposal.zekerheid, proposal.existing_id) == (Zekerheid.ZEKER, "bestaand-1")


@pytest.mark.parametrize("known", [replace(NOOR, eckid="abc"), replace(NOOR, las_key="abc")])
def test_a_known_identifier_links_when_the_names_agree(known: Persoon) -> None:
    [proposal] = match_leerlingen([known], [replace(known, id="bestaand-1", geboortedatum=None)])
    assert proposal.existing_id == "bestaand-1"


def test_another_eckid_is_a_question() -> None:
    [proposal] = match_leerlingen([replace(NOOR, eckid="a")], [replace(EXISTING, eckid="b")])
    assert proposal.zekerheid is Zekerheid.TWIJFEL
    assert [kandidaat.id for kandidaat in proposal.kandidaten] == ["bestaand-1"]


def test_a_missing_birth_date_is_a_question() -> None:
    [proposal] = match_leerlingen([replace(NOOR, geboortedatum=None)], [EXISTING])
    assert proposal.zekerheid is Zekerheid.TWIJFEL


def test_two_existing_records_of_one_child_are_a_question() -> None:
    [proposal] = match_leerlingen([NOOR], [EXISTING, replace(NOOR, id="bestaand-2")])
    assert proposal.zekerheid is Zekerheid.TWIJFEL
    assert [kandidaat.id for kandidaat in proposal.kandidaten] == ["bestaand-1", "bestaand-2"]


def test_someone_unknown_is_new() -> None:
    [proposal] = match_leerlingen([replace(NOOR, roepnaam="Zeb", achternaam="Kok", voorvoegsel=None)], [EXISTING])
    assert proposal.zekerheid is Zekerheid.NIEUW
    assert proposal.tekst == "Nieuw: niemand lijkt hierop."


def test_no_name_shows_in_a_repr() -> None:
    assert repr(NOOR) == "Persoon(id='nieuw-1')"
