"""The web process or the database is killed at every statement of an import: before or after, never between."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.ground.crawl import LOOKS, fingerprints
from tests.ground.statements import end_connection, struck
from tests.services.conftest import aanlevering, pupil, teacher
from tests.test_away import Site, make_site  # noqa: F401  # a fixture is found where it is imported
from tests.wereld import lock_all
from webapp.db import db, unit_of_work
from webapp.models import BatchStatus, Besluit, Importbatch, Keuze, Koppeling, Leerling, Mail, MailSoort
from webapp.services.controle import keuzes
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

LOCK = "UPDATE school"
"""With this an import begins."""


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:  # noqa: F811  # the fixture
    """A review with what is new, a link that a person made, and a question that waits."""
    site = make_site()
    with site.app.app_context(), unit_of_work() as session:
        koppeling = session.scalars(select(Koppeling)).one()
        lock_all(session)
        for roepnaam, achternaam in (("Noor", "Maan"), ("Elin", "Kuiper")):
            session.add(
                Leerling(
                    school_id=koppeling.school_id, roepnaam=roepnaam, achternaam=achternaam, jaargroep="5",
                    geboortedatum=date(2016, 3, 12),
                )
            )  # fmt: skip
        session.flush()
        came = (pupil("k1", "Noora", "Maan"), pupil("k2", "Elien", "Kuiper"), pupil("k3", "Bo", "Berk"))
        groepen = (uwlr.Groep("g5", "Groep 5", "5"),)
        leerkrachten = (teacher("t1", "Loes", "Hartog", "loes@regenboog.example", groepen=("g5",)),)
        batch = inname.take_in(session, koppeling, aanlevering(*came, groepen=groepen, leerkrachten=leerkrachten))
        assert batch is not None
        for regel in batch.regels:
            if regel.roepnaam == "Noora":
                id_ = regel.kandidaten[0]["id"]
                keuzes.link(session, regel.school_id, regel.id, id_, door=site.people[0].id)
            elif regel.keuze is None and regel.roepnaam != "Elien":
                keuzes.choose(session, regel.school_id, regel.id, Keuze.NIEUW, door=site.people[0].id)
        site.batch_id, site.digest = batch.id, summarise(session, batch).digest
    return site


def kill_the_process(site: Site, browser: FlaskClient, number: int) -> None:
    """Press in a process of its own, which is killed there: no handler runs and nothing is rolled back by us."""
    pid = os.fork()
    if pid == 0:
        try:
            with site.app.app_context():
                engine = db.engine
            engine.dispose(close=False)
            with struck(engine, number, lambda _: os.kill(os.getpid(), signal.SIGKILL), since=LOCK):
                site.press(browser)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL


def kill_the_database(site: Site, browser: FlaskClient, number: int) -> None:
    """Press, while the connection is ended there from its other side."""

    def end(connection: Any) -> None:
        if connection is not None:
            end_connection(connection.connection.driver_connection)

    with site.app.app_context():
        engine = db.engine
    with struck(engine, number, end, since=LOCK):
        answer = site.press(browser)
    page = answer.text if answer.status_code == 503 else browser.get(answer.location).text
    assert "Er is niets gewijzigd" in page or "Er is niets geïmporteerd" in page or answer.location.endswith("/klaar")


@pytest.mark.fault(13)
@pytest.mark.parametrize("press", [kill_the_process, kill_the_database])
def test_an_import_that_is_killed_at_any_statement_is_done_or_not(
    site: Site, press: Callable[[Site, FlaskClient, int], None]
) -> None:
    browser = site.browser()
    before = tables(site)
    for number in count(1):
        press(site, browser, number)
        if tables(site) != before:
            break
    assert number > 20
    assert done(site) == (BatchStatus.VERWERKT, 1, 1, len(site.people), {"Noora": "k1", "Elin": None, "Bo": "k3"})
    assert site.press(browser).location.endswith("/klaar")
    assert done(site)[1] == 1


def tables(site: Site) -> dict[str, str]:
    """A mark of every table, but for who looked at the page after it."""
    with site.app.app_context():
        found = fingerprints()
        del found[LOOKS]
        db.session.remove()
    return found


def done(site: Site) -> tuple[BatchStatus, int, int, int, dict[str | None, str | None]]:
    """What became of the aanlevering, how many imports, follow-ups and receipts, and who has which number."""
    with site.app.app_context():
        session = db.session()
        queries = (
            select(func.count()).select_from(Besluit),
            select(func.count()).where(Importbatch.vervolg_van_id == site.batch_id),
            select(func.count()).where(Mail.soort == MailSoort.ONTVANGST),
        )
        imports, follow_ups, receipts = (session.scalar(query) or 0 for query in queries)
        status = session.get_one(Importbatch, site.batch_id).status
        numbers = dict(session.execute(select(Leerling.roepnaam, Leerling.las_key)).all())
        db.session.remove()
    return status, imports, follow_ups, receipts, numbers
