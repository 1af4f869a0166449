"""What links a groep: the same name in either spelling, in the same jaargroep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from webapp.matching import Groepsgegeven, Zekerheid, match_groepen


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("Groep 5A", "5"), ("5a", "5")),
        (("groep vijf a", "5"), ("5 A", "5")),
        (("5/6", "C"), ("Groep 5-6", "5")),
        (("5/6 b", "6"), ("56B", "5")),
        (("De Uilen", "3"), ("uilen", "3")),
        (("De Uilen", None), ("De Uilen", "3")),
    ],
)
def test_the_same_groep_in_other_words_links(ours: tuple[str, str], theirs: tuple[str, str]) -> None:
    incoming = Groepsgegeven("nieuw", naam=ours[0], jaargroep=ours[1])
    [proposal] = match_groepen([incoming], [Groepsgegeven("bestaand", naam=theirs[0], jaargroep=theirs[1])])
    assert (proposal.existing_id, proposal.rule) == ("bestaand", "naam-en-jaargroep")


@pytest.mark.parametrize(
    ("incoming", "existing"),
    [
        (Groepsgegeven("n", "1", "De Uilen", "4"), Groepsgegeven("e", "1", "De Uilen", "3")),
        (Groepsgegeven("n", None, "De Uilen", "4"), Groepsgegeven("e", None, "De Uilen", "3")),
        (Groepsgegeven("n", "1", "5a", "5"), Groepsgegeven("e", "1", "5b", "5")),
        (Groepsgegeven("n", None, "5a juf Anneke", "5"), Groepsgegeven("e", None, "5a juf Loes", "5")),
    ],
)
def test_doubt_is_a_question(incoming: Groepsgegeven, existing: Groepsgegeven) -> None:
    [proposal] = match_groepen([incoming], [existing])
    assert proposal.zekerheid is Zekerheid.TWIJFEL


def test_another_groep_is_new() -> None:
    [proposal] = match_groepen([Groepsgegeven("n", None, "6a", "6")], [Groepsgegeven("e", None, "5a", "5")])
    assert proposal.zekerheid is Zekerheid.NIEUW


def test_of_two_years_the_same_year_is_meant() -> None:
    existing = [Groepsgegeven(f"e-{year}", None, "5a", "5", year) for year in ("2025-2026", "2026-2027")]
    [proposal] = match_groepen([Groepsgegeven("n", None, "5a", "5", "2026-2027")], existing)
    assert proposal.existing_id == "e-2026-2027"


def test_two_with_one_name_are_never_told_apart_by_it() -> None:
    existing = [Groepsgegeven("e-1", None, "5a", "5"), Groepsgegeven("e-2", None, "5A", "5")]
    [proposal] = match_groepen([Groepsgegeven("n", None, "5a", "5")], existing)
    assert proposal.zekerheid is Zekerheid.TWIJFEL
    assert [kandidaat.id for kandidaat in proposal.kandidaten] == ["e-1", "e-2"]


def test_words_after_year_and_letter_are_no_other_groep_while_nobody_else_has_that_letter() -> None:
    plain = Groepsgegeven("e", None, "5A", "5")
    long = Groepsgegeven("i", "g5", "Groep 5a - juf Anna", "5")
    assert [(p.existing_id, p.rule) for p in match_groepen([long], [plain])] == [("e", "aanduiding-en-jaargroep")]
    beside = Groepsgegeven("e2", None, "5a plus", "5")
    assert match_groepen([long], [plain, beside])[0].existing_id is None
    exact = Groepsgegeven("i2", "g5b", "5a", "5")
    linked = {p.incoming_id: p.existing_id for p in match_groepen([exact, long], [plain])}
    assert linked == {"i2": "e", "i": None}
    assert match_groepen([replace(long, jaargroep="6")], [plain])[0].existing_id is None
