"""How values look on a page."""

from datetime import UTC, date, datetime

import pytest

from webapp.filters import Segment, datum, datum_kort, getal, moment, verschil

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _marked(text: str, other: str) -> str:
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in verschil(text, other))


@pytest.mark.parametrize(
    ("text", "other", "left", "right"),
    [
        ("Mohammed el Idrissi", "Mohamed el Idrissi", "Moha[m]med el Idrissi", "Moha[]med el Idrissi"),
        ("Lisa de Vries", "Liza de Vries", "Li[s]a de Vries", "Li[z]a de Vries"),
        ("Zoë", "Zoe", "Zo[ë]", "Zo[e]"),
        ("Sem", "Sem", "Sem", "Sem"),
        ("Anna Bakker", "Tijn Vos", "[Anna Bakker]", "[Tijn Vos]"),
        ("", "Sem", "[]", "[Sem]"),
    ],
)
def test_only_the_letters_that_differ_are_marked_on_both_sides(text: str, other: str, left: str, right: str) -> None:
    assert _marked(text, other) == left
    assert _marked(other, text) == right


def test_the_same_name_in_another_unicode_form_does_not_differ() -> None:
    assert verschil("Zoë", "Zoe\u0308") == [Segment("Zoë", False)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (datetime(2026, 11, 23, 1, 14, tzinfo=UTC), "vandaag 02:14"),
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), "gisteren 23:59"),
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), "morgen 02:00"),
        (datetime(2026, 7, 1, 7, 30, tzinfo=UTC), "1 juli 09:30"),
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), "1 januari 00:30"),
        (datetime(2025, 11, 3, 8, 0, tzinfo=UTC), "3 november 2025 09:00"),
    ],
)
def test_a_moment_is_told_as_people_tell_it_in_amsterdam(value: datetime, shown: str) -> None:
    assert moment(value, NOW) == shown


def test_dates_and_numbers_are_dutch() -> None:
    assert datum(date(2026, 11, 3)) == "3 november 2026"
    assert datum(datetime(2026, 11, 2, 23, 30, tzinfo=UTC)) == "3 november 2026"
    assert datum_kort(date(2016, 3, 12)) == "12-03-2016"
    assert datum_kort(None) == ""
    assert getal(1_204_000) == "1.204.000"
