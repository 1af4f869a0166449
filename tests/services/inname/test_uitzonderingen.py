"""What a school left out: counted, and not stored."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering, pupil
from tests.wereld import Wereld, make_wereld
from webapp.models import Keuze, Soort
from webapp.services.controle import keuzes, vastleggen
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

GROEPEN = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g2", "Groep 2", "2"))
KANARIE = pupil("k2", "Kleuter", "Kanariegeel", "2021-02-28", groep="g2", jaargroep="2")


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def _leave_out_groep_2(wereld: Wereld, *leerlingen: uwlr.Leerling) -> None:
    batch = inname.take_in(wereld.session, wereld.koppeling, aanlevering(*leerlingen, groepen=GROEPEN))
    assert batch is not None
    wereld.session.flush()
    door, school_id = wereld.beheerder.id, wereld.school.id
    groep = next(regel for regel in batch.regels if regel.soort is Soort.GROEP and regel.las_key == "g2")
    keuzes.choose(wereld.session, school_id, groep.id, Keuze.NIET, door=door)
    digest = summarise(wereld.session, batch).digest
    vastleggen.commit(wereld.session, school_id, batch.id, digest=digest, door=door)


def _holds(session: Session, word: str) -> list[str]:
    """The tables with a row that says this word."""
    session.flush()
    tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    return [
        table
        for table in tables
        if session.scalar(text(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE :word'), {"word": f"%{word}%"})
    ]


def test_children_of_a_groep_that_is_left_out_are_counted_and_not_stored(wereld: Wereld) -> None:
    _leave_out_groep_2(wereld, pupil("k1", "Noor", "Maan"))
    new = pupil("k3", "Ids", "Later")
    batch = inname.take_in(wereld.session, wereld.koppeling, aanlevering(new, KANARIE, groepen=GROEPEN))
    assert batch is not None
    assert batch.tellingen["leerling"]["uitgezonderd"] == 1
    assert _holds(wereld.session, "Kanariegeel") == []


def test_who_went_along_with_the_groep_in_the_review_stays_in_that_review_only(wereld: Wereld) -> None:
    _leave_out_groep_2(wereld, KANARIE)
    assert _holds(wereld.session, "Kanariegeel") == ["importregel"], "which goes with what was not imported"
    again: Any = inname.take_in(wereld.session, wereld.koppeling, aanlevering(KANARIE, groepen=GROEPEN))
    assert again is None
