"""Charts are arithmetic: where each bar and point stands, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from webapp.tekening import lijn, stapels, staven, ticks

D = Decimal


def test_the_longest_of_bars_and_norm_fills_the_width() -> None:
    found = staven("zin", [("I", "2 (40 %)", 40, 20), ("II", "0 (0 %)", 0, 20)])
    assert (found.tekst, found.hoogte) == ("zin", 60)
    assert [(b.naam, b.y, b.lengte, b.norm) for b in found.staven] == [("I", 0, 195.0, 127.5), ("II", 30, 0.0, 127.5)]
    assert staven("", [("I", "", 0, 0)]).staven[0].lengte == 0


def test_what_comes_stands_behind_what_is_there_and_the_longest_of_both_fits() -> None:
    found = stapels("zin", [("okt", "287", 287, 0), ("nov", "311 + 29", 311, 29)])
    assert (found.tekst, found.hoogte) == ("zin", 48)
    assert [(b.naam, b.y, b.lengte, b.erbij) for b in found.rijen] == [("okt", 0, 143.5, 0), ("nov", 24, 155.5, 14.5)]
    assert stapels("", [("aug", "0", 0, 0)]).rijen[0].lengte == 0


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (62, 118, [60, 80, 100, 120]),
        (100, 100, [100, 100.5]),
        (99.8, 101.2, [99.5, 100, 100.5, 101, 101.5]),
        (-12, 8, [-20, -10, 0, 10]),
    ],
)
def test_the_axis_has_round_numbers(least: float, most: float, expected: list[float]) -> None:
    assert ticks(least, most) == expected


def test_a_course_stands_in_its_years() -> None:
    """238 units from 44 to 282; from 20 November 2024 to 20 November 2026 are 730 days, 1 August 2025 is day 254."""
    points = [
        (date(2024, 11, 20), D("60.0"), D("80.0")),
        (date(2025, 11, 20), D("100.0"), None),
        (date(2026, 11, 20), D("120.0"), D("110.0")),
    ]
    found = lijn("zin", points)
    assert [(p.x, p.y) for p in found.punten] == [(44.0, 150.0), (163.0, 56.7), (282.0, 10.0)]
    assert [(p.x, p.y) for p in found.norm] == [(44.0, 103.3), (282.0, 33.3)]
    assert [p.tekst for p in found.hoogten] == ["60", "80", "100", "120"]
    assert [p.tekst for p in found.jaren] == ["24-25", "25-26"], "there is no room for a few months of 26-27"
    assert found.grenzen == (126.8, 245.8)


def test_two_points_of_one_day_and_one_year_fit_too() -> None:
    found = lijn("zin", [(date(2026, 11, 20), D("60.0"), None), (date(2026, 11, 20), D("60.0"), None)])
    assert [p.x for p in found.punten] == [44.0, 44.0]
    assert [p.tekst for p in found.jaren] == ["26-27"]
