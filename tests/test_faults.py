"""Every number of the fault matrix has a test of its own, and the page about it says which."""

from __future__ import annotations

from collections import Counter

from tests.faults import FAULTS, PAGE, page
from tests.marks import places, skippable


def test_every_number_has_a_test() -> None:
    assert set(FAULTS) == set(range(1, 42))
    assert {number for number, _ in places("fault")} == set(FAULTS)


def test_a_test_holds_one_number() -> None:
    assert [place for place, times in Counter(place for _, place in places("fault")).items() if times > 1] == []


def test_no_test_of_a_fault_can_be_skipped() -> None:
    assert skippable("fault") == []


def test_the_page_is_drawn_from_the_marks() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.faults"
