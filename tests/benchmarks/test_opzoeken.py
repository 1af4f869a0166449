"""Looking somebody up at a school of 3,000 with three years of nights, and the pages found. For `make bench`."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.benchmarks.generator.names import draw_achternaam, draw_voornaam
from tests.screens import login
from tests.wereld import AFNAME, START, Wereld, lock_all, make_wereld
from webapp.models import BatchStatus, Groep, Importbatch, Importregel, Keuze, Leerkracht, Leerling, Soort, Zekerheid
from webapp.services.geschiedenis import ZONDER

LEERLINGEN, GROEPEN, NACHTEN, REGELS = 3_000, 100, 600, 20
TIMES = 15
MOST_SEARCH, MOST_PAGE = 200, 300


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    """Its nights changed twenty leerlingen each."""
    wereld = make_wereld(session, app.extensions["keyring"])
    lock_all(session)
    rng = Random(1)
    of_school = {"school_id": wereld.school.id}
    groepen = [Groep(**of_school, naam=f"{n}", jaargroep=str(1 + n % 8), las_key=f"g{n}") for n in range(GROEPEN)]
    session.add_all(groepen)
    session.flush()
    children = []
    for n in range(LEERLINGEN):
        voorvoegsel, achternaam = draw_achternaam(rng, "nl")
        name = {"roepnaam": draw_voornaam(rng, "12"[n % 2], "nl"), "voorvoegsel": voorvoegsel, "achternaam": achternaam}
        linked = {"las_key": f"k{n}", "geboortedatum": date(2016, 3, 12), "groep_id": groepen[n % GROEPEN].id}
        children.append({**of_school, **name, **linked})
    session.execute(insert(Leerling), children, execution_options=ZONDER)
    session.add_all(
        Leerkracht(
            **of_school,
            roepnaam="Loes",
            achternaam=draw_achternaam(rng, "nl")[1],
            las_key=f"t{n}",
            groepen=[groepen[n]],
        )
        for n in range(GROEPEN)
    )
    nights = [
        Importbatch(
            **of_school, koppeling_id=wereld.koppeling.id, status=BatchStatus.AUTOMATISCH_VERWERKT,
            schooljaar="2026-2027", vingerafdruk="", opgehaald_op=START + timedelta(days=n),
        )
        for n in range(NACHTEN)
    ]  # fmt: skip
    session.add_all(nights)
    session.flush()
    ids = session.scalars(select(Leerling.id).order_by(Leerling.id)).all()
    certain = {**of_school, "soort": Soort.LEERLING, "matchregel": "eckid", "voorstel": Zekerheid.ZEKER}
    lines = [
        {
            **certain, "batch_id": night.id, "las_key": f"k{place}", "keuze": Keuze.KOPPEL, "doel_id": ids[place],
            "toegepast_id": ids[place],
        }
        for number, night in enumerate(nights)
        for place in ((number * REGELS + n) % LEERLINGEN for n in range(REGELS))
    ]  # fmt: skip
    session.execute(insert(Importregel), lines)
    kind = session.get_one(Leerling, ids[0])
    for n in range(14):
        wereld.resultaat(kind, toets=("VB-RW-5", "VB-BL-5")[n % 2], afname=AFNAME - timedelta(days=n))
    session.commit()
    return wereld


def _measure(browser: FlaskClient, address: str, **headers: str) -> float:
    taken = []
    for _ in range(TIMES):
        begin = perf_counter()
        answer = browser.get(address, headers=headers)
        taken.append((perf_counter() - begin) * 1000)
        assert answer.status_code == 200
    return median(taken[1:])


def test_looking_somebody_up(app: Flask, session: Session, wereld: Wereld) -> None:
    browser = login(app, session, wereld.beheerder)
    for name, asked in {"a name": "jansen", "a slip": "jansne", "two words": "sophie vries", "nobody": "qqqqq"}.items():
        page = _measure(browser, f"/zoeken?q={asked}")
        typing = _measure(browser, f"/zoeken?q={asked}", Accept="application/json")
        print(f"\nlooking up {name:<12}{page:8.0f} ms, while typing{typing:8.0f} ms")
        assert max(page, typing) < MOST_SEARCH
    for table in (Leerling, Leerkracht, Groep):
        id_ = session.scalars(select(table.id).where(table.las_key.is_not(None)).order_by(table.id)).first()
        took = _measure(browser, f"/school/{table.__tablename__}/{id_}/")
        print(f"\nthe page of a {table.__tablename__:<12}{took:8.0f} ms")
        assert took < MOST_PAGE
