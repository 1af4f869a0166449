"""After every act that undoes something, three nights leave it so: which test shows that. A new act is sorted here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from webapp.models import Daad, Wat
from webapp.models.geschiedenis import VANZELF

TESTS = Path(__file__).parents[2]
ROOMS = ("controle", "inname", "bewaring")
_TERUGNEMEN, _ZELFDE = "services/controle/test_terugnemen.py", "services/inname/test_op_het_spel.py"
ONGEDAAN: dict[Daad | Wat, str] = {
    Daad.IMPORT_TERUGGEDRAAID: "services/controle/test_terugdraaien.py "
    "test_three_nights_after_an_undo_nothing_is_done_again_and_no_result_is_lost",
    Daad.ANTWOORD_TERUGGENOMEN: f"{_TERUGNEMEN} test_one_answer_of_each_kind_is_taken_back_and_three_nights_leave_it",
    Wat.AANLEVERING: f"{_TERUGNEMEN} test_a_link_that_a_night_made_is_taken_back_and_three_nights_leave_it",
    Wat.OVERGANG: "jobs/test_nieuw_schooljaar.py "
    "test_three_nights_leave_an_undone_turn_alone_until_somebody_says_that_it_may_begin",
    Wat.AFSPRAAK: "services/inname/test_vanzelf.py test_three_nights_after_the_undo_of_an_addition",
    Wat.OP_HET_SPEL: f"{_ZELFDE} test_what_is_taken_back_stays_so_for_three_nights_and_is_a_question_set_aside",
    Daad.ONTKOPPELD: f"{_TERUGNEMEN} "
    "test_an_unlinked_record_stays_so_for_three_nights_and_linked_for_three_after_its_undo",
    Daad.ONTKOPPELEN_TERUGGEDRAAID: f"{_TERUGNEMEN} "
    "test_an_unlinked_record_stays_so_for_three_nights_and_linked_for_three_after_its_undo",
    Daad.WEER_ACTIEF: f"{_TERUGNEMEN} test_who_was_parked_in_any_way_is_here_again_and_three_nights_leave_it",
    Daad.VERTREK_TERUGGEDRAAID: f"{_TERUGNEMEN} test_a_whole_hold_comes_back_in_one_act_and_three_nights_leave_it",
    Daad.TOCH_GEDAAN: f"{_TERUGNEMEN} test_what_is_done_after_all_is_one_button_and_ends_it",
    Daad.SAMENGEVOEGD: "services/controle/test_samenvoegen.py test_three_nights_after_a_merge_and_three_after_its_undo",
    Daad.SAMENVOEGEN_TERUGGEDRAAID: "services/controle/test_samenvoegen.py "
    "test_three_nights_after_a_merge_and_three_after_its_undo",
    Daad.TWEE_LEERLINGEN: f"{_ZELFDE} test_two_leerlingen_is_never_asked_again_and_can_be_taken_back",
    Daad.TWEE_LEERLINGEN_TERUG: f"{_ZELFDE} test_two_leerlingen_is_never_asked_again_and_can_be_taken_back",
    Daad.KLOPT_TERUGGEDRAAID: "services/inname/test_ongewoon.py "
    "test_it_is_right_that_they_have_no_groep_and_that_is_taken_back",
    Daad.TOCH_IMPORTEREN: "services/inname/test_ongewoon.py "
    "test_who_was_left_out_and_is_asked_for_comes_without_a_hold",
    Daad.KOPPELING_HEROPEND: "services/controle/test_heropenen.py "
    "test_asking_changes_nothing_and_results_wait_until_it_is_answered",
    Daad.KLOPT_NIET: "services/controle/test_kloptniet.py test_nothing_but_an_answer_ends_it",
    Daad.LEERLING_MAG_TERUG: "services/bewaring/test_wissen.py test_once_the_school_says_so_they_come_back_as_new",
}
"""What went by itself in a night is undone by one act (`NACHT_TERUGGENOMEN`), and tested for each kind of it."""
_NIETS = """
    NACHT_TERUGGENOMEN
    ADVIES_GEGEVEN AFSPRAAK_UITGEVOERD BLIJFT_STAAN DOORGEGEVEN DOORGEVEN_VERLOPEN GEGEVEN_GEPARKEERD GEIMPORTEERD
    GEPARKEERD INTERNE_FOUT KLOPT KLOPT_NIET_BEANTWOORD LEERKRACHT_ADRESSEN LEERLING_GEWIST LEERLING_INGEZIEN
    LINK_GEVOLGD MAIL_GEVRAAGD NU_OVERGAAN ONGEWOON OPGEHAALD OPGERUIMD OVERGAAN_UITGESTELD TERUGGENOMEN UITVOER
    VAKANTIEREGIO VASTGEHOUDEN VERTREK_BEVESTIGD VRAAG_HERINNERD VRIJ WISSEN_AANGEKONDIGD ZELFDE_GEVRAAGD
"""
"""What undoes nothing that a night could do again; a question that was handed over and is asked back changes nobody."""


def test_no_act_that_undoes_something_is_forgotten() -> None:
    files = (file for room in ROOMS for file in (TESTS.parent / "webapp" / "services" / room).rglob("*.py"))
    done = {name for file in files for name in re.findall(r"\bDaad\.([A-Z_]+)", file.read_text())}
    acts = {each.name for each in ONGEDAAN if isinstance(each, Daad)}
    assert done == acts | set(_NIETS.split())
    assert acts.isdisjoint(_NIETS.split())
    assert {each for each in ONGEDAAN if isinstance(each, Wat)} == VANZELF


@pytest.mark.parametrize("daad", ONGEDAAN, ids=lambda daad: daad.name)
def test_three_nights_after_it_are_tested(daad: Daad | Wat) -> None:
    file, name = ONGEDAAN[daad].split()
    body = (TESTS / file).read_text().split(f"def {name}(")[1].split("\ndef ")[0]
    assert re.search(r"for .* in (range\(3\)|nights)|_three_nights\(|for came in", body), "three nights"
