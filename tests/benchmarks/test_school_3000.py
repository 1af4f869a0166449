"""Every page of a school of 3,000 with three years of nights, changes, deliveries and results. For `make bench`."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import timedelta
from time import perf_counter, process_time

from sqlalchemy import create_engine, func, insert, select, text

from tests.analyseschool import make_leerkracht
from tests.ground.app import CleanClient
from tests.ground.servers import as_owner
from tests.lijsten import fill, pages
from tests.screens import login
from tests.voorpagina import fill_nights
from tests.wereld import Wereld, lock_all
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import BatchStatus, Groep, Handeling, Importbatch, Importregel, Leerling, Mutatie, Soort, Wat
from webapp.presentation import today

LEERLINGEN, NACHTEN, PER_NACHT = 3_000, 900, 20
TIMES, MOST = 9, 300


def test_every_page(settings: Settings, fresh_database_url: str) -> None:
    """Each night changed twenty leerlingen, and of the last acts six changed everybody."""
    app = create_app(replace(settings, database_url=fresh_database_url))  # only what is committed gets statistics
    app.test_client_class = CleanClient
    with app.app_context():
        wereld, whole = fill(app, db.session(), LEERLINGEN)
        changes = _change(wereld)
        addresses = pages(wereld, whole, LEERLINGEN)
        addresses |= _afterwards(wereld)
        own = login(app, wereld.session, make_leerkracht(wereld.session, wereld, wereld.groep.id))
    owner = create_engine(as_owner(fresh_database_url), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("ANALYZE"))
    owner.dispose()
    gc.freeze()  # as `wsgi.py` does
    print(f"\n{LEERLINGEN:,} leerlingen with three years of results, {changes:,} changes")
    slow = []
    for name, browser, address in [
        ("overview of a leerkracht", own, "/"),
        *((name, whole, address) for name, address in addresses.items()),
    ]:
        taken, own_work = [], []
        for _ in range(TIMES):
            begin, busy = perf_counter(), process_time()
            answer = browser.get(address)
            taken.append((perf_counter() - begin) * 1000)
            own_work.append((process_time() - busy) * 1000)
            assert answer.status_code == 200, address
        took = min(taken)  # what others on the machine do is not of the page
        size = len(answer.data) / 1000
        print(f"{name:<34}{took:6.0f} ms, of which in our process {min(own_work):4.0f}{size:7.0f} kB")
        slow += [name] if took >= MOST else []
    assert slow == []


def _afterwards(wereld: Wereld) -> dict[str, str]:
    """The history, and the pages on which something is taken back."""
    session, act = wereld.session, func.max(Mutatie.handeling_id)
    big = session.scalars(select(act).group_by(Mutatie.handeling_id).order_by(func.count().desc(), act.desc())).first()
    line = session.scalars(
        select(Importregel)
        .join(Importbatch)
        .where(Importbatch.status == BatchStatus.VERWERKT, Importregel.soort == Soort.LEERLING)
        .order_by(Importregel.id)
    ).first()
    night = session.scalars(
        select(Handeling.id)
        .where(Handeling.wat == Wat.AANLEVERING, Handeling.batch_id.is_not(None))
        .order_by(Handeling.id.desc())
    ).first()
    first, second = session.scalars(select(Leerling.id).order_by(Leerling.id).limit(2))
    assert line is not None
    return {
        "history": "/controle/",
        "history, its end": "/controle/?pagina=999",
        "history, a name": "/controle/?q=jansen",
        "whom an act changed": f"/controle/handeling/{big}",
        "whom an aanlevering changed": f"/controle/{line.batch_id}/overgenomen",
        "undo of an answer": f"/controle/{line.batch_id}/terugdraaien?vraag={line.id}",
        "undo of a night": f"/controle/vanzelf/{night}/terugnemen",
        "merge": f"/school/leerling/{first}/samenvoegen?met={second}",
        "page of a new leerling": f"/school/leerling/{line.doel_id}/",
    }


def _change(wereld: Wereld) -> int:
    session, school = wereld.session, {"school_id": wereld.school.id}
    lock_all(session)
    wereld.koppeling.opgehaald_leerlingen = LEERLINGEN
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
    session.commit()
    return len(rows)
