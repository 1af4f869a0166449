"""The chart of a night is arithmetic: where each point, fault and hour stands, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from webapp.tekeningnacht import BREED, SMAL, nachtlijn

EEN = datetime(2026, 11, 27, 1, tzinfo=UTC)


def na(minutes: float) -> datetime:
    return EEN + timedelta(minutes=minutes)


def test_a_night_is_placed_from_its_beginning_to_its_expected_end() -> None:
    """250 units for 100 minutes from 40; 92 units for 60 schools per minute from 114 up."""
    found = nachtlijn(
        "zin", SMAL, EEN, [(na(20), 25), (na(40), 50)],
        storingen=[(na(10), na(20), "02:10 storing")], klaar=na(100), loopt=True,
    )  # fmt: skip
    assert [(p.x, p.y) for p in found.punten] == [(90.0, 75.7), (140.0, 37.3)]
    assert found.nu is not None
    assert found.klaar is not None
    assert (found.nu.x, found.klaar.x, found.klaar.y, found.klaar.tekst) == (140.0, 290.0, 37.3, "klaar 03:40")
    assert [(v.x, v.breedte, v.kop_x, v.tekst) for v in found.vlakken] == [(65.0, 25.0, 65.0, "▲ 02:10 storing")]
    assert [u.tekst for u in found.uren] == ["02:00", "03:00"]
    assert [h.tekst for h in found.hoogten] == ["0", "20", "40", "60"]


def test_a_word_stays_inside_and_two_do_not_stand_through_each_other() -> None:
    found = nachtlijn(
        "zin", BREED, EEN, [(na(60), 5)],
        storingen=[(na(1), na(2), "a" * 20), (na(3), na(4), "b" * 20), (na(59), na(60), "c" * 20)],
        klaar=None, loopt=False,
    )  # fmt: skip
    assert [v.tekst[:3] for v in found.vlakken] == ["▲ a", "▲", "▲ c"]
    assert found.vlakken[-1].kop_x == BREED - 8 * 22
    assert (found.nu, found.klaar) == (None, None)


def test_a_night_of_one_moment_and_of_nothing_is_drawn_too() -> None:
    found = nachtlijn("zin", SMAL, EEN, [(EEN, 0)], storingen=[], klaar=None, loopt=True)
    assert [(p.x, p.y) for p in found.punten] == [(40.0, 114.0)]
    assert found.uren[0].tekst == "02:00"
