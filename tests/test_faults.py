"""Every number of the fault matrix has a test of its own, and the page about it says which."""

from __future__ import annotations

import re
from collections import Counter

from tests.faults import FAULTS, PAGE, marks, page
from webapp.config import PROJECT


def test_every_number_has_a_test() -> None:
    assert set(FAULTS) == set(range(1, 42))
    assert {number for number, _ in marks()} == set(FAULTS)


def test_a_test_holds_one_number() -> None:
    assert [place for place, times in Counter(place for _, place in marks()).items() if times > 1] == []


def test_no_test_of_a_fault_can_be_skipped() -> None:
    files = {place.partition("::")[0] for _, place in marks()}
    can_be = re.compile(r"pytest\.(mark\.)?skip|importorskip|mark\.(conformance|browser)")
    assert [path for path in files if can_be.search((PROJECT / path).read_text())] == []


def test_the_page_is_drawn_from_the_marks() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.faults"
