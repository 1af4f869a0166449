"""A message is all or nothing; the culprit is found in few calls, and nobody else is blamed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.models.ids import LeerlingId, ResultaatId, ToetsId
from webapp.services.versturen.weigering import Kring, Stuk, is_culprit, kring_of, split
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import BerichtOngeldig, UwlrRefused
from webapp.uwlr.problems import Probleem

SCORE = UwlrRefused(FaultCode.SCORE_ONGELDIG)


def stuk(number: int, *, leerling: int | None = None, toets: int = 1) -> Stuk:
    who = number if leerling is None else leerling
    return Stuk(ResultaatId(number), 1, f"key-{number}", LeerlingId(who), f"las-{who}", ToetsId(toets), f"T-{toets}")


def search(size: int, bad: set[int], error: UwlrRefused = SCORE) -> tuple[int, set[int], set[int]]:
    """Send to a LAS that refuses every message with a bad result in it; count the calls."""
    stukken = {n: stuk(n) for n in range(size)}
    todo: list[list[ResultaatId]] = [[each.resultaat_id for each in stukken.values()]]
    calls = 0
    refused: set[int] = set()
    delivered: set[int] = set()
    while todo:
        part = todo.pop()
        calls += 1
        if not bad & set(part):
            delivered |= set(part)
        elif is_culprit([stukken[n] for n in part], error):
            refused |= set(part)
        else:
            todo.extend(split([stukken[n] for n in part], error))
    return calls, refused, delivered


def test_one_bad_result_in_200_costs_at_most_17_calls_wherever_it_is() -> None:
    for position in range(200):
        calls, refused, delivered = search(200, {position})
        assert calls <= 17
        assert refused == {position}
        assert len(delivered) == 199


@given(st.sets(st.integers(0, 59), max_size=60))
def test_exactly_the_bad_ones_are_refused(bad: set[int]) -> None:
    _, refused, delivered = search(60, bad)
    assert (refused, delivered) == (bad, set(range(60)) - bad)


def test_what_the_las_names_is_tried_apart_at_once() -> None:
    error = UwlrRefused(FaultCode.LEERLING_ONGELDIG)
    error.leerlingids = ("las-7",)
    stukken = [stuk(n, leerling=n // 2) for n in range(40)]
    assert split(stukken, error) == [[14, 15], [n for n in range(40) if n not in (14, 15)]]
    assert is_culprit([stukken[14], stukken[15]], error)


def test_a_las_that_names_everything_or_nothing_is_halved() -> None:
    error = UwlrRefused(FaultCode.SCORE_ONGELDIG)
    error.resultaat_keys = tuple(f"key-{n}" for n in range(4))
    assert split([stuk(n) for n in range(4)], error) == [[2, 3], [0, 1]]


@pytest.mark.parametrize(
    ("code", "kring"),
    [
        (FaultCode.AUTORISATIE_ONGELDIG, Kring.KOPPELING),
        (FaultCode.ONGELDIGE_KLANTIDENTIFICATIE, Kring.KOPPELING),
        (FaultCode.XSDVERSIE_ONGELDIG, Kring.KOPPELING),
        (Reden.GEEN_TOEGANG, Kring.KOPPELING),
        (Reden.OMLEIDING, Kring.KOPPELING),
        (FaultCode.VOCABULAIRETERM_ONGELDIG, Kring.TOETS),
        (FaultCode.TOETSNORMERING_ONGELDIG, Kring.TOETS),
        (FaultCode.LEERLING_ONGELDIG, Kring.LEERLING),
        (FaultCode.SCORE_ONGELDIG, Kring.RESULTAAT),
        (FaultCode.ELDRESULTAAT_ONGELDIG, Kring.RESULTAAT),
        (FaultCode.ONGELDIG_BERICHT, Kring.RESULTAAT),
    ],
)
def test_each_refusal_reaches_as_far_as_its_code_says(code: FaultCode | Reden, kring: Kring) -> None:
    assert kring_of(UwlrRefused(code)) is kring


@pytest.mark.parametrize(
    ("code", "stukken", "found"),
    [
        (FaultCode.LEERLING_ONGELDIG, [stuk(1, leerling=5), stuk(2, leerling=5)], True),
        (FaultCode.LEERLING_ONGELDIG, [stuk(1), stuk(2)], False),
        (FaultCode.VOCABULAIRETERM_ONGELDIG, [stuk(1), stuk(2)], True),
        (FaultCode.VOCABULAIRETERM_ONGELDIG, [stuk(1), stuk(2, toets=2)], False),
        (FaultCode.SCORE_ONGELDIG, [stuk(1)], True),
        (FaultCode.SCORE_ONGELDIG, [stuk(1), stuk(2)], False),
    ],
)
def test_the_culprit_is_a_result_a_leerling_or_a_test(code: FaultCode, stukken: list[Stuk], found: bool) -> None:
    assert is_culprit(stukken, UwlrRefused(code)) is found


def test_what_our_own_check_names_one_by_one_needs_no_search() -> None:
    error = BerichtOngeldig([Probleem("oso_leeg", "leeg", f"key-{n}", "T-1") for n in (3, 4)])
    stukken = [stuk(n) for n in range(6)]
    assert split(stukken, error) == [[3, 4], [0, 1, 2, 5]]
    assert is_culprit([stukken[3], stukken[4]], error)


def test_our_own_check_may_name_a_test_as_a_whole() -> None:
    error = BerichtOngeldig([Probleem("toets", "naam ontbreekt", toetscode="T-2")])
    assert split([stuk(1), stuk(2, toets=2), stuk(3)], error) == [[2], [1, 3]]
