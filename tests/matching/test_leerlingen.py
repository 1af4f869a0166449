"""What links a leerling without asking, and what never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from webapp.matching import Matchreden, Persoon, Proposal, Zekerheid, match_leerlingen
from webapp.matching.words import say

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
BARE = replace(NOOR, voornamen=None, voorletters=None)
EXISTING = replace(BARE, id="bestaand", jaargroep="4")
"""As the test centre holds it: without voornamen and voorletters."""


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
        (replace(BARE, jaargroep="3"), "naam-en-datum"),
        (replace(BARE, jaargroep="6"), "naam-en-datum"),
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
        (replace(NOOR, jaargroep="8"), "jaargroep"),
        (replace(NOOR, jaargroep="2"), "jaargroep"),
        (replace(NOOR, jaargroep="3", geslacht="1"), "jaargroep"),
        (replace(NOOR, jaargroep="3", achternaam="Bergh"), "jaargroep"),
        (replace(NOOR, roepnaam="Anna"), "roepnaam-lijkt"),
        (replace(BARE, roepnaam="Noorjte"), "roepnaam-lijkt"),
        (replace(NOOR, achternaam="Smit", voorvoegsel=None), "achternaam-anders"),
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
    assert proposal.redenen == proposal.kandidaten[0].redenen


def test_voornamen_of_both_sides_may_contradict_each_other() -> None:
    assert match(replace(NOOR, voornamen="Noortje Maria", voorletters=None), replace(NOOR, id="e")).rule == (
        "voornamen-strijdig"
    )


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
    assert (proposal.redenen, say(proposal)) == ((), "")


def test_a_brother_or_sister_is_new() -> None:
    assert match(replace(BARE, roepnaam="Mees", geboortedatum=date(2018, 8, 8)), EXISTING).zekerheid is Zekerheid.NIEUW


def test_the_words_are_ready_for_the_page_and_name_nobody() -> None:
    spoken = match(replace(BARE, achternaam="Berg", voorvoegsel=None, roepnaam="Noor"), EXISTING)
    assert say(spoken) == (
        "de roepnamen lijken op elkaar, maar zijn niet gelijk, de achternaam is gelijk op het voorvoegsel na, "
        "de roepnamen zijn verwant, de geboortedatum is gelijk"
    )
    assert repr(NOOR) == "Persoon(id='nieuw')"


def child(roepnaam: str | None, voornamen: str | None = None, voorletters: str | None = None, **other: Any) -> Persoon:
    """Somebody with this first name; surname, date and all else are the same for everybody."""
    return replace(BARE, **{"id": roepnaam or "naamloos", "roepnaam": roepnaam, "voornamen": voornamen,
                            "voorletters": voorletters, **other})  # fmt: skip


class TestTwinsOfWhomEachFileHoldsOne:
    """One left, the other arrived: whatever they share, they are two children."""

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            (child("Eva-Fleur"), child("Eva-Marie", "Eva-Marie Jacoba", "EJ")),
            (child("Mohamed Hussein", "Mohamed Hussein", "M.H."), child("Mohamed Karim")),
            (child(None, "Mohamed Dirk Arie"), child("Mohamed Willem")),
            (child("Fatima Noha", None, "FN"), child("Fatima Nora", "Fatima Nora", "F.N.")),
            (child("Johannes Artem", None, "J.A."), child("Johannes Anton", "Johannes Anton", "J.A.")),
            (child("Berin", None, "B.W."), child("Beril", "Beril Wilhelmina")),
            (child("Hana", "Hana Susanna"), child("Hina", "Hina Susanna")),
            (child("Jayvano", "Jayvano Zion"), child("Jaylano", "Jaylano Zion")),
            (child("Elza", "Elza Neeltje", "EN"), child("Elsa", "Elsa Neeltje", "E.N.")),
            (child("Xavi", "Dex Xavi Petrus", "D.X.P."), child("Doendro", "Doendro Xavi Petrus", "DXP")),
            (child("Ania", "Ania Barbara", "A.B."), child("Anna", "Anna Barbara", "A.B.")),
            (child("Emir", "Emir", "E."), child("Eimr", "Emir", "E.")),
        ],
    )
    def test_a_shared_first_name_or_a_letter_is_no_proof(self, ours: Persoon, theirs: Persoon) -> None:
        assert match(ours, theirs).zekerheid is Zekerheid.TWIJFEL
        assert match(theirs, ours).zekerheid is Zekerheid.TWIJFEL

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            (child("Gabriëlle", geslacht="2", eckid="a"), child("Gabriël", geslacht="1", eckid="a")),
            (child("Mira", las_key="9", eckid="a"), child("Miya", las_key="8", eckid="a")),
            (child("Jinane", las_key="9"), child("Jinan", las_key="9")),
        ],
    )
    def test_nor_is_one_identifier_beside_a_name_that_is_merely_alike(self, ours: Persoon, theirs: Persoon) -> None:
        assert match(ours, theirs).zekerheid is Zekerheid.TWIJFEL


class TestTwinsWhoAreBothThere:
    """Exchanged identifiers and alike names beside each other."""

    def test_exchanged_eckids_of_twins_with_alike_names_link_nobody(self) -> None:
        incoming = [child("Mila", voorletters="M.J.W.", eckid="a"), child("Miya", voorletters="M.J.", eckid="b")]
        existing = [replace(one, id=f"e-{one.id}", eckid="ba"[nr]) for nr, one in enumerate(incoming)]
        assert {proposal.zekerheid for proposal in match_leerlingen(incoming, existing)} == {Zekerheid.TWIJFEL}

    def test_an_eckid_and_an_initial_do_not_tell_which_of_two(self) -> None:
        existing = [child("Novi", "Novi Tess", "N.T.", eckid="a"), child("Nova", "Nova Lot", "N.L.")]
        proposal = match(child(None, None, "N", eckid="a"), *existing)
        assert (proposal.rule, proposal.kandidaten[0].id) == ("naam-past-niet", "Novi")

    def test_a_first_voornaam_is_enough_beside_a_twin_who_is_clearly_another(self) -> None:
        twin = child("Sem", "Sem Jan", geslacht="1")
        assert match(child(None, "Mai Jacoba"), child("Mai"), twin).existing_id == "Mai"
        other = child("Maja", "Maja Lot")
        assert match(child(None, "Maja Jacoba"), child("Maja", id="e"), other).zekerheid is Zekerheid.TWIJFEL


@pytest.mark.parametrize(
    ("incoming", "existing", "rule"),
    [
        # the initials of a double name are written in two ways
        (child("Eva-Lynn", "Eva-Lynn Antonia"), child("Eva-Lynn", voorletters="E.A."), "naam-en-datum"),
        (child(None, "Tara", "T."), child("Tara", achternaam="Berg-Hoogdijk"), "eerste-voornaam"),
        (child("Noor", achternaam="Kaya"), child("Noor", achternaam="Keya"), "achternaam-bijna"),
        # a short surname is a surname
        (child("Yi", achternaam="Hu"), child("Yi", achternaam="Hu-de Haan"), "achternaam-bijna"),
        (child("Yi", achternaam="Zhu"), child("Yi", achternaam="Zuh"), "achternaam-bijna"),
        (child("ZoÃ«", achternaam="Ã–ztÃ¼rk"), child("Zoë", achternaam="Öztürk"), "naam-en-datum"),
        # two equal identifiers say more than one, and names in each other's field are still the names
        (child(None, eckid="a", las_key="1"), child("Bram", eckid="a", las_key="1"), "eckid"),
        (child("Berg", achternaam="Bram", voorvoegsel=None, eckid="a", geboortedatum=None),
         child("Bram", voorvoegsel=None, eckid="a"), "eckid"),
    ],
)  # fmt: skip
def test_these_are_one_child_however_they_are_written(incoming: Persoon, existing: Persoon, rule: str) -> None:
    existing = replace(existing, id="bestaand")
    proposal = match(incoming, existing)
    assert (proposal.existing_id, proposal.rule) == ("bestaand", rule)


def test_a_stale_key_at_a_third_child_does_not_stop_an_eckid() -> None:
    known = replace(EXISTING, eckid="a", las_key="1")
    third = child("Piet", achternaam="Kok", geboortedatum=date(2013, 2, 2), las_key="1", id="derde")
    assert match(replace(NOOR, eckid="a", las_key="1"), known, third).existing_id == "bestaand"


def test_the_child_itself_stands_above_the_twin_whose_identifier_it_carries() -> None:
    existing = [child("Lisa", id="e-lisa"), child("Sanne", id="e-sanne", eckid="a")]
    proposal = match(child("Lisa", id="nieuw", eckid="a"), *existing)
    assert proposal.zekerheid is Zekerheid.TWIJFEL
    assert proposal.kandidaten[0].id == "e-lisa"


class TestOneIdentifierIsOnlyEvidence:
    """An ECK iD gets exchanged and a LAS key comes back on somebody else, so neither outweighs a name or a date."""

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            # of twins of whom each file holds one
            (child("Maya", eckid="a"), child("Aya", eckid="a")),
            (child("Robiel", eckid="a"), child("Robel", eckid="a")),
            (child(None, None, "M.", eckid="a"), child("Maya", eckid="a")),
            # of a brother, whose name stands among the voornamen
            (child(None, "Jasper Cornelis Willem", eckid="a", geboortedatum=date(2015, 10, 15)),
             child("Willem", eckid="a", geboortedatum=date(2014, 10, 30))),
            (child("Amin", "Mohamed Amin", las_key="1"), child("Mohamed", las_key="1", geboortedatum=None)),
            (child(None, "Mohamed Amin", las_key="1"), child("Mohamed", las_key="1", geboortedatum=None)),
            # of a namesake with another birth date, be it a near one
            (child("Zubeyr", las_key="1"), child("Zubeyr", las_key="1", geboortedatum=date(2016, 4, 14))),
            (child("Zubeyr", eckid="a"), child("Zubeyr", eckid="a", geboortedatum=date(2015, 3, 14))),
            (child("Zubeyr", las_key="1"), child("Zubeyr", las_key="1", geboortedatum=date(2016, 1, 1))),
        ],
    )  # fmt: skip
    def test_it_does_not_outweigh_a_name_or_a_date(self, ours: Persoon, theirs: Persoon) -> None:
        proposal = match(ours, replace(theirs, id="e"))
        assert proposal.zekerheid is Zekerheid.TWIJFEL
        assert [kandidaat.id for kandidaat in proposal.kandidaten] == ["e"]

    def test_both_together_outweigh_a_corrected_date(self) -> None:
        known = child("Noor", eckid="a", las_key="1", id="e")
        assert match(replace(known, id="i", geboortedatum=date(2015, 3, 14)), known).existing_id == "e"

    def test_an_exact_name_elsewhere_beats_a_spelling(self) -> None:
        incoming = [child(None, "Jayden Hendrik", id="i1", eckid="a"), child(None, "Jaydon", id="i2", eckid="b")]
        existing = [child("Jayden", id="e1", eckid="b"), child("Jaydon", id="e2", eckid="a")]
        assert {proposal.zekerheid for proposal in match_leerlingen(incoming, existing)} == {Zekerheid.TWIJFEL}
        assert {p.zekerheid for p in match_leerlingen(incoming[:1], existing)} == {Zekerheid.TWIJFEL}

    def test_a_double_name_inside_the_voornamen_is_seen(self) -> None:
        existing = [child("Jan", id="e1", las_key="67"), child("Jan Willem", id="e2", las_key="68")]
        proposal = match(child(None, "Antonius Jan Willem", id="i", las_key="67"), *existing)
        assert {kandidaat.id for kandidaat in proposal.kandidaten} == {"e1", "e2"}

    def test_a_shared_voornaam_does_not_tell_which_of_two_twins(self) -> None:
        martje, mella = child("Martje", id="e1", las_key="1"), child("Mella", id="e2")
        by_key = child(None, "Martje Mella", id="i", las_key="1")
        assert match(by_key, martje, mella).rule == "tweeling"
        by_eckid = replace(by_key, las_key=None, eckid="a")
        assert match(by_eckid, replace(martje, las_key=None, eckid="a"), mella).rule == "tweeling"

    @pytest.mark.parametrize(
        ("formal", "called"),
        [("Florentine", "Floor"), ("Theodorus Jacobus", "Dirk"), ("Katharina", "Nienke"), ("Oleksandr", "Sasha")],
    )
    def test_an_eckid_links_a_formal_name_with_its_call_name(self, formal: str, called: str) -> None:
        known = child(called, id="e", eckid="a")
        assert match(child(None, formal, eckid="a", id="i"), known).existing_id == "e"
        for other in ({"geslacht": "1"}, {"achternaam": "Smit"}, {"las_key": "1"}):
            doubtful = child(None, formal, id="i", **{"eckid": "a", **other})
            assert match(doubtful, replace(known, las_key="2")).zekerheid is Zekerheid.TWIJFEL
        assert match(child(None, formal, id="i"), replace(known, eckid=None)).zekerheid is Zekerheid.TWIJFEL

    def test_an_eckid_is_the_same_in_capitals_and_with_blanks(self) -> None:
        known = child("Noor", id="e", eckid="https://ketenid.nl/201703/a1b2")
        assert match(child("Noor", id="i", eckid=" HTTPS://KETENID.NL/201703/A1B2 "), known).rule == "eckid"


class TestNoReasonToAsk:
    """Name, birth date and sex are equal and nobody else comes near."""

    def test_a_renumbered_family(self) -> None:
        salma = child("Salma", id="e1", las_key="31", geboortedatum=date(2014, 11, 12))
        anas = child("Anas", id="e2", las_key="29", geboortedatum=date(2016, 2, 10), geslacht="1")
        incoming = [replace(salma, id="i1", las_key="29"), replace(anas, id="i2", las_key="31")]
        assert [p.existing_id for p in match_leerlingen(incoming, [salma, anas])] == ["e1", "e2"]
        for doubtful in (replace(anas, geboortedatum=None), replace(anas, geboortedatum=salma.geboortedatum)):
            assert match(incoming[0], salma, doubtful).rule == "identifier-elders"

    @pytest.mark.parametrize("names", [("Robel", "Robiel"), ("Mohamed", "Mohammed"), ("Sara", "Sarah")])
    def test_twins_whose_names_stand_on_both_sides(self, names: tuple[str, str]) -> None:
        existing = [child(name, id=f"e-{name}") for name in names]
        incoming = [child(name, id=name) for name in names]
        assert [p.existing_id for p in match_leerlingen(incoming, existing)] == [f"e-{name}" for name in names]
        assert match(incoming[0], *existing).rule == "meer-bestaande"  # one of them alone may be one child, known twice


class TestNotPlainlyNew:
    """What can be read fits, so a person is asked."""

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            (child("Wijnen", achternaam="Emilly", voorvoegsel=None),
             child("Emily", achternaam="Wijnen", voorvoegsel=None)),
            (child("Büşra", achternaam="Doğan"), child("B??ra", achternaam="Do?an")),
            (child("Büşra", achternaam="Doğan"), child("B????ra", achternaam="Do??an")),
            (child("Zoë", achternaam="Öztürk"), child("Zo\ufffd", achternaam="\ufffdzt\ufffdrk")),
            (child(None, "Si Qi", achternaam="Lin"), child("Lin", achternaam="Si Qi")),
        ],
    )  # fmt: skip
    def test_it_is_a_question(self, ours: Persoon, theirs: Persoon) -> None:
        for proposal in (match(ours, replace(theirs, id="e")), match(theirs, replace(ours, id="e"))):
            assert [kandidaat.id for kandidaat in proposal.kandidaten] == ["e"]

    @pytest.mark.parametrize("name", ["B??ra", "?????", "?", "Eva?"])
    def test_a_lost_letter_is_no_wild_card(self, name: str) -> None:
        proposal = match(child(name, id="i"), child("Mohamed", id="e"))
        assert proposal.zekerheid is Zekerheid.TWIJFEL
        assert Matchreden.ROEPNAAM_LETTERS not in proposal.redenen


def test_an_equal_key_stands_above_a_namesake_who_is_linked_already() -> None:
    existing = [
        child("Abdirahman", id="e1", las_key="9", geboortedatum=date(2021, 12, 1)),
        child("Abdiraxman", id="e2", las_key="1", geboortedatum=date(2020, 1, 1)),
    ]
    incoming = [
        child("Abdirahman", id="i2", las_key="1", geboortedatum=date(2020, 1, 1)),
        child("Abdirahman", id="i1", las_key="9", geboortedatum=date(2021, 12, 1)),
    ]
    proposals = match_leerlingen(incoming, existing)
    assert (proposals[0].kandidaten[0].id, proposals[1].existing_id) == ("e2", "e1")
