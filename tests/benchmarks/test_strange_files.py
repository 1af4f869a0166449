"""Strange files as large as the largest school: no time that grows with the square. Run it with `make bench`."""

from __future__ import annotations

import time

import pytest

from tests.matching.test_bad_input import ONE_SURNAME, check_one_leerkracht_and_one_groep, check_one_surname

SIZE = 3000
SECONDS = 2.0


@pytest.mark.parametrize("kind", ONE_SURNAME)
def test_3000_with_one_surname_take_no_time(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check_one_surname(kind, SIZE, monkeypatch)


def test_3000_leerkrachten_and_groepen_with_one_name_take_no_time() -> None:
    started = time.process_time()
    check_one_leerkracht_and_one_groep(SIZE)
    assert time.process_time() - started < SECONDS
