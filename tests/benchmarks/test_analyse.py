"""The analysis in a school of 3,000 leerlingen with three years of results: what the server takes. For `make bench`."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median

import pytest
from sqlalchemy import create_engine, text

from tests.analyseschool import make_leerkracht, make_school
from tests.ground.app import CleanClient
from tests.ground.servers import as_owner
from tests.screens import login
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Leerling, Resultaat

TIMES = 15


@pytest.mark.parametrize("groepen", [1, 100])
def test_pages(settings: Settings, fresh_database_url: str, groepen: int) -> None:
    app = create_app(replace(settings, database_url=fresh_database_url))  # only what is committed gets statistics
    app.test_client_class = CleanClient
    with app.app_context():
        session = db.session()
        wereld = make_school(app, session, groepen, 30)
        own = login(app, session, make_leerkracht(session, wereld, wereld.groep.id))
        whole = login(app, session, wereld.beheerder)
        leerling = session.query(Leerling.id).filter_by(groep_id=wereld.groep.id).limit(1).scalar()
        page = f"/resultaten/analyse/{wereld.toetsen['VB-RW-5'].id}/{wereld.groep.id}/"
        size = f"{session.query(Leerling).count():,} leerlingen, {session.query(Resultaat).count():,} results"
        session.commit()
    owner = create_engine(as_owner(fresh_database_url), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("ANALYZE"))
    owner.dispose()
    for name, browser, address in (
        ("all groepen", whole, "/resultaten/analyse/"),
        ("all groepen, CSV", whole, "/resultaten/analyse/groepen.csv"),
        ("her groepen, a leerkracht", own, "/resultaten/analyse/"),
        ("a groep", own, page),
        ("leerlingen of a groep, CSV", own, f"{page}leerlingen.csv"),
        ("a leerling", own, f"/school/leerling/{leerling}/"),
        ("the tests", whole, "/resultaten/"),
    ):
        taken, own_time = [], []
        for _ in range(TIMES):
            begin, cpu = time.perf_counter(), time.process_time()
            answer = browser.get(address)
            taken.append((time.perf_counter() - begin) * 1000)
            own_time.append((time.process_time() - cpu) * 1000)
            assert answer.status_code == 200
        print(
            f"\n{size}: {name:<27}{median(taken[1:]):6.0f} ms, of which ours{median(own_time[1:]):6.0f} ms"
            f"{len(answer.data) / 1000:7.0f} kB"
        )
    with app.app_context():
        db.engine.dispose()
