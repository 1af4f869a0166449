"""What links a leerkracht: e-mail is evidence, a shared mailbox is not, and a name only when it stands alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from webapp.matching import Persoon, Zekerheid, match_leerkrachten
from webapp.matching.words import VETOES, say

ANNEKE = Persoon(
    "nieuw", achternaam="Berg", voorvoegsel="van den", roepnaam="Anneke", email="a.vandenberg@regenboog.example"
)
EXISTING = replace(ANNEKE, id="bestaand")
INFO = "info@regenboog.example"


@pytest.mark.parametrize(
    ("incoming", "existing", "rule"),
    [
        (replace(ANNEKE, eckid="a", email=None), replace(EXISTING, eckid="a"), "eckid"),
        (replace(ANNEKE, las_key="7", roepnaam="A."), replace(EXISTING, las_key="7"), "externe-sleutel"),
        (replace(ANNEKE, roepnaam=None, voorletters="A."), EXISTING, "naam-en-email"),
        (replace(ANNEKE, achternaam="Jansen-van den Berg"), EXISTING, "naam-en-email"),
        (replace(ANNEKE, achternaam="Smit", voorvoegsel=None), EXISTING, "naam-en-email"),
        (replace(ANNEKE, email=None), EXISTING, "unieke-naam"),
        (replace(ANNEKE, email="a.vandenberg@bestuur.example"), EXISTING, "unieke-naam"),
    ],
)
def test_these_link(incoming: Persoon, existing: Persoon, rule: str) -> None:
    [proposal] = match_leerkrachten([incoming], [existing])
    assert (proposal.existing_id, proposal.rule) == ("bestaand", rule)


@pytest.mark.parametrize(
    ("incoming", "existing"),
    [
        (replace(ANNEKE, eckid="a"), replace(EXISTING, eckid="b")),
        (replace(ANNEKE, las_key="7", roepnaam="Joost", email=None), replace(EXISTING, las_key="7", email=None)),
        (replace(ANNEKE, email="prive@mail.example"), EXISTING),
        (replace(ANNEKE, roepnaam=None, voorletters="A.", email=None), EXISTING),
        (replace(ANNEKE, roepnaam="Anke", email=INFO), replace(EXISTING, email=INFO)),
    ],
)
def test_these_are_questions(incoming: Persoon, existing: Persoon) -> None:
    [proposal] = match_leerkrachten([incoming], [existing])
    assert proposal.zekerheid is Zekerheid.TWIJFEL
    assert [kandidaat.id for kandidaat in proposal.kandidaten] == ["bestaand"]
    assert say(proposal).startswith(VETOES[proposal.rule])


def test_two_who_share_a_name_are_not_told_apart_by_it() -> None:
    other = replace(EXISTING, id="ander", email="anneke2@regenboog.example")
    [proposal] = match_leerkrachten([replace(ANNEKE, email=None)], [EXISTING, other])
    assert proposal.zekerheid is Zekerheid.TWIJFEL
    assert len(proposal.kandidaten) == 2


def test_an_address_of_two_people_proves_nothing() -> None:
    shared = "groep5@regenboog.example"
    joost = Persoon("joost", achternaam="Smit", roepnaam="Joost", email=shared)
    proposals = match_leerkrachten(
        [replace(ANNEKE, roepnaam="Anke", email=shared), replace(joost, id="nieuw-joost")],
        [replace(EXISTING, email=shared), joost],
    )
    assert [proposal.existing_id for proposal in proposals] == [None, "joost"]
    assert proposals[1].rule == "unieke-naam"


def test_a_stranger_is_new() -> None:
    [proposal] = match_leerkrachten([Persoon("x", achternaam="Zwart", roepnaam="Piet")], [EXISTING])
    assert proposal.zekerheid is Zekerheid.NIEUW


@pytest.mark.parametrize(
    ("incoming", "existing"),
    [
        # lotte@ went to the next Lotte
        (
            replace(ANNEKE, roepnaam="Lotte", achternaam="Duin", voorvoegsel=None, email="lotte@regenboog.example"),
            replace(
                EXISTING, roepnaam="Lotte", achternaam="Tonnaer", voorvoegsel=None, email="lotte@regenboog.example"
            ),
        ),
        # another key in the files of one administration
        (replace(ANNEKE, email=None, las_key="8"), replace(EXISTING, email=None, las_key="7")),
        (replace(ANNEKE, roepnaam="Annek", las_key="8"), replace(EXISTING, las_key="7")),
    ],
)
def test_a_successor_is_not_who_left(incoming: Persoon, existing: Persoon) -> None:
    others = Persoon("k", las_key="1", achternaam="Kok", roepnaam="Piet")
    proposals = match_leerkrachten([incoming, others], [existing, replace(others, id="e-k")])
    assert [proposal.zekerheid for proposal in proposals] == [Zekerheid.TWIJFEL, Zekerheid.ZEKER]


def test_an_address_does_not_choose_between_two_namesakes_when_only_one_has_any() -> None:
    namesake = replace(EXISTING, id="ander", email=None)
    [proposal] = match_leerkrachten([ANNEKE], [EXISTING, namesake])
    assert proposal.zekerheid is Zekerheid.TWIJFEL
