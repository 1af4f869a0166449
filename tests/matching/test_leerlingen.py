"""What links a leerling without asking, and what never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from webapp.matching import Persoon, Proposal, Uitkomst, Zekerheid, match_leerlingen

NOOR = Persoon(
    "nieuw",
    achternaam="Berg",
    voorvoegsel="van den",
    roepnaam="Noortje",
    voornamen="Noortje Anna",
    voorletters="N.A.",
    geboortedatum=date(2016, 3, 14),
    geslacht="2",
    jaargroep="5",
)
EXISTING = replace(NOOR, id="bestaand", jaargroep="4")
BARE = replace(NOOR, voornamen=None, voorletters=None)


def match(incoming: Persoon, *existing: Persoon) -> Proposal:
    """Match one record."""
    [proposal] = match_leerlingen([incoming], existing)
    return proposal


@pytest.mark.parametrize(
    ("incoming", "rule"),
    [
        (BARE, "naam-en-datum"),
        (replace(NOOR, achternaam="BERG, VAN DEN", voorvoegsel=None), "naam-en-datum"),
        (replace(NOOR, achternaam="Vandenberg", voorvoegsel=None), "naam-en-datum"),
        (replace(NOOR, achternaam="Berg", voorvoegsel="v.d.", roepnaam="noor-tje"), "naam-en-datum"),
        (replace(BARE, geslacht="1"), "naam-en-datum"),
        (replace(BARE, achternaam="Bergh", voorvoegsel="van den"), "achternaam-bijna"),
        (replace(BARE, achternaam="Berg-de Vries"), "achternaam-bijna"),
        (replace(NOOR, roepnaam=None, voorletters=None), "eerste-voornaam"),
        (replace(NOOR, roepnaam="Anna"), "voornamen"),
        (replace(BARE, roepnaam="Noorjte", voorletters="N.A."), "tikfout"),
        (replace(NOOR, achternaam="Smit", voorvoegsel=None), "naamswijziging"),
        (replace(NOOR, roepnaam="Berg", achternaam="Noortje", voorvoegsel=None), "velden-verwisseld"),
    ],
)
def test_these_link(incoming: Persoon, rule: str) -> None:
    proposal = match(incoming, EXISTING)
    assert (proposal.existing_id, proposal.rule) == ("bestaand", rule)
    assert proposal.zekerheid is Zekerheid.ZEKER


@pytest.mark.parametrize(
    ("incoming", "veto"),
    [
        (replace(NOOR, geboortedatum=None), "datum-onbekend"),
        (replace(NOOR, geboortedatum=date(2016, 3, 15)), "datum-bijna"),
        (replace(NOOR, geboortedatum=date(2016, 1, 1)), "datum-verdacht"),
        (replace(NOOR, geboortedatum=date(2011, 9, 2)), "datum-anders"),
        (replace(NOOR, voornamen="Noortje Maria", voorletters=None), "voornamen-strijdig"),
        (replace(NOOR, jaargroep="8"), "jaargroep"),
        (replace(BARE, roepnaam=None, voorletters="N.A."), "alleen-voorletter"),
        (replace(BARE, roepnaam="Noor"), "roepnaam-lijkt"),
        (replace(BARE, roepnaam="Lot"), "roepnaam-anders"),
        (replace(BARE, achternaam="Smit", voorvoegsel=None), "achternaam-anders"),
    ],
)
def test_these_are_questions_with_the_reason(incoming: Persoon, veto: str) -> None:
    proposal = match(incoming, EXISTING)
    assert (proposal.zekerheid, proposal.rule) == (Zekerheid.TWIJFEL, veto)
    assert [kandidaat.id for kandidaat in proposal.kandidaten] == ["bestaand"]
    assert proposal.redenen[0].uitkomst is Uitkomst.BEZWAAR


def test_day_and_month_exchanged_is_a_question() -> None:
    day = replace(EXISTING, geboortedatum=date(2016, 3, 11))
    assert match(replace(NOOR, geboortedatum=date(2016, 11, 3)), day).rule == "datum-omgewisseld"


def test_first_of_january_on_both_sides_is_a_question() -> None:
    first = date(2016, 1, 1)
    assert match(replace(NOOR, geboortedatum=first), replace(EXISTING, geboortedatum=first)).rule == "datum-verdacht"


@pytest.mark.parametrize(
    ("ours", "theirs"), [("Lisa", "Liza"), ("Amir", "Amin"), ("Hasan", "Huseyin"), ("Tim", "Timo")]
)
def test_names_that_are_merely_alike_are_not_one_child(ours: str, theirs: str) -> None:
    proposal = match(replace(BARE, roepnaam=ours), replace(EXISTING, roepnaam=theirs, voornamen=None, voorletters=None))
    assert proposal.zekerheid is Zekerheid.TWIJFEL


def test_twins_who_are_both_there_each_keep_their_own_record() -> None:
    lisa, liza = replace(BARE, id="1", roepnaam="Lisa"), replace(BARE, id="2", roepnaam="Liza")
    existing = [replace(twin, id=f"e{twin.id}", jaargroep="4") for twin in (liza, lisa)]
    assert [proposal.existing_id for proposal in match_leerlingen([lisa, liza], existing)] == ["e1", "e2"]


def test_a_slip_is_not_trusted_beside_a_twin() -> None:
    twin = replace(EXISTING, id="tweeling", roepnaam="Sanne", voornamen=None, voorletters=None)
    assert match(replace(BARE, roepnaam="Noorjte", voorletters="N.A."), EXISTING, twin).rule == "tweeling"


def test_a_child_who_is_known_twice_is_a_question() -> None:
    proposal = match(NOOR, EXISTING, replace(EXISTING, id="dubbel", geboortedatum=None))
    assert proposal.rule == "meer-bestaande"
    assert [kandidaat.id for kandidaat in proposal.kandidaten] == ["bestaand", "dubbel"]


def test_a_child_who_is_delivered_twice_is_a_question_twice() -> None:
    proposals = match_leerlingen([NOOR, replace(NOOR, id="nog-eens")], [EXISTING])
    assert [proposal.rule for proposal in proposals] == ["meer-nieuwe", "meer-nieuwe"]


def test_a_namesake_of_another_age_is_no_obstacle() -> None:
    assert (
        match(NOOR, EXISTING, replace(EXISTING, id="naamgenoot", geboortedatum=date(2012, 9, 3))).existing_id
        == "bestaand"
    )


class TestEckidAndKey:
    """ECK iD first, then the key of the LAS; both want the name to agree."""

    known = replace(EXISTING, eckid="a", las_key="1")

    def test_an_equal_eckid_links_and_the_key_may_be_new(self) -> None:
        proposal = match(replace(NOOR, eckid="a", las_key="2", geboortedatum=None), self.known)
        assert (proposal.existing_id, proposal.rule) == ("bestaand", "eckid")

    def test_an_equal_key_links(self) -> None:
        proposal = match(replace(NOOR, las_key="1", geboortedatum=None), self.known)
        assert (proposal.existing_id, proposal.rule) == ("bestaand", "externe-sleutel")

    def test_an_equal_key_with_another_eckid_is_a_question(self) -> None:
        assert match(replace(NOOR, eckid="b", las_key="1"), self.known).rule == "andere-eckid"

    @pytest.mark.parametrize(
        "other", [replace(BARE, eckid="a", achternaam="Smit", voorvoegsel=None), replace(BARE, las_key="1")]
    )
    def test_an_identifier_at_another_child_is_a_question(self, other: Persoon) -> None:
        other = replace(other, roepnaam="Joost", geslacht=None, geboortedatum=date(2015, 5, 5))
        assert match(other, self.known).rule == "naam-past-niet"

    def test_exchanged_eckids_of_twins_link_nobody(self) -> None:
        twins = [replace(BARE, id=name, roepnaam=name, eckid=name) for name in ("Lisa", "Mees")]
        existing = [replace(twin, id=f"e-{twin.id}", jaargroep="4") for twin in twins]
        exchanged = [replace(twins[0], eckid="Mees"), replace(twins[1], eckid="Lisa")]
        assert {proposal.zekerheid for proposal in match_leerlingen(exchanged, existing)} == {Zekerheid.TWIJFEL}

    @pytest.mark.parametrize("identified", [replace(NOOR, eckid="a"), replace(NOOR, las_key="1")])
    def test_an_identifier_that_comes_twice_links_nobody(self, identified: Persoon) -> None:
        other = replace(identified, id="ander", roepnaam="Joost", achternaam="Smit")
        proposals = match_leerlingen([identified, other], [self.known])
        assert proposals[0].rule == "identifier-dubbel"

    def test_a_stale_key_at_a_stranger_does_not_stop_a_full_name(self) -> None:
        stranger = replace(
            EXISTING, id="vreemd", las_key="9", achternaam="Kok", roepnaam="Piet", geboortedatum=date(2014, 2, 2)
        )
        assert match(replace(NOOR, las_key="9"), EXISTING, stranger).existing_id == "bestaand"

    def test_a_known_child_stays_known_beside_a_double(self) -> None:
        double = replace(EXISTING, id="dubbel")
        assert match(replace(NOOR, eckid="a"), self.known, double).rule == "eckid"


def test_someone_unknown_is_new() -> None:
    proposal = match(replace(BARE, roepnaam="Zeb", achternaam="Kok", geboortedatum=date(2017, 8, 8)), EXISTING)
    assert proposal.zekerheid is Zekerheid.NIEUW
    assert proposal.tekst == "Nieuw: niemand lijkt hierop."


def test_a_brother_or_sister_is_new() -> None:
    assert match(replace(BARE, roepnaam="Mees", geboortedatum=date(2018, 8, 8)), EXISTING).zekerheid is Zekerheid.NIEUW


def test_the_words_are_ready_for_the_page_and_name_nobody() -> None:
    spoken = match(replace(BARE, achternaam="Berg", voorvoegsel=None, roepnaam="Noor"), EXISTING)
    assert spoken.tekst == (
        "Controleer: de roepnamen lijken op elkaar, maar zijn niet gelijk, achternaam gelijk op voorvoegsel na, "
        "roepnaam verwant, geboortedatum gelijk."
    )
    assert repr(NOOR) == "Persoon(id='nieuw')"
