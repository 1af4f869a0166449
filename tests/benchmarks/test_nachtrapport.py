"""The report of a night of 6,000 schools while it runs: the page, its files, and the point that the sweep writes.

For `make bench`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.screens import login, make_clerk
from tests.wereld import make_wereld
from webapp.models import Nacht
from webapp.services import nachtverloop
from webapp.services.clock import database_now
from webapp.services.versturen import wachtend

SCHOLEN, RESULTATEN, PUNTEN = 6_000, 20, 110
"""Of the results half went in this night, half before; at half of the schools as many wait for a link."""
TIMES = 9
MOST_PAGE_MS, MOST_PAGE_BYTES, MOST_POINT_MS, MOST_COUNT_MS = 300, 250_000, 1_000, 3_000
_FILL = """
INSERT INTO school (naam, brin, vestiging)
  SELECT 'School ' || n, lpad((n / 676 + 10)::text, 2, '0') || chr(65 + n / 26 % 26) || chr(65 + n % 26), '00'
  FROM generate_series(1, :scholen) n;
INSERT INTO koppeling (school_id, status, schoolnaam, brin, vestiging, contact_naam, contact_email, las_type, gestart_op,
    schooljaar, ophalen_op, ophalen_pogingen, zenden_pogingen, opgehaald_op, ophaal_ms, opgehaald_leerlingen, fout_code,
    fout_eigenaar)
  SELECT id, 'actief', naam, brin, vestiging, 'A', 'a@x.example', 'parnassys', CAST(:begin AS timestamptz) - interval '90 days',
    '2026-2027', CASE WHEN id % 2 = 0 THEN CAST(:begin AS timestamptz) END, CASE WHEN id % 50 = 0 THEN 1 ELSE 0 END, 0,
    CASE WHEN id % 2 = 1 AND id % 61 > 0 THEN CAST(:begin AS timestamptz) + id * interval '1 second'
      ELSE CAST(:begin AS timestamptz) - interval '1 day' END,
    id % 30000, id % 700, CASE WHEN id % 61 = 0 THEN 'storing' END, CASE WHEN id % 61 = 0 THEN 'las' END
  FROM school WHERE naam LIKE 'School %';
INSERT INTO leerling (school_id, roepnaam, achternaam, status, las_key)
  SELECT id, 'Noor', 'Bo', 'actief', 'k' FROM school WHERE naam LIKE 'School %';
INSERT INTO resultaat (school_id, leerling_id, toets_id, afnamedatum, ruwe_score, versie, klaargezet, genormeerd_op)
  SELECT l.school_id, l.id, (SELECT min(id) FROM toets), date '2026-01-01' + n, 20, 1, 1, :begin
  FROM leerling l CROSS JOIN generate_series(1, :resultaten) n WHERE l.las_key = 'k';
INSERT INTO levering (school_id, resultaat_id, versie, bevestigd, status, pogingen, bevestigd_op, gewijzigd_op, fout_code,
    fout_eigenaar)
  SELECT school_id, id, 1, CASE WHEN id % 97 = 0 THEN 0 ELSE 1 END, CASE WHEN id % 97 = 0 THEN 'geweigerd' ELSE 'bevestigd' END,
    1, moment, moment, CASE WHEN id % 97 = 0 THEN 'Client.ScoreOngeldig' END, CASE WHEN id % 97 = 0 THEN 'school' END
  FROM (SELECT *, CAST(:begin AS timestamptz) + CASE WHEN id % 2 = 0 THEN interval '1 minute' ELSE interval '-2 days' END AS moment
    FROM resultaat WHERE afnamedatum < date '2026-03-01') r;
INSERT INTO leerling (school_id, roepnaam, achternaam, status)
  SELECT id, 'Sem', 'Wacht', 'actief' FROM school WHERE naam LIKE 'School %';
INSERT INTO resultaat (school_id, leerling_id, toets_id, afnamedatum, ruwe_score, versie, genormeerd_op)
  SELECT l.school_id, l.id, (SELECT min(id) FROM toets), date '2026-01-01' + n, 20, 1, :begin
  FROM leerling l CROSS JOIN generate_series(1, :resultaten) n WHERE l.las_key IS NULL AND l.school_id % 2 = 1;
INSERT INTO nachtstand (datum, punt, op, scholen, ophalen, versturen, bevestigd, geweigerd, onzeker)
  SELECT :datum, n, CAST(:begin AS timestamptz) + n * interval '3 minutes',
    jsonb_build_object('goed', 25 * n, 'met vraag', n, 'te gaan', 6000 - 26 * n), 6000 - 26 * n, 0, 300 * n, n, 0
  FROM generate_series(1, :punten) n;
ANALYZE school, leerling, koppeling, levering, importbatch, resultaat;
"""  # noqa: E501  # a statement that is read as a table


@pytest.fixture
def nacht(app: Flask, session: Session) -> Nacht:
    """It began so long ago as it has points."""
    make_wereld(session, app.extensions["keyring"])
    begin = database_now(session) - PUNTEN * timedelta(minutes=3)
    nacht = Nacht(datum=begin.date(), begonnen_op=begin, tellingen={})
    session.add(nacht)
    session.flush()
    values = {"scholen": SCHOLEN, "resultaten": RESULTATEN, "punten": PUNTEN, "begin": begin, "datum": nacht.datum}
    for statement in _FILL.split(";\n"):
        if statement.strip():
            session.execute(text(statement), {k: v for k, v in values.items() if f":{k}" in statement})
    session.commit()
    return nacht


def test_the_report_of_a_night_of_6000_schools(app: Flask, session: Session, nacht: Nacht) -> None:
    clerk, address = login(app, session, make_clerk(session)), f"/klantenservice/nacht/{nacht.datum}/"
    sizes, taken = dict[str, int](), dict[str, float]()
    for name in ("", "verloop.csv", "scholen.csv"):
        times = []
        for _ in range(TIMES):
            begin = perf_counter()
            answer = clerk.get(f"{address}{name}")
            times.append((perf_counter() - begin) * 1000)
            assert answer.status_code == 200
        sizes[name], taken[name] = len(answer.data), median(times[1:])
        print(f"\nnight of {SCHOLEN:,}: {name or 'the page':<12}{taken[name]:8.0f} ms{sizes[name] / 1000:8.0f} kB")
    assert taken[""] < MOST_PAGE_MS
    assert sizes[""] < MOST_PAGE_BYTES
    times, moment = [], database_now(session)
    for n in range(TIMES):
        begin = perf_counter()
        nachtverloop.keep_point(session, nacht, _later(moment, n))
        times.append((perf_counter() - begin) * 1000)
    print(f"\nnight of {SCHOLEN:,}: one point   {median(times[1:]):8.0f} ms")
    assert median(times[1:]) < MOST_POINT_MS
    begin = perf_counter()
    wachtend.keep(session, moment)
    taken[""] = (perf_counter() - begin) * 1000
    print(f"\nnight of {SCHOLEN:,}: what waits   {taken['']:8.0f} ms, {wachtend.of_night(nacht)}")
    assert taken[""] < MOST_COUNT_MS


def _later(moment: datetime, n: int) -> datetime:
    return moment + (n + 1) * timedelta(seconds=30)
