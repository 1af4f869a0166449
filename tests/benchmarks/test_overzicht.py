"""The overview of a school of 3,000 with three years of nights, changes and results. For `make bench`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import perf_counter

from sqlalchemy import create_engine, insert, select, text

from tests.analyseschool import make_leerkracht, make_school
from tests.ground.app import CleanClient
from tests.ground.servers import as_owner
from tests.screens import login
from tests.voorpagina import fill_nights
from tests.wereld import lock_all
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Groep, Handeling, Leerling, Levering, LeveringStatus, Mutatie, Resultaat, Soort, Wat
from webapp.presentation import today

NACHTEN, PER_NACHT = 900, 20
TIMES, MOST = 15, 300


def test_the_overview(settings: Settings, fresh_database_url: str) -> None:
    """Each night changed twenty leerlingen, and of the last acts six changed everybody."""
    app = create_app(replace(settings, database_url=fresh_database_url))  # only what is committed gets statistics
    app.test_client_class = CleanClient
    with app.app_context():
        session = db.session()
        wereld = make_school(app, session, 100, 30)
        lock_all(session)
        school = {"school_id": wereld.school.id}
        wereld.koppeling.opgehaald_leerlingen = 3_000
        fill_nights(wereld, today=today(), number=NACHTEN, asked=tuple(range(0, NACHTEN, 10)))
        ids = list(session.scalars(select(Leerling.id).order_by(Leerling.id)))
        groepen = session.scalars(select(Groep.id).order_by(Groep.id)).all()
        acts = [
            Handeling(**school, wat=Wat.AANLEVERING, op=wereld.koppeling.opgehaald_op - timedelta(days=NACHTEN - n))  # type: ignore[operator]  # it was fetched
            for n in range(NACHTEN)
        ]
        session.add_all(acts)
        session.flush()
        rows = [
            {
                **school, "handeling_id": act.id, "soort": Soort.LEERLING, "record_id": id_,
                "voor": {"groep_id": groepen[id_ % 100]}, "na": {"groep_id": groepen[(id_ + 1) % 100]},
            }
            for n, act in enumerate(acts)
            for id_ in (ids if n >= NACHTEN - 60 and n % 10 == 0 else (ids * 6)[n * PER_NACHT :][:PER_NACHT])
        ]  # fmt: skip
        session.execute(insert(Mutatie), rows)
        results = session.scalars(select(Resultaat.id)).all()
        delivered = {**school, "versie": 1, "bevestigd": 1, "status": LeveringStatus.BEVESTIGD}
        session.execute(insert(Levering), [{**delivered, "resultaat_id": id_} for id_ in results])
        own = login(app, session, make_leerkracht(session, wereld, wereld.groep.id))
        whole = login(app, session, wereld.beheerder)
        size = f"{len(ids):,} leerlingen, {len(results):,} results, {len(rows):,} changes"
        session.commit()
    owner = create_engine(as_owner(fresh_database_url), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("ANALYZE"))
    owner.dispose()
    for name, browser in (("a beheerder", whole), ("a leerkracht", own)):
        taken = []
        for _ in range(TIMES):
            begin = perf_counter()
            answer = browser.get("/")
            taken.append((perf_counter() - begin) * 1000)
            assert answer.status_code == 200
        took = median(taken[1:])
        print(f"\n{size}: the overview of {name:<14}{took:6.0f} ms{len(answer.data) / 1000:7.0f} kB")
        assert took < MOST
