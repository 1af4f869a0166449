"""The shape of an aanlevering, as tables: who is gone of how many, and who of them is held; what else is too much."""

from __future__ import annotations

from datetime import date

import pytest

from webapp.services.inname.vorm import (
    Beeld,
    Gevuld,
    Vormreden,
    is_emptied,
    judge,
    lost_links,
    renamed,
    renewed,
    too_many_new,
    too_many_renamed,
    too_many_renewed,
)

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


@pytest.mark.parametrize(
    ("had", "has", "lost"),
    [
        pytest.param(10, [None] * 3, 3, id="three in ten"),
        pytest.param(11, [None] * 3, 0, id="just below"),
        pytest.param(3, [None], 0, id="one of three: one alone is no shape"),
        pytest.param(4, [None] * 2, 2, id="two of four"),
        pytest.param(10, ["g6"] * 10, 0, id="everybody moved: a new year, or a groep that was cut in two"),
        pytest.param(10, [None, None, "g6", "g6"], 0, id="some moved, some lost"),
        pytest.param(0, [], 0, id="nobody stood in a groep"),
    ],
)
def test_leerlingen_who_lost_their_groep(had: int, has: list[str | None], lost: int) -> None:
    """All stood in g5; the first are where `has` says now, the others where they were."""
    now = {n: {has[n]} - {None} if n < len(has) else {"g5"} for n in range(had)}
    assert len(lost_links({n: {"g5"} for n in range(had)}, now)) == lost


def test_links_of_leerkrachten_count_one_by_one() -> None:
    had = {1: {"a", "b", "c"}, 2: {"a"}, 3: {"b"}, 4: {"c", "d"}}
    has = {1: {"a"}, 2: {"a"}, 3: {"b"}, 4: {"c", "d"}}
    assert lost_links(had, has) == {}, "two of seven"
    assert lost_links(had, {**has, 3: set[str]()}) == {1: {"b", "c"}, 3: {"b"}}
    assert lost_links({**had, 9: {"x", "y", "z"}}, has) == {}, "9 did not come: they left"
    assert lost_links(had, {1: {"a", "z"}, 2: {"z"}, 3: {"z"}, 4: {"z"}}) == {}, "they work elsewhere now"


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        pytest.param((90, 100), (49, 100), True, id="90 % to 49 %"),
        pytest.param((89, 100), (0, 100), False, id="it was not filled for 90 %"),
        pytest.param((100, 100), (50, 100), False, id="half is not less than half"),
        pytest.param((201, 201), (0, 201), True, id="all"),
        pytest.param((1, 1), (0, 1), False, id="one record is no shape"),
        pytest.param((2, 2), (0, 2), True, id="both of two"),
        pytest.param((0, 0), (0, 10), False, id="there was nobody"),
        pytest.param((10, 10), (0, 0), False, id="nobody came: that is about people, not about a field"),
    ],
)
def test_a_field_that_came_empty(was: tuple[int, int], now: tuple[int, int], expected: bool) -> None:
    assert is_emptied(Gevuld(*was), Gevuld(*now)) is expected


@pytest.mark.parametrize(
    ("number", "of", "expected"), [(20, 100, True), (19, 100, False), (1, 5, False), (2, 10, True), (0, 0, False)]
)
def test_so_many_keys_are_others(number: int, of: int, expected: bool) -> None:
    assert too_many_renewed(number, of) is expected


@pytest.mark.parametrize(
    ("number", "of", "expected"), [(75, 100, True), (74, 100, False), (1, 1, False), (2, 2, True), (0, 0, False)]
)
def test_so_many_names_are_others(number: int, of: int, expected: bool) -> None:
    assert too_many_renamed(number, of) is expected


@pytest.mark.parametrize(
    ("number", "linked", "expected"),
    [
        pytest.param(11, 50, True, id="above ten and above a tenth"),
        pytest.param(10, 50, False, id="ten"),
        pytest.param(11, 110, False, id="a tenth"),
        pytest.param(12, 119, True, id="just above a tenth"),
        pytest.param(61, 140, True, id="the words of the issue"),
        pytest.param(300, 0, False, id="nobody was linked"),
    ],
)
def test_so_many_are_new(number: int, linked: int, expected: bool) -> None:
    assert too_many_new(number, linked) is expected


BORN = date(2016, 3, 12)
NOOR = Beeld.of("k1", "Noor", "van", "Dijk", BORN)


@pytest.mark.parametrize(
    ("there", "other_key", "other_name"),
    [
        pytest.param([NOOR], False, False, id="the same"),
        pytest.param([NOOR._replace(key="k9")], True, False, id="another key"),
        pytest.param([NOOR._replace(key=None)], False, False, id="no key: the field is empty, not another"),
        pytest.param([NOOR._replace(key="k9"), NOOR._replace(key="k8")], False, False, id="two of that name"),
        pytest.param([NOOR._replace(key="k9", geboren=date(2015, 3, 12))], False, False, id="another child"),
        pytest.param([Beeld.of("k1", "Daan", None, "Berk", BORN)], False, True, id="another name"),
        pytest.param([Beeld.of("k1", "NOOR", "Van", "dijk", BORN)], False, False, id="other letter cases"),
        pytest.param(
            [Beeld.of("k1", "Nóór", None, "van Dijk", BORN)], False, False, id="accents, voorvoegsel elsewhere"
        ),
        pytest.param([Beeld.of("k1", None, "van", "Dijk", BORN)], False, False, id="no roepnaam says nothing"),
        pytest.param([Beeld.of("k1", "Dijk", "van", "Noor", BORN)], False, True, id="exchanged fields"),
        pytest.param([Beeld.of("k1", "Daan", None, "Berk"), NOOR._replace(key="k2")], True, True, id="keys moved on"),
        pytest.param([], False, False, id="gone"),
    ],
)
def test_who_has_another_key_or_another_name(there: list[Beeld], other_key: bool, other_name: bool) -> None:
    ours = {1: NOOR}
    assert (1 in renewed(ours, there), 1 in renamed(ours, there)) == (other_key, other_name)


def test_of_two_namesakes_of_ours_nobody_knows_whose_key_is_new() -> None:
    assert renewed({1: NOOR, 2: NOOR._replace(key="k2")}, [NOOR._replace(key="k9")]) == set()
