"""The shape of an aanlevering, as one table: who is gone of how many, and who of them is held."""

from __future__ import annotations

import pytest

from webapp.services.inname.vorm import Vormreden, judge

KWART, TIENDE, GROEP, LEEG = Vormreden.KWART, Vormreden.TIENDE, Vormreden.GROEP, Vormreden.LEEG


@pytest.mark.parametrize(
    ("gone", "linked", "groepen", "held", "redenen"),
    [
        pytest.param(0, 300, {}, 0, (), id="nobody"),
        pytest.param(0, 0, {}, 0, (), id="a school without leerlingen"),
        pytest.param(1, 1, {}, 0, (), id="one of one, and another came"),
        pytest.param(1, 4, {}, 0, (), id="a quarter, and one"),
        pytest.param(2, 8, {}, 2, (KWART,), id="a quarter"),
        pytest.param(2, 9, {}, 0, (), id="just below a quarter"),
        pytest.param(4, 8, {}, 4, (KWART,), id="4 of 8"),
        pytest.param(8, 8, {}, 8, (TIENDE, KWART), id="8 of 8"),
        pytest.param(25, 300, {1: 25}, 25, (GROEP,), id="a groep of 25 of 300"),
        pytest.param(25, 300, {}, 0, (), id="25 of 300, spread"),
        pytest.param(30, 300, {}, 30, (TIENDE,), id="a tenth"),
        pytest.param(29, 300, {}, 0, (), id="just below a tenth"),
        pytest.param(5, 50, {}, 5, (TIENDE,), id="a tenth, and five"),
        pytest.param(4, 40, {}, 0, (), id="a tenth, and four"),
        pytest.param(61, 201, {1: 24, 2: 25, 3: 26}, 61, (TIENDE, KWART, GROEP), id="the picture"),
        pytest.param(3, 300, {1: 5}, 3, (GROEP,), id="more than half of a groep of five"),
        pytest.param(2, 300, {1: 4}, 0, (), id="half of a groep of four"),
        pytest.param(2, 300, {1: 5}, 0, (), id="less than half of a groep of five"),
    ],
)
def test_who_is_held(
    gone: int, linked: int, groepen: dict[int, int], held: int, redenen: tuple[Vormreden, ...]
) -> None:
    """The first ids are gone; the groepen are filled with the first ids, in order."""
    members, first = {}, 0
    for groep, size in groepen.items():
        members[groep] = range(first, first + size)
        first += size
    verdict = judge(range(gone), range(linked), members, is_empty=False)
    assert (len(verdict.held), verdict.redenen) == (held, redenen)


@pytest.mark.parametrize("linked", [1, 3])
def test_a_list_that_was_not_empty_and_is(linked: int) -> None:
    verdict = judge(range(linked), range(linked), {}, is_empty=True)
    assert (len(verdict.held), verdict.redenen[0]) == (linked, LEEG)
    assert not judge([], [], {}, is_empty=True).held


def test_only_who_stood_in_the_groep_that_falls_apart_is_held() -> None:
    verdict = judge({0, 1, 2, 9}, range(100), {5: range(6), 6: range(6, 30)}, is_empty=False)
    assert verdict.held == {0, 1, 2}
