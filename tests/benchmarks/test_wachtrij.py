"""The queue of klantenservice with 400 cases and 6,000 schools: a page, a search in it, a case. For `make bench`."""

from __future__ import annotations

from collections import Counter
from statistics import median
from time import perf_counter, process_time

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.screens import login, make_clerk
from tests.volle_rij import fill_queue
from tests.wereld import make_wereld
from webapp.services.overzicht import wachtrij

TIMES = 9
MOST_MS, MOST_BYTES = 300, 200_000


@pytest.fixture
def klaar(app: Flask, session: Session) -> Session:
    """All of the queue."""
    make_wereld(session, app.extensions["keyring"])
    fill_queue(session)
    return session


def test_the_queue_with_400_cases(app: Flask, klaar: Session) -> None:
    waits = wachtrij.waiting(klaar)
    print(f"\n{len(waits)} cases: {dict(Counter(row.soort.value for row in waits))}")
    assert len(waits) >= 400
    clerk = login(app, klaar, make_clerk(klaar))
    one = next(row for row in waits if row.is_gebundeld)
    took, sizes = dict[str, float](), dict[str, int]()
    for name, address in {
        "the first page": "",
        "the last page": "?pagina=99",
        "approval": "?soort=goedkeuren",
        "a search": "?q=zwolle",
        "a search outside it": "?q=kring+5999",
        "everything by a place": "zoeken/?q=zwolle",
        "everything by a name": "zoeken/?q=anja",
        "a case of many schools": f"zaak/?sleutel={one.sleutel}",
    }.items():
        times, own, size = [], [], 0
        for _ in range(TIMES):
            begin, busy = perf_counter(), process_time()
            answer = clerk.get(f"/klantenservice/{address}")
            times.append((perf_counter() - begin) * 1000)
            own.append((process_time() - busy) * 1000)
            size = len(answer.data)
            assert answer.status_code == 200
        took[name], sizes[name] = median(times[1:]), size
        print(
            f"queue of {len(waits)}: {name:<24}{took[name]:8.0f} ms ({median(own[1:]):.0f} busy){size / 1000:8.0f} kB"
        )
    assert {name: ms for name, ms in took.items() if ms >= MOST_MS} == {}
    assert max(sizes.values()) < MOST_BYTES
