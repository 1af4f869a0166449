"""The invented tests: complete, and said to be invented wherever their name is read."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.proef.toetsen import ensure_invented
from webapp.models import Toets


def test_the_invented_tests_are_made_once_and_cover_every_day_of_the_year(session: Session) -> None:
    first = [toets.id for toets in ensure_invented(session)]
    second = [toets.id for toets in ensure_invented(session)]
    assert first == second
    for toets in session.scalars(select(Toets)):
        assert toets.naam.endswith("(verzonnen)")
        assert len(toets.vaardigheidsscores) == toets.aantal_opgaven + 1
        assert toets.vaardigheidsscores == sorted(toets.vaardigheidsscores)
        assert toets.vaardigheidsscores[0] > Decimal(0)
        assert {norm.schooldag for norm in toets.normen} >= {0, 365}
