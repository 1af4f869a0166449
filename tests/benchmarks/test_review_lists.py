"""The review with 1,000 open lines: how long the server takes for a page, and how large it is. For `make bench`.

The ratio says what a line that is not on the page costs: pages of 1,000 lines against pages of 100, in one run.
"""

from __future__ import annotations

import re
import time
from datetime import date
from statistics import median

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.lijsten import statements
from tests.screens import Koppelweg, make_clerk, post
from tests.services.conftest import aanlevering, pupil
from tests.wereld import lock_all
from webapp.models import Importregel, Keuze, Leerling, Zekerheid
from webapp.services.clock import database_now
from webapp.services.inname import inname

LARGEST = 250_000
SLOWEST = 300
"""Milliseconds."""
TIMES = 15
PAGES = {
    "first page": "",
    "new": "?soort=leerlingen&categorie=nieuw",
    "the tenth page": "?soort=leerlingen&categorie=nieuw&pagina=10",
    "searched": "?soort=leerlingen&categorie=nieuw&q=muller&groep=g5",
    "linked": "?soort=leerlingen&categorie=bestaand",
    "left out": "?soort=leerlingen&categorie=niet",
}


def _review(app: Flask, session: Session, number: int, brin: str) -> tuple[FlaskClient, str]:
    """A browser of a beheerder, and a review of so many lines: a tenth questions, a tenth linked by a person."""
    weg = Koppelweg(app, session, make_clerk(session), brin=brin)
    koppeling = weg.running("De Ark", f"{brin}@ark.example".lower())
    lock_all(session)
    tenth = number // 10
    session.add_all(
        Leerling(
            school_id=koppeling.school_id, roepnaam=f"Noor{n}", achternaam=f"Maan{n}", jaargroep="5",
            geboortedatum=date(2016, 3, 12),
        )
        for n in range(2 * tenth)
    )  # fmt: skip
    session.flush()
    new = [pupil(f"k{n}", f"Zoë{n}", f"Müller{n}") for n in range(number - tenth)]
    asked = [pupil(f"v{n}", f"Noora{n}", f"Maan{n}") for n in range(tenth)]
    batch = inname.take_in(session, koppeling, aanlevering(*new, *asked))
    assert batch is not None
    for line in batch.regels[1 : 1 + tenth]:
        line.keuze = Keuze.NIET
    session.commit()
    return weg.browser(koppeling), f"/controle/{batch.id}/"


@pytest.fixture
def large(app: Flask, session: Session) -> tuple[FlaskClient, str]:
    return _review(app, session, 1_000, "12AB")


@pytest.fixture
def small(app: Flask, session: Session) -> tuple[FlaskClient, str]:
    return _review(app, session, 100, "13AB")


def _measure(browser: FlaskClient, address: str) -> tuple[float, int]:
    """The median of the milliseconds, and the bytes."""
    taken, size = [], 0
    for _ in range(TIMES):
        begin = time.perf_counter()
        answer = browser.get(address)
        taken.append((time.perf_counter() - begin) * 1000)
        assert answer.status_code == 200
        size = len(answer.data)
    return median(taken[1:]), size


def test_a_page_of_the_review(large: tuple[FlaskClient, str], small: tuple[FlaskClient, str], session: Session) -> None:
    assert session.query(Importregel).count() > 1_000
    for name, query in PAGES.items():
        milliseconds, size = _measure(large[0], large[1] + query)
        of_small, _ = _measure(small[0], small[1] + query)
        ratio = milliseconds / of_small
        print(
            f"\nreview of 1,000 lines, {name:<16}{milliseconds:8.0f} ms{size / 1000:8.0f} kB{ratio:8.1f} x of 100 lines"
        )
        assert (size < LARGEST, milliseconds < SLOWEST) == (True, True)


def test_the_summary_and_the_page_after_it(
    large: tuple[FlaskClient, str], small: tuple[FlaskClient, str], session: Session
) -> None:
    """Every question answered, and each answer read back; then all of it imported."""
    lock_all(session)
    for regel in session.scalars(select(Importregel).where(Importregel.voorstel == Zekerheid.TWIJFEL)):
        regel.keuze, regel.doel_id, regel.gekozen_op = Keuze.KOPPEL, regel.kandidaten[0]["id"], database_now(session)
    session.commit()
    for name in ("samenvatting", "klaar"):
        if name == "klaar":
            for browser, address in (large, small):
                digest = re.search(r'name="digest" value="([^"]+)"', browser.get(f"{address}samenvatting").text)
                assert digest is not None
                answer = post(browser, f"{address}importeren", {"digest": digest[1]})
                assert answer.headers["Location"] == f"{address}klaar"
        milliseconds, size = _measure(large[0], large[1] + name)
        asked = [statements(browser, address + name) for browser, address in (large, small)]
        print(
            f"\n{name} of 1,000 lines{milliseconds:8.0f} ms{size / 1000:8.0f} kB, statements of 1,000 and 100: {asked}"
        )
        assert (size < LARGEST, milliseconds < SLOWEST) == (True, True)
        assert asked[0] == asked[1], "the same, however many lines there are"


def test_a_choice_is_saved(large: tuple[FlaskClient, str], session: Session) -> None:
    """What a person waits for before the next question: the answer is written and the next address is known."""
    browser, address = large
    taken = []
    lines = session.scalars(select(Importregel).where(Importregel.kandidaten != []).order_by(Importregel.id)).all()
    for line in lines[:TIMES]:
        form = {"keuze": "koppel", "kandidaat": line.kandidaten[0]["id"], "kaart": "1", "gezien": "open."}
        begin = time.perf_counter()
        answer = post(browser, f"{address}regel/{line.id}/kies", form)
        taken.append((time.perf_counter() - begin) * 1000)
        assert answer.status_code == 303
    print(f"\na choice in a review of 1,000 lines{median(taken[1:]):8.0f} ms")
    assert median(taken[1:]) < 100
