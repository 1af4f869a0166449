"""The player of `make jaar`: a school plays a month, and what is wrong on purpose is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.jaar.__main__ import main, report
from tests.jaar.klok import Klok
from tests.jaar.school import School
from tests.jaar.spelen import play_days
from webapp import create_app
from webapp.config import Settings
from webapp.db import db, unit_of_work
from webapp.models import Leerling
from webapp.services import sloten


@pytest.fixture
def site(settings: Settings, fresh_database_url: str, redis: Redis) -> Iterator[tuple[Flask, Klok]]:
    """An installation with a clock that can be set."""
    klok = Klok(fresh_database_url)
    app = create_app(
        replace(settings, database_url=fresh_database_url, nacht_begin_uur=1, nacht_eind_uur=6), is_worker=True
    )
    with app.app_context():
        yield app, klok
        db.session.remove()
        db.engine.dispose()
    klok.close()


def _linked(session: Session, school: School) -> list[Leerling]:
    sloten.lock(session, school.school_id)
    query = select(Leerling).where(Leerling.school_id == school.school_id, Leerling.las_key.is_not(None))
    return list(session.scalars(query.order_by(Leerling.id)))


def test_a_school_plays_a_month_and_a_planted_wrong_link_and_double_are_counted(site: tuple[Flask, Klok]) -> None:
    app, klok = site
    school = School(app, 1, 1, traps=True, size=40)
    school.las.will("nieuw", date(2026, 10, 6))
    play_days(app, klok, [school], until=date(2026, 10, 31))
    uitslag = school.end()
    assert (uitslag.fout, uitslag.dubbel) == (set(), set())
    assert uitslag.gespeeld + uitslag.geteld == 31
    assert uitslag.geteld > 0
    assert uitslag.oorzaken["leerling: nieuw"] > 0
    assert uitslag.mails["koppelingsmail"] > 0
    assert uitslag.verstuurd >= 40
    with unit_of_work() as session:
        one, other, *_ = _linked(session, school)
        key, other.las_key = other.las_key, None
        session.flush()
        one.las_key, one.eckid = key, None
        again = Leerling(school_id=school.school_id, roepnaam=one.roepnaam, achternaam=one.achternaam)
        session.add(again)
        session.flush()
        school.rechter.ours[again.id] = school.rechter.ours[one.id]
    school.look()
    assert (len(uitslag.fout), len(uitslag.dubbel)) == (1, 1)
    assert '"fout": 1, "dubbel": 1' in report([uitslag])


def test_agreements_are_refused_until_they_exist(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["jaar", "--afspraken", "aan"])
    with pytest.raises(SystemExit):
        main()
    assert "vaste afspraken bestaan nog niet" in capsys.readouterr().err
