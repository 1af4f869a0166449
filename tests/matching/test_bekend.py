"""Names that a record had before under its key: what they link, and the four cases in which they never count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.matching import BekendeNaam, Persoon, Proposal, Zekerheid, match_leerlingen

SPELLINGS = ("Mohamed", "Momo", "Noor", "Eleonora", "Yara", "Jip")
SURNAMES = ("Berg", "Visser", "Haddad", "Oomen")
BORN = date(2016, 3, 14)
OTHERS = [
    Persoon(f"o{nr}", las_key=f"o{nr}", achternaam=achternaam, roepnaam=roepnaam, geboortedatum=date(2015, 4, 2 + nr))
    for nr, (roepnaam, achternaam) in enumerate(
        (
            ("Fien", "Bloem"),
            ("Gijs", "Dekker"),
            ("Hanna", "Evers"),
            ("Ivo", "Faber"),
            ("Kees", "Groen"),
            ("Lot", "Hoek"),
        )
    )
]
"""Whose keys stay where they are."""


@st.composite
def returns(draw: st.DrawFn) -> tuple[Persoon, Persoon]:
    """Who comes back under an earlier first name, and ours, which has another by now."""
    now, before = draw(st.permutations(SPELLINGS))[:2]
    surname, other = draw(st.sampled_from(SURNAMES)), draw(st.sampled_from(SURNAMES))
    eckid = draw(st.sampled_from([None, "e1"]))
    bekend = (BekendeNaam("k1", surname, None, before),)
    incoming = Persoon("in", "k1", eckid, draw(st.sampled_from((surname, other))), None, before, geboortedatum=BORN)
    return incoming, Persoon("ours", "k1", None, other, None, now, geboortedatum=BORN, bekend=bekend)


def decide(incoming: Persoon, existing: list[Persoon], beside: list[Persoon] | None = None) -> Proposal:
    """Match one among others who are unchanged."""
    return match_leerlingen([incoming, *(OTHERS if beside is None else beside)], existing)[0]


@given(returns())
def test_a_spelling_that_comes_back_is_linked(pair: tuple[Persoon, Persoon]) -> None:
    incoming, ours = pair
    assert decide(incoming, [ours, *OTHERS]).existing_id == "ours"


def test_without_the_name_remembered_it_is_a_question_and_with_it_the_rule_says_so() -> None:
    incoming = Persoon("in", "k1", None, "Berg", None, "Momo", geboortedatum=BORN)
    ours = replace(incoming, id="ours", roepnaam="Jip")
    assert decide(incoming, [ours, *OTHERS]).zekerheid is Zekerheid.TWIJFEL
    known = replace(ours, bekend=(BekendeNaam("k1", "Berg", None, "Momo"),))
    assert decide(incoming, [known, *OTHERS]).rule == "bekende-naam"


@pytest.mark.parametrize(
    "bekend",
    [
        BekendeNaam("k0", "Berg", None, "Momo"),  # under another key
        BekendeNaam("k1", "Berg", None, "Momi"),  # merely like it
        BekendeNaam("k1", "Berg", None, None),
        BekendeNaam("k1"),  # forgotten
    ],
)
def test_only_the_very_same_first_name_under_this_key_counts(bekend: BekendeNaam) -> None:
    incoming = Persoon("in", "k1", None, "Berg", None, "Momo", geboortedatum=BORN)
    ours = replace(incoming, id="ours", roepnaam="Jip", bekend=(bekend,))
    assert decide(incoming, [ours, *OTHERS]).zekerheid is Zekerheid.TWIJFEL


@pytest.mark.parametrize("born", [None, date(2016, 1, 1), date(2016, 3, 15)])
def test_without_one_real_birth_date_it_never_counts(born: date | None) -> None:
    incoming = Persoon("in", "k1", None, "Berg", None, "Momo", geboortedatum=born)
    bekend = (BekendeNaam("k1", "Berg", None, "Momo"),)
    ours = Persoon("ours", "k1", None, "Visser", None, "Jip", geboortedatum=BORN if born else None, bekend=bekend)
    assert decide(incoming, [ours, *OTHERS]).existing_id is None


@given(returns())
def test_it_never_counts_when_the_eckids_differ(pair: tuple[Persoon, Persoon]) -> None:
    incoming, ours = pair
    existing = [replace(ours, eckid="e2"), *OTHERS]
    assert decide(replace(incoming, eckid="e1"), existing).existing_id is None


@given(returns(), st.booleans())
def test_it_never_counts_when_the_key_stood_at_another_record(pair: tuple[Persoon, Persoon], is_named: bool) -> None:
    incoming, ours = pair
    before = BekendeNaam("k1", "Hoek", None, "Lot") if is_named else BekendeNaam("k1")
    existing = [ours, *OTHERS[:-1], replace(OTHERS[-1], bekend=(before,))]
    assert decide(incoming, existing).existing_id is None


@given(returns(), st.integers(2, len(OTHERS)))
@settings(max_examples=30)
def test_it_never_counts_when_a_fifth_of_the_keys_moved(pair: tuple[Persoon, Persoon], moved: int) -> None:
    incoming, ours = pair
    beside = [replace(each, las_key=f"n{nr}") if nr < moved else each for nr, each in enumerate(OTHERS)]
    assert decide(incoming, [ours, *OTHERS], beside).existing_id is None


@pytest.mark.parametrize(("others", "counts"), [(6, True), (5, False)])
def test_one_of_five_is_a_fifth(others: int, *, counts: bool) -> None:
    incoming = Persoon("in", "k1", None, "Berg", None, "Momo", geboortedatum=BORN)
    ours = replace(incoming, id="ours", roepnaam="Jip", bekend=(BekendeNaam("k1", "Berg", None, "Momo"),))
    beside = [replace(each, las_key=f"n{nr}") if nr < 1 else each for nr, each in enumerate(OTHERS[:others])]
    assert (decide(incoming, [ours, *OTHERS[:others]], beside).existing_id == "ours") is counts


@given(returns(), st.booleans(), st.booleans(), st.sampled_from(("Emma", "Daan", None)))
def test_it_never_counts_for_twins(
    pair: tuple[Persoon, Persoon], is_ours: bool, is_by_new_name: bool, roepnaam: str | None
) -> None:
    incoming, ours = pair
    surname = (incoming if is_by_new_name else ours).achternaam
    twin = Persoon("t", "kt", None, surname, None, roepnaam, geboortedatum=BORN)
    existing = [ours, *OTHERS, *([twin] if is_ours else [])]
    assert decide(incoming, existing, OTHERS if is_ours else [*OTHERS, twin]).existing_id is None


@given(returns())
def test_who_is_called_so_elsewhere_comes_first(pair: tuple[Persoon, Persoon]) -> None:
    """The key may have been given to somebody whom the file holds under that name already."""
    incoming, ours = pair
    namesake = replace(incoming, id="other", las_key="k9", eckid=None)
    assert decide(incoming, [ours, namesake, *OTHERS]).existing_id != "ours"
