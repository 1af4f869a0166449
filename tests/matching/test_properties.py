"""What holds for any two files, whatever is in them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from itertools import product
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.benchmarks.generator.aanleveringen import Aanlevering, make_aanlevering
from webapp.matching import Persoon, match_leerkrachten, match_leerlingen

# Few values, so that records often share some and differ in others: that is where the rules meet.
_personen = st.builds(
    Persoon,
    id=st.just(""),
    las_key=st.sampled_from([None, None, "1", "2", "3"]),
    eckid=st.sampled_from([None, None, "a", "b", "c"]),
    achternaam=st.sampled_from(["Berg", "Bergh", "Berg-Smit", "Smit", "Visser", "Lisa", None, "."]),
    voorvoegsel=st.sampled_from([None, "van den"]),
    roepnaam=st.sampled_from(["Lisa", "Liza", "Lsia", "Mees", "Mohamed", "Mohammed", "Visser", "L.", None]),
    voornamen=st.sampled_from([None, "Lisa", "Lisa Maria", "Lisa Anna", "Mees Jan", "Elisabeth Lisa"]),
    voorletters=st.sampled_from([None, "L.", "L.M.", "L.A.", "M.J."]),
    geboortedatum=st.sampled_from(
        [None, date(2016, 3, 11), date(2016, 11, 3), date(2016, 3, 12), date(2016, 1, 1), date(2014, 7, 5)]
    ),
    geslacht=st.sampled_from([None, "1", "2"]),
    jaargroep=st.sampled_from([None, "4", "5", "8"]),
    email=st.sampled_from([None, "l@school.example", "info@school.example"]),
)


def _side(prefix: str) -> st.SearchStrategy[list[Persoon]]:
    return st.lists(_personen, max_size=6).map(
        lambda personen: [replace(persoon, id=f"{prefix}{nr}") for nr, persoon in enumerate(personen)]
    )


def links(incoming: list[Persoon], existing: list[Persoon], years: int = 1) -> set[tuple[str, str]]:
    """Return the sure links as pairs of ids."""
    proposals = match_leerlingen(incoming, existing, years=years)
    return {(proposal.incoming_id, proposal.existing_id) for proposal in proposals if proposal.existing_id}


@given(_side("i"), _side("e"), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(incoming: list[Persoon], existing: list[Persoon], random: Random) -> None:
    shuffled = random.sample(incoming, len(incoming))
    expected = {proposal.incoming_id: proposal for proposal in match_leerlingen(incoming, existing)}
    again = {proposal.incoming_id: proposal for proposal in match_leerlingen(shuffled, existing[::-1])}
    assert again == expected


@pytest.mark.parametrize("match", [match_leerlingen, match_leerkrachten])
@given(incoming=_side("i"), existing=_side("e"))
def test_nobody_is_linked_twice(match, incoming: list[Persoon], existing: list[Persoon]) -> None:  # type: ignore[no-untyped-def]  # two functions of one form
    found = [proposal.existing_id for proposal in match(incoming, existing) if proposal.existing_id]
    assert len(found) == len(set(found))


@given(_side("i"), _side("e"), _personen)
def test_another_record_never_makes_a_link_of_others(
    incoming: list[Persoon], existing: list[Persoon], other: Persoon
) -> None:
    """Save one: whoever stands on the other side just so shows that there are twins, and not one child twice."""
    before = links(incoming, existing)
    more = replace(other, id="x")
    if not any(links([persoon], [more]) for persoon in incoming):
        assert {pair for pair in links(incoming, [*existing, more]) if pair[1] != "x"} <= before
    if not any(links([more], [persoon]) for persoon in existing):
        assert {pair for pair in links([*incoming, more], existing) if pair[0] != "x"} <= before


@given(_side("i"), _side("e"))
def test_swapping_the_sides_mirrors_the_links(incoming: list[Persoon], existing: list[Persoon]) -> None:
    mirrored = {(ours, theirs) for theirs, ours in links(existing, incoming, years=-1)}
    assert mirrored == links(incoming, existing)


@given(
    _side("i"),
    _side("e"),
    st.sampled_from(
        [
            "las_key",
            "eckid",
            "achternaam",
            "roepnaam",
            "voornamen",
            "voorletters",
            "geboortedatum",
            "geslacht",
            "jaargroep",
        ]
    ),
)
def test_less_agreement_never_makes_a_link(incoming: list[Persoon], existing: list[Persoon], field: str) -> None:
    before = links(incoming, existing)
    for ours, theirs in product(incoming, existing):
        agrees = getattr(ours, field) is not None and getattr(ours, field) == getattr(theirs, field)
        # What a rival shares, or an identifier that comes twice, is no agreement of these two but a doubt about them.
        agrees = agrees and _only_of(theirs, existing, field)
        agrees = agrees and (field not in ("las_key", "eckid") or _only_of(ours, incoming, field))
        if agrees and (ours.id, theirs.id) not in before:
            empty = {field: None}
            fewer = [replace(persoon, **empty) if persoon is ours else persoon for persoon in incoming]  # type: ignore[arg-type]
            assert (ours.id, theirs.id) not in links(fewer, existing)


def _only_of(persoon: Persoon, side: list[Persoon], field: str) -> bool:
    return [getattr(other, field) for other in side].count(getattr(persoon, field)) == 1


@given(_side("i"), _side("e"))
def test_another_eckid_never_makes_a_link(incoming: list[Persoon], existing: list[Persoon]) -> None:
    assume(incoming)
    other = replace(incoming[0], eckid="een-ander")
    vetoed = {pair for pair in links([other, *incoming[1:]], existing) if pair[0] == other.id}
    assert vetoed <= links([replace(other, eckid=None), *incoming[1:]], existing)
    known = {persoon.id for persoon in existing if persoon.eckid}
    assert not any(theirs in known for _, theirs in vetoed)


def _decisions(aanlevering: Aanlevering) -> list[tuple[str, ...]]:
    return [
        (p.incoming_id, p.zekerheid, p.existing_id or "", p.rule, *(k.id for k in p.kandidaten))
        for p in match_leerlingen(aanlevering.incoming, aanlevering.existing)
    ]


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.sampled_from(["low", "medium", "high"]), st.sampled_from(["none", "some", "most"]))
def test_whole_schools_are_linked_rightly_and_in_any_order(seed: int, noise: str, ids: str) -> None:
    aanlevering = make_aanlevering(seed, noise=noise, ids=ids, size=100)
    decisions = _decisions(aanlevering)
    turned = Aanlevering(aanlevering.existing[::-1], aanlevering.incoming[::-1], aanlevering.truth)
    assert _decisions(turned)[::-1] == decisions
    assert not [row for row in decisions if row[2] and row[2] not in aanlevering.truth[row[0]]]


def test_the_hash_seed_does_not_matter() -> None:
    script = (
        "from tests.matching.test_properties import _decisions, make_aanlevering\n"
        "print(_decisions(make_aanlevering(7, noise='high', ids='some')))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1
