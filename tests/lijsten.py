"""A school with so many leerlingen, and every page of it that is a list: for the test of the counts and the bench."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from unittest.mock import patch

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.analyseschool import make_school
from tests.ground.statements import at_statements
from tests.screens import login, post
from tests.services.conftest import aanlevering, pupil
from tests.wereld import Wereld, lock_all
from webapp.accounts import sessions
from webapp.db import db
from webapp.models import Groep, Leerkracht, Leerling, Levering, LeveringStatus, Resultaat
from webapp.models.ids import BatchId
from webapp.models.vastgehouden import ALLES_NIEUW, Vastgehouden, Vorm
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

IN_A_GROEP = 30
NEW = (("Zoë", "Müller"), ("Noud", "Bakker"))
LISTS = {
    f"review, {soort}, {categorie}": f"?soort={soort}&categorie={categorie}"
    for soort in ("groepen", "leerkrachten", "leerlingen")
    for categorie in ("nieuw", "bestaand", "niet")
}


def fill(app: Flask, session: Session, number: int, brin: str = "99XX", years: int = 3) -> tuple[Wereld, FlaskClient]:
    """So many leerlingen with years of results, nearly all delivered; a browser of the beheerder."""
    groups = max(1, -(-number // IN_A_GROEP))
    wereld = make_school(app, session, groups, number // groups, years, brin)
    wereld.koppeling.beslist_op = wereld.koppeling.gestart_op
    lock_all(session)
    school = {"school_id": wereld.school.id}
    groepen = session.scalars(select(Groep).where(Groep.school_id == wereld.school.id).order_by(Groep.id)).all()
    names = [Leerkracht(**school, roepnaam=f"Loes{n}", achternaam="Hartog", groepen=[g]) for n, g in enumerate(groepen)]
    session.add_all(names if number else [])
    results = session.scalars(
        select(Resultaat.id).where(Resultaat.school_id == wereld.school.id).order_by(Resultaat.id)
    ).all()
    sent = {"versie": 1, "bevestigd": 1, "status": LeveringStatus.BEVESTIGD}
    waits = {"versie": 1, "bevestigd": None, "status": LeveringStatus.KLAAR}
    rows = [school | {"resultaat_id": id_} | (sent if n % 10 else waits) for n, id_ in enumerate(results)]
    if rows:
        session.execute(insert(Levering), rows)
    session.commit()
    return wereld, login(app, session, wereld.beheerder)


def take_in(wereld: Wereld, number: int, times: int) -> BatchId | None:
    """The LAS sends everybody, and so many new leerlingen for each time; a tenth of the last are like somebody here."""
    session = wereld.session
    lock_all(session)
    groepen = session.scalars(select(Groep).where(Groep.school_id == wereld.school.id).order_by(Groep.id)).all()
    here = session.scalars(
        select(Leerling)
        .where(Leerling.school_id == wereld.school.id, Leerling.las_key.like("l%"))
        .order_by(Leerling.id)
    ).all()
    known = [pupil(one.las_key, one.roepnaam or "", one.achternaam or "", groep=f"g{one.groep_id}") for one in here]
    new = [
        pupil(f"n{time}-{n}", f"{NEW[time][0]}{n}", NEW[time][1], groep=f"g{groepen[n % len(groepen)].id}")
        for time in range(times)
        for n in range(number)
    ]
    like = [
        Leerling(school_id=wereld.school.id, roepnaam=f"Noor{n}", achternaam=f"Maan{n}") for n in range(number // 10)
    ]
    session.add_all(like if times == 1 else [])
    session.flush()
    asked = [
        pupil(f"v{n}", f"Noora{n}", f"Maan{n}", groep=f"g{groepen[n % len(groepen)].id}") for n in range(number // 10)
    ]
    sent = tuple(uwlr.Groep(f"g{groep.id}", groep.naam, groep.jaargroep or "") for groep in groepen)
    wereld.koppeling.vorm = Vorm(akkoord={ALLES_NIEUW: Vastgehouden(ids=[], redenen=[], aantal=0, van=0)})
    batch = inname.take_in(session, wereld.koppeling, aanlevering(*known, *new, *asked, groepen=sent))
    wereld.koppeling.opgehaald_op = datetime.now(tz=wereld.koppeling.opgehaald_op.tzinfo)  # type: ignore[union-attr]  # it was fetched
    session.commit()
    return batch.id if batch else None


def pages(wereld: Wereld, browser: FlaskClient, number: int) -> dict[str, str]:
    """Every page with a list: an import of so many was made, and as many new ones wait."""
    session = wereld.session
    done = take_in(wereld, number, 1)
    if number and done is not None:
        digest = re.search(r'name="digest" value="([^"]+)"', browser.get(f"/controle/{done}/samenvatting").text)
        assert digest is not None
        post(browser, f"/controle/{done}/importeren", {"digest": digest[1]})
    waits = take_in(wereld, number, 2) if number else None
    toets, groep = wereld.toetsen["VB-RW-5"].id, wereld.groep.id
    found = {
        "overview": "/", "search, a name": "/zoeken?q=jansen", "search, nobody": "/zoeken?q=qqqqq",
        "page of a groep": f"/school/groep/{groep}/", "tests": "/resultaten/",
        "scores": f"/resultaten/{toets}/{groep}/",
        "analysis": "/resultaten/analyse/", "analysis of a groep": f"/resultaten/analyse/{toets}/{groep}/",
        "where results are": "/resultaten/leveringen/", "where all are": "/resultaten/leveringen/?waar=alle",
        "where those of a groep are": f"/resultaten/leveringen/?groep={groep}&waar=alle",
        "trail": "/beheer/logboek/", "koppeling": "/beheer/koppelen/",
        "tidy list": "/beheer/koppelen/opruimlijst",
        "leerkrachten": "/beheer/beheerders/leerkrachten/", "addresses": "/beheer/beheerders/leerkrachten/adressen",
    }  # fmt: skip
    for table in (Leerling, Leerkracht):
        if id_ := session.scalars(
            select(table.id).where(table.school_id == wereld.school.id).order_by(table.id)
        ).first():
            found[f"page of a {table.__tablename__}"] = f"/school/{table.__tablename__}/{id_}/"
    if done is not None and number:
        found |= {"receipt": f"/controle/{done}/klaar", "undo": f"/controle/{done}/terugdraaien"}
    if waits is not None:
        found |= {"review": f"/controle/{waits}/", "summary": f"/controle/{waits}/samenvatting"}
        found |= {name: f"/controle/{waits}/{query}" for name, query in LISTS.items()}
    return found


def statements(browser: FlaskClient, address: str) -> int:
    """How many statements a page takes, beside that somebody was here, which is written once a minute."""
    asked = list[str]()
    with (
        patch.object(sessions, "_SEEN_EVERY", timedelta(days=1)),
        at_statements(db.engine, lambda _, sql: asked.append(sql)),
    ):
        answer = browser.get(address)
    assert answer.status_code == 200, address
    return len(asked)
