"""The player of `make jaar`: a school plays a month, and what is wrong on purpose is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.jaar import tarieven
from tests.jaar.__main__ import report
from tests.jaar.klok import Klok
from tests.jaar.school import School
from tests.jaar.spelen import play_days
from webapp import create_app
from webapp.config import Settings
from webapp.db import db, unit_of_work
from webapp.models import Handeling, Leerling, MogelijkDezelfde, Wat
from webapp.muur import alle_scholen
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


def test_a_school_plays_a_month_and_a_planted_wrong_link_and_double_are_counted(
    site: tuple[Flask, Klok], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, klok = site
    monkeypatch.setattr(tarieven, "ANTWOORD_NA", (3,))
    school = School(app, 1, 1, traps=True, size=40)
    school.las.will("nieuw", date(2026, 10, 6))
    play_days(app, klok, [school], until=date(2026, 10, 31))
    uitslag = school.end()
    assert (uitslag.fout, uitslag.dubbel) == (set(), set())
    assert uitslag.gespeeld + uitslag.geteld == 31
    assert uitslag.geteld > 0
    assert uitslag.oorzaken["leerling: nieuw"] > 0
    assert uitslag.mails["koppelingsmail"] > 0
    assert uitslag.mails["herinnering"] > 0, "on the second school day, one before the answer"
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


class Getypt(School):
    """Who comes was typed in here before the LAS sends them, born on another day; once everybody makes a test."""

    TOETS = date(2026, 10, 26)

    def _fetch(self) -> None:
        with alle_scholen(), unit_of_work() as session:
            known = set(self.rechter.ours.values())
            for kaart in [each for each in self.las.kaarten if each.kind not in known]:
                leerling = self._known_before(session, kaart)
                leerling.geboortedatum = kaart.child.geboortedatum + timedelta(days=9)
                session.flush()
                self.rechter.ours[leerling.id] = kaart.kind
        super()._fetch()

    def morning(self, day: date) -> None:
        if day == self.TOETS:
            with alle_scholen(), unit_of_work() as session:
                self._take_a_test(session, 2, day)
            self._is_restless = True
        super().morning(day)


def test_with_traps_nobody_is_linked_wrongly_and_no_result_goes_to_another(site: tuple[Flask, Klok]) -> None:
    """Twins, identifiers that change places and numbers that are given out again, while only what matters is asked."""
    app, klok = site
    school = Getypt(app, 3, 5, traps=True, agreed=True, size=32)
    for day in (5, 6, 7, 12, 13, 14):
        school.las.will("nieuw", date(2026, 10, day))
        trap = ("nummers", "allebei", "oud nummer", "losse tweeling", "vertrokken", "eckids")[day % 6]
        school.las.will(trap, date(2026, 10, day))
    play_days(app, klok, [school], until=date(2026, 10, 28))
    uitslag = school.end()
    assert uitslag.fout == set()
    with alle_scholen(), unit_of_work() as session:
        added = session.scalars(select(Handeling).where(Handeling.wat == Wat.OP_HET_SPEL)).all()
        pairs = session.scalars(select(MogelijkDezelfde)).all()
        assert len(pairs) >= len(added) > 0
        assert uitslag.oorzaken["leerling: vraag, mogelijk-dezelfde"] > 0
        for row in pairs:
            one, other = (session.get_one(Leerling, id_) for id_ in (row.leerling_id, row.ander_id))
            is_one = school.rechter.ours[one.id] == school.rechter.ours[other.id]
            merged = other.samengevoegd_met_id == one.id or one.samengevoegd_met_id == other.id
            assert (row.gevraagd_op is not None, merged, row.twee_op is not None) == (True, is_one, not is_one)
