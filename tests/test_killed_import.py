"""The process or the database is killed at every statement of a writer: before or after, never between."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.ground.crawl import LOOKS, fingerprints
from tests.ground.statements import end_connection, struck
from tests.paren import app_for, picture
from tests.schrijvers import SCHRIJVERS, Schrijver
from tests.services.conftest import aanlevering, pupil, teacher
from tests.test_away import Site, make_site  # noqa: F401  # a fixture is found where it is imported
from tests.toneel import Toneel, set_stage
from tests.wereld import lock_all
from webapp.config import Settings
from webapp.db import CommitUnknown, db, unit_of_work
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


def kill_itself(app: Flask, number: int, act: Callable[[], object]) -> bool:
    """Do this in a process of its own, which is killed there: no handler runs and nothing is rolled back by us.

    Tell whether it came so far.
    """
    pid = os.fork()
    if pid == 0:
        try:
            with app.app_context():
                engine = db.engine
            engine.dispose(close=False)
            with struck(engine, number, lambda _: os.kill(os.getpid(), signal.SIGKILL), since=LOCK):
                act()
        finally:
            os._exit(1)
    return os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL


def end_there(app: Flask, number: int, act: Callable[[], object]) -> bool:
    """Do this, while the connection is ended there from its other side; tell whether it came so far."""

    def end(connection: Any) -> None:
        if connection is not None:
            end_connection(connection.connection.driver_connection)

    with app.app_context():
        engine = db.engine
    with struck(engine, number, end, since=LOCK) as has_come:
        act()
    return has_come()


def kill_the_process(site: Site, browser: FlaskClient, number: int) -> None:
    assert kill_itself(site.app, number, lambda: site.press(browser))


def kill_the_database(site: Site, browser: FlaskClient, number: int) -> None:
    answers: list[TestResponse] = []
    end_there(site.app, number, lambda: answers.append(site.press(browser)))
    [answer] = answers
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


NIEUWER = (
    "antwoord terugnemen", "nacht terugnemen", "parkeren terugdraaien", "toch doen", "terugzetten", "samenvoegen",
    "samenvoegen terugdraaien", "klopt niet", "klopt wel", "naam vergeten", "ontkoppelen", "import terugdraaien",
    "nacht van augustus", "nacht die vanzelf toevoegt", "overgaan", "twee leerlingen",
)  # fmt: skip
STRIDE = int(os.environ.get("STRIDE", "40"))
"""Not each of them each time: 1 is every statement, and 2 every other one with each writer killed the other way."""


@pytest.fixture
def writers(settings: Settings, fresh_database_url: str, redis: Redis) -> Iterator[Flask]:
    app = app_for(settings, fresh_database_url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.early
@pytest.mark.fault(13)
def test_what_is_done_afterwards_and_killed_at_any_statement_is_done_or_not(writers: Flask) -> None:
    for nth, name in enumerate(NIEUWER):
        kill = (kill_itself, end_there)[(nth + STRIDE) % 2]
        state, act = SCHRIJVERS[name]
        whole, toneel = set_stage(writers, state), set_stage(writers, state)
        act(whole)

        def do(act: Schrijver = act, toneel: Toneel = toneel) -> None:
            with suppress(OperationalError, CommitUnknown), writers.app_context():
                act(toneel)

        before = marks()
        for number in count(1, STRIDE):
            if not kill(writers, number, do) or marks() != before:
                break
        assert number > 1, name
        with unit_of_work() as session:
            assert picture(session, toneel) == picture(session, whole), f"{name} at statement {number}"


def marks() -> dict[str, str]:
    """A mark of every table, but for who looked at the page after it."""
    found = fingerprints()
    del found[LOOKS]
    db.session.remove()
    return found


def tables(site: Site) -> dict[str, str]:
    with site.app.app_context():
        return marks()


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
