"""The database or Redis is away, full or busy while somebody presses a button: nothing is half, the page is true."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from jobs import sweep
from jobs.wacht import Wacht
from sandbox.lokaal.services import throwaway_valkey
from tests.ground.app import CleanClient
from tests.ground.servers import Servers, do_as_owner
from tests.ground.wire import Cut, Wire, running_wire
from tests.screens import login, make_account
from tests.services.conftest import aanlevering, pupil
from tests.wereld import make_wereld
from webapp import create_app, gezondheid
from webapp import db as webapp_db
from webapp.accounts.setup import limiter
from webapp.config import Settings
from webapp.db import db, unit_of_work
from webapp.models import Account, BatchStatus, Besluit, Importbatch, Keuze, Koppeling, Leerling, Mail, MailStatus, Rol
from webapp.queue import Job
from webapp.services.controle import keuzes
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname

AANVRAAG = {"schoolnaam": "De Ark", "brin": "55AA", "contact_naam": "Bo", "contact_email": "bo@ark.example"}


@dataclass
class Site:
    """A school with a review in which every question was answered, and its beheerders."""

    app: Flask
    batch_id: int
    digest: str
    people: tuple[Account, Account]

    def browser(self, who: int = 0) -> FlaskClient:
        with self.app.app_context():
            return login(self.app, db.session(), db.session().merge(self.people[who]))

    def press(self, browser: FlaskClient) -> TestResponse:
        """The button that imports."""
        return browser.post(f"/controle/{self.batch_id}/importeren", data={"digest": self.digest})

    def kept(self) -> tuple[bool, int, int]:
        """Whether the import is done, how many leerlingen there are, and how often it was done."""
        with self.app.app_context():
            session = db.session()
            batch = session.get_one(Importbatch, self.batch_id)
            counts = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Leerling, Besluit)]
            found = batch.status is BatchStatus.VERWERKT, counts[0], counts[1]
            db.session.remove()
            return found


NOTHING, DONE = (False, 0, 0), (True, 2, 1)


@pytest.fixture
def make_site(
    settings: Settings, fresh_database_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Site]]:
    monkeypatch.setattr(limiter, "enabled", False)
    apps: list[Flask] = []

    def make(database_url: str = fresh_database_url, redis_url: str = settings.redis_url) -> Site:
        app = create_app(replace(settings, database_url=database_url, redis_url=redis_url))
        apps.append(app)
        app.test_client_class = CleanClient
        app.config.update(WTF_CSRF_ENABLED=False)
        with app.app_context():
            session = db.session()
            wereld = make_wereld(session, app.extensions["keyring"])
            other = make_account(session, Rol.BEHEERDER, wereld.school, naam="Bram")
            people = wereld.beheerder, other
            batch = inname.take_in(
                session, wereld.koppeling, aanlevering(pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"))
            )
            assert batch is not None
            for regel in batch.regels:
                if regel.keuze is None:
                    keuzes.choose(session, regel.school_id, regel.id, Keuze.NIEUW, door=wereld.beheerder.id)
            site = Site(app, batch.id, summarise(session, batch).digest, people)
            session.commit()
            for person in people:
                session.refresh(person)
                session.expunge(person)
            db.session.remove()
        return site

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()


# ---- Redis ----


@pytest.mark.fault(10)
@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL], ids=["frozen", "gone"])
def test_an_import_is_done_while_redis_is(make_site: Callable[..., Site], number: signal.Signals) -> None:
    with throwaway_valkey() as valkey:
        site = make_site(redis_url=valkey.url())
        browser = site.browser()
        patience = site.app.extensions["redis"].connection_pool.connection_kwargs
        assert patience["socket_timeout"] <= 5
        patience["socket_timeout"] = 0.3
        site.app.extensions["redis"].close()
        with Redis.from_url(valkey.url()) as client:
            pid = int(client.info("server")["process_id"])
        os.kill(pid, number)
        try:
            answer = site.press(browser)
            asked = site.app.test_client().post("/aanvraag/", data=AANVRAAG)
            page = browser.get(answer.location)
        finally:
            os.kill(pid, signal.SIGCONT if number is signal.SIGSTOP else 0)
    assert site.kept() == DONE
    assert (answer.status_code, page.status_code, asked.status_code) == (303, 200, 303)
    assert answer.location.endswith("/klaar")
    with site.app.app_context():
        assert set(db.session().scalars(select(Mail.status))) == {MailStatus.KLAAR}, "they wait for the sweep"


@pytest.mark.fault(12)
def test_a_redis_that_is_full_keeps_nobody_from_asking(make_site: Callable[..., Site]) -> None:
    with throwaway_valkey() as valkey, Redis.from_url(valkey.url()) as client:
        site = make_site(redis_url=valkey.url())
        client.config_set("maxmemory", 1)
        assert site.app.test_client().post("/aanvraag/", data=AANVRAAG).status_code == 303
        with site.app.app_context():
            waiting = db.session().scalar(select(func.count()).select_from(Mail)) or 0
            assert sweep.sweep()[Job.SEND_MAIL] == waiting
            assert len(site.app.extensions["rq_queues"]["mail"]) == 0
            client.config_set("maxmemory", 0)
            sweep.sweep()
            rung = [job.func_name for job in site.app.extensions["rq_queues"]["mail"].jobs]
            assert rung.count(Job.SEND_MAIL) == waiting > 0  # beside them, on a school day, the reminders


# ---- the database ----


@pytest.fixture
def wire(servers: Servers, fresh_database_url: str) -> Iterator[Wire]:
    """It may break on the connection that imports."""
    with running_wire(servers.postgres.sockets / ".s.PGSQL.5432", b"INSERT INTO besluit") as wire:
        yield wire


@pytest.fixture
def over_wire(wire: Wire, fresh_database_url: str, make_site: Callable[..., Site]) -> Site:
    name = make_url(fresh_database_url).database
    return make_site(f"postgresql+psycopg://koppelpunt@127.0.0.1:{wire.port}/{name}?sslmode=disable&gssencmode=disable")


@pytest.mark.fault(13)
def test_a_connection_that_breaks_before_the_commit_has_changed_nothing(over_wire: Site, wire: Wire) -> None:
    browser = over_wire.browser()
    wire.cut = Cut.AT_THE_MARK
    answer = over_wire.press(browser)
    assert (answer.status_code, over_wire.kept()) == (503, NOTHING)
    assert "Er is niets gewijzigd" in answer.text
    assert over_wire.press(browser).location.endswith("/klaar")
    assert over_wire.kept() == DONE


@pytest.mark.fault(14)
@pytest.mark.parametrize("cut", [Cut.BEFORE_COMMIT, Cut.AFTER_COMMIT, Cut.LATE_COMMIT])
def test_a_connection_that_breaks_during_the_commit_is_told_as_it_turned_out(
    over_wire: Site, wire: Wire, cut: Cut
) -> None:
    browser = over_wire.browser()
    wire.cut = cut
    answer = over_wire.press(browser)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    if cut is Cut.BEFORE_COMMIT:
        assert over_wire.kept() == NOTHING
        assert "Er is niets geïmporteerd" in page
        answer = over_wire.press(browser)
    assert answer.location.endswith("/klaar")
    assert over_wire.kept() == DONE


@pytest.mark.fault(14)
def test_where_nobody_can_look_the_page_says_that_it_is_not_known(
    over_wire: Site, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any other button: what it did may be kept, and the page does not say that nothing changed."""
    monkeypatch.setattr("webapp.blueprints.controle.afronden._was_kept", _tells_nothing)
    wire.cut = Cut.AFTER_COMMIT
    answer = over_wire.press(over_wire.browser())
    assert answer.status_code == 503
    assert "niet zeker" in answer.text
    assert "niets gewijzigd" not in answer.text
    assert over_wire.kept() == DONE


def _tells_nothing(_: int, unknown: Exception) -> bool:
    raise unknown


@pytest.mark.fault(16)
def test_a_database_that_takes_nothing_raises_the_alarm_and_keeps_nothing(
    site: Site, settings: Settings, fresh_database_url: str
) -> None:
    """The watch cannot write its row, and a row that grows old is an alarm."""
    here = replace(settings, database_url=fresh_database_url)
    browser, name = site.browser(), make_url(fresh_database_url).database
    with site.app.app_context():
        Wacht().look()
        do_as_owner(fresh_database_url, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        db.engine.dispose()
        answer = site.press(browser)
        assert (answer.status_code, site.kept()) == (503, NOTHING)
        assert "Er is niets gewijzigd" in answer.text
        do_as_owner(
            fresh_database_url, f"UPDATE levensteken SET op = op - interval '{gezondheid.FRESH.total_seconds()} s'"
        )
        with pytest.raises(DBAPIError):
            Wacht().look()
        db.session.remove()
        assert "zwijgt" in (gezondheid.read(here).onderdelen["sweep"] or "")
        do_as_owner(fresh_database_url, f'ALTER DATABASE "{name}" RESET ALL')
        db.engine.dispose()
    assert site.press(browser).location.endswith("/klaar")


@pytest.mark.fault(16)
def test_a_database_without_room_for_a_row_keeps_nothing(site: Site, fresh_database_url: str) -> None:
    """The error is raised where PostgreSQL raises it when it cannot extend a table."""
    do_as_owner(
        fresh_database_url,
        "CREATE FUNCTION full_() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$; "
        "CREATE TRIGGER full_ BEFORE INSERT ON besluit FOR EACH ROW EXECUTE FUNCTION full_()",
    )
    browser = site.browser()
    answer = site.press(browser)
    assert (answer.status_code, site.kept()) == (503, NOTHING)
    assert "Er is niets gewijzigd" in answer.text
    do_as_owner(fresh_database_url, "DROP TRIGGER full_ ON besluit")
    assert site.press(browser).location.endswith("/klaar")


@pytest.mark.fault(17)
def test_who_loses_a_deadlock_is_told_so_and_presses_again(
    site: Site, servers: Servers, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webapp_db, "LOCK_WAIT", timedelta(seconds=60))
    browser, name = site.browser(), make_url(fresh_database_url).database or ""
    with psycopg.connect(servers.postgres.url(name, "postgres")) as other, ThreadPoolExecutor() as pool:
        waits = "SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        other.execute("SET deadlock_timeout = '60s'")  # the web finds it first
        other.execute("SELECT FROM importbatch FOR UPDATE")
        pressed = pool.submit(site.press, browser)
        while not other.execute(waits).rowcount:
            assert not pressed.done()
        other.execute("SELECT FROM koppeling FOR UPDATE")
        answer = pressed.result(timeout=60)
        other.rollback()
    assert (answer.status_code, answer.headers["Retry-After"], site.kept()) == (503, "30", NOTHING)
    assert "Er is niets gewijzigd" in answer.text
    assert site.press(browser).location.endswith("/klaar")
    assert site.kept() == DONE


# ---- pressed more than once ----


@pytest.mark.asvs(12)
@pytest.mark.fault(38)
def test_a_button_that_is_pressed_20_times_at_once_imports_once(
    make_site: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webapp_db, "LOCK_WAIT", timedelta(seconds=60))
    site = make_site()
    browsers = [site.browser() for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(site.press, browsers))
    assert site.kept() == DONE
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, f"/controle/{site.batch_id}/klaar")}


@pytest.mark.fault(37)
def test_of_two_beheerders_who_import_at_once_one_hears_who_was_first(
    make_site: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webapp_db, "LOCK_WAIT", timedelta(seconds=60))
    site = make_site()
    browsers = [site.browser(0), site.browser(1)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(site.press, browsers))
    assert site.kept() == DONE
    pages = [browser.get(f"/controle/{site.batch_id}/klaar").text for browser in browsers]
    assert sum("al overgenomen door" in page for page in pages) == 1


@pytest.mark.fault(36)
def test_a_review_that_a_newer_aanlevering_replaced_imports_nothing(site: Site) -> None:
    browser = site.browser()
    with site.app.app_context(), unit_of_work() as session:
        koppeling = session.scalars(select(Koppeling)).one()
        everybody = (pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"), pupil("k3", "Fien", "Bloem"))
        newer = inname.take_in(session, koppeling, aanlevering(*everybody))
        assert newer is not None
        newer_id = newer.id
    answer = site.press(browser)
    assert (answer.status_code, site.kept()) == (303, NOTHING)
    page = browser.get(answer.location, follow_redirects=True)
    assert f"/controle/{newer_id}" in page.text
    with site.app.app_context():
        chosen = [regel.keuze for regel in db.session().get_one(Importbatch, newer_id).regels]
    assert chosen.count(Keuze.NIEUW) >= 3, "the answers came along"
