"""The player of `make nachten`: a school plays its first months, and what is wrong on purpose is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import delete

from tests.ground.servers import Servers
from tests.nachten.las import Staat
from tests.nachten.spelen import Installatie, Opdracht
from tests.nachten.weer import Storing, draw
from webapp.config import Settings
from webapp.db import unit_of_work
from webapp.models import Nacht
from webapp.muur import alle_scholen

LAST = date(2026, 11, 10)
"""The clock changes in it, on 25 October."""


@pytest.fixture
def installatie(
    servers: Servers, settings: Settings, fresh_database_url: str, redis: Redis, tmp_path: Path
) -> Iterator[Installatie]:
    """With all kinds of trouble within the first weeks."""
    opdracht = Opdracht(fresh_database_url, servers.postgres.url("postgres"), settings.redis_url, (0,), 1, LAST)
    of_life = replace(settings, nacht_begin_uur=1, nacht_eind_uur=7, journaal=tmp_path)
    found = Installatie(opdracht, replace(of_life, database_url=fresh_database_url))
    troubles = [each for each in Storing if each is not Storing.LAS_LANG_WEG]
    found.weer.per_dag.update({date(2026, 10, 8) + timedelta(days=2 * n): {each} for n, each in enumerate(troubles)})
    back = next(day for day, each in found.weer.per_dag.items() if each == {Storing.TERUGGEZET})
    found.weer.kopie_op[back] = back - timedelta(days=1)
    yield found
    for name in found.copies:
        found.maintain("drop database {}", name)


def test_weeks_with_every_trouble_end_with_everything_in_the_las_and_what_is_planted_is_counted(
    installatie: Installatie,
) -> None:
    uitslag = installatie.play()
    school = installatie.schools[0]
    assert (uitslag.kwijt, uitslag.fout, uitslag.overgeslagen) == ([], [], [])
    assert uitslag.nachten == 41
    assert uitslag.teruggezet == 1
    assert uitslag.ondervonden > 0
    assert uitslag.verstuurd > 0
    first, second = sorted(school.boek.staat)[:2]
    old = school.boek.staat.pop(first)
    assert old.kind >= 0
    school.boek.staat[second] = Staat(**{**vars(school.boek.staat[second]), "score": -1})
    with installatie.app.app_context(), alle_scholen(), unit_of_work() as session:
        session.execute(delete(Nacht).where(Nacht.datum == date(2026, 10, 20)))
    found = installatie.judge()
    assert len(found.kwijt) == 1
    assert len(found.fout) == 1
    assert found.overgeslagen == ["2026-10-20: geen nacht"]


def test_a_seed_draws_the_same_weather_again_and_the_end_is_quiet() -> None:
    last = date(2036, 9, 30)
    first = draw(7, date(2026, 10, 1), last)
    assert first == draw(7, date(2026, 10, 1), last)
    assert first != draw(8, date(2026, 10, 1), last)
    assert {each for day in first.per_dag.values() for each in day} == set(Storing)
    assert max(first.per_dag) < last - timedelta(days=20)
