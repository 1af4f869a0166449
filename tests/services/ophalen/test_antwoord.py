"""An answer that is older than the last one is known by its aanmaakdatum, where there is one that tells something."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering
from webapp.models import Koppeling
from webapp.services.ophalen import antwoord
from webapp.uwlr.values import ELDERS, Leerlinggegevens, Waarschuwing

NIGHT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def made(op: datetime | None, schooljaar: str = "2026-2027") -> Leerlinggegevens:
    gegevens = aanlevering(schooljaar=schooljaar)
    return replace(gegevens, school=replace(gegevens.school, aanmaakdatum=op))


@pytest.mark.parametrize(
    ("before", "is_old"),
    [(timedelta(), False), (HOUR, False), (HOUR + timedelta(seconds=1), True), (30 * DAY, True), (-DAY, False)],
)
def test_older_by_more_than_an_hour_is_old(koppeling: Koppeling, before: timedelta, is_old: bool) -> None:
    antwoord.remember(koppeling, made(NIGHT), NIGHT)
    assert antwoord.is_old(koppeling, made(NIGHT - before)) is is_old


def test_the_first_answer_and_one_without_a_moment_are_never_old(koppeling: Koppeling) -> None:
    assert not antwoord.is_old(koppeling, made(NIGHT))
    antwoord.remember(koppeling, made(NIGHT), NIGHT)
    assert not antwoord.is_old(koppeling, made(None))
    antwoord.remember(koppeling, made(None), NIGHT + DAY)
    assert antwoord.is_old(koppeling, made(NIGHT - DAY)), "it said nothing, so what was known stays known"


def test_a_moment_that_never_changes_judges_nothing_until_it_moves(koppeling: Koppeling) -> None:
    for nights in range(3):
        antwoord.remember(koppeling, made(NIGHT - 90 * DAY), NIGHT + nights * DAY)
    assert not antwoord.is_old(koppeling, made(NIGHT - 200 * DAY))
    antwoord.remember(koppeling, made(NIGHT + 3 * DAY), NIGHT + 3 * DAY)
    assert antwoord.is_old(koppeling, made(NIGHT + 2 * DAY))


def test_the_same_answer_twice_in_one_evening_does_not_make_it_so(koppeling: Koppeling) -> None:
    antwoord.remember(koppeling, made(NIGHT), NIGHT)
    antwoord.remember(koppeling, made(NIGHT), NIGHT + 3 * HOUR)
    assert antwoord.is_old(koppeling, made(NIGHT - DAY))


def test_a_clock_that_was_ahead_does_not_make_the_next_answers_old(koppeling: Koppeling) -> None:
    antwoord.remember(koppeling, made(NIGHT + 365 * DAY), NIGHT)
    assert not antwoord.is_old(koppeling, made(NIGHT + DAY))


def test_the_answer_about_another_year_is_no_older_one(koppeling: Koppeling) -> None:
    antwoord.remember(koppeling, made(NIGHT), NIGHT)
    assert not antwoord.is_old(koppeling, made(NIGHT - 30 * DAY, "2025-2026"))


def test_leerlingen_elsewhere_are_remembered_since_they_were_first_seen(session: Session, koppeling: Koppeling) -> None:
    some = replace(made(NIGHT), waarschuwingen=(Waarschuwing(ELDERS, "leerling", None, "3"),))
    for nights in range(2):
        antwoord.remember(koppeling, some, NIGHT + nights * DAY)
    session.flush()
    assert (koppeling.elders_leerlingen, koppeling.elders_sinds) == (3, NIGHT)
    antwoord.remember(koppeling, made(NIGHT), NIGHT + 2 * DAY)
    assert (koppeling.elders_leerlingen, koppeling.elders_sinds) == (None, None)
