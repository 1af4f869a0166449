"""How fast a night goes: arithmetic, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from webapp.services.nachttempo import Punt, done_at, left_at, pieces, speed

TWEE = datetime(2026, 11, 27, 2, tzinfo=UTC)


def na(minutes: float) -> datetime:
    return TWEE + timedelta(minutes=minutes)


def test_a_piece_is_what_came_between_two_points() -> None:
    found = pieces(TWEE, [Punt(na(3), 90, 900), Punt(na(6), 90, 900), Punt(na(8), 190, 1500)], 10)
    assert [(each.op, each.scholen, each.resultaten) for each in found] == [
        (na(3), 30, 300), (na(6), 0, 0), (na(8), 50, 300),
    ]  # fmt: skip


def test_of_very_many_points_some_are_taken_together_and_the_last_stays() -> None:
    points = [Punt(na(3 * n), 30 * n, 0) for n in range(1, 6)]
    assert [(each.op, each.scholen) for each in pieces(TWEE, points, 3)] == [(na(6), 10), (na(12), 10), (na(15), 10)]


def test_a_school_that_is_to_be_done_again_is_no_negative_speed() -> None:
    assert [each.scholen for each in pieces(TWEE, [Punt(na(3), 9, 0), Punt(na(6), 6, 0)], 10)] == [3, 0]
    assert pieces(TWEE, [], 10) == []
    assert [each.scholen for each in pieces(TWEE, [Punt(TWEE, 0, 0)], 10)] == [0]


def test_a_point_right_after_another_tells_no_speed_of_a_second() -> None:
    points = [Punt(na(3), 90, 0), Punt(na(6), 180, 0), Punt(na(6.1), 200, 0)]
    assert [each.scholen for each in pieces(TWEE, points, 10)] == [30, 30, pytest.approx(110 / 3.1)]


@pytest.mark.parametrize(
    ("points", "rests", "expected"),
    [
        ([], [], None),
        ([Punt(na(0.5), 10, 0)], [], None),
        ([Punt(na(10), 400, 0)], [], 40),
        ([Punt(na(10), 100, 0), Punt(na(20), 200, 0), Punt(na(30), 500, 0)], [], 20),
        ([Punt(na(15), 300, 0)], [(na(5), na(10))], 30),
        ([Punt(na(15), 300, 0)], [(na(5), na(10)), (na(4), na(8))], 300 / 9),
        ([Punt(na(15), 300, 0)], [(na(-5), na(14.5))], None),
    ],
)
def test_the_time_in_which_a_las_was_left_alone_does_not_count(
    points: list[Punt], rests: list[tuple[datetime, datetime]], expected: float | None
) -> None:
    assert speed(TWEE, points, rests) == (None if expected is None else pytest.approx(expected))


def test_when_it_is_done_and_what_is_left_when_the_window_closes() -> None:
    assert done_at(na(60), 40, 1200) == na(90)
    assert done_at(na(60), None, 1200) is None
    assert done_at(na(60), 0, 1200) is None
    assert left_at(na(80), na(60), 40, 1200) == 400
    assert left_at(na(100), na(60), 40, 1200) == 0
