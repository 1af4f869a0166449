"""Trouble of a LAS: it is left alone after few requests, nobody is blamed or mailed, and it all goes on by itself."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from jobs import ophalen, peiling, versturen
from tests.jobs.environment import environ_of
from tests.jobs.killed import IN_THE_PROBE
from tests.las import Administratie, Behaviour, hang_up, reply, running_las
from tests.uwlr.berichten import envelope
from tests.wereld import START, make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db, unit_of_work
from webapp.models import (
    Audit,
    Bezorging,
    Daad,
    Koppeling,
    LasType,
    Levering,
    LeveringStatus,
    Mail,
    Resultaat,
    Zekering,
)
from webapp.models.fout import Fout, Foutcode
from webapp.models.ids import KoppelingId, ZekeringId
from webapp.services import zekering
from webapp.services.ophalen import beurt as ophaalbeurt
from webapp.services.ophalen import peiling as peilbeurt
from webapp.services.overzicht import feiten, wachtrij
from webapp.services.overzicht.einde import Aan, Einde
from webapp.services.overzicht.wachtend import Wachtreden
from webapp.services.versturen import beurt as zendbeurt
from webapp.uwlr.codes import FaultCode, Owner, Reden

PROJECT = Path(__file__).resolve().parents[2]
WORKERS = 6
YESTERDAY = datetime(2026, 11, 25, 2, tzinfo=UTC)
UNCHANGED = (PROJECT / "tests/uwlr/samples/geenwijzigingen-leeg.xml").read_bytes()
NOTHING = (PROJECT / "tests/uwlr/samples/geengegevens-leeg.xml").read_bytes()


def fault(code: str) -> Behaviour:
    body = f"<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>nee</faultstring></soap:Fault>"
    return reply(envelope(body), 500)


def _bezorging(resultaat: Resultaat) -> Bezorging:
    number = resultaat.leerling.las_key
    return Bezorging(
        sleutel=resultaat.sleutel,
        school_id=resultaat.school_id,
        resultaat_id=resultaat.id,
        leerlingid=number,
        las_key=number,
        versie=1,
        bevestigd_op=YESTERDAY,
    )


@dataclass
class Land:
    """Many schools at one LAS that fails all of them while `trouble` is set, and workers that do all that is due."""

    app: Flask
    settings: Settings
    trouble: Behaviour | None = None
    boek: Administratie = field(default_factory=Administratie)
    vragen: int = 0
    resultaten: int = 0
    address: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, wire: socket.socket, request: bytes) -> None:
        is_push = request.startswith(b"POST /leerresultaten")
        with self._lock:
            self.vragen, self.resultaten = self.vragen + (not is_push), self.resultaten + is_push
        if self.trouble is not None:
            self.trouble(wire, request)
        elif is_push:
            self.boek(wire, request)
        else:
            reply(UNCHANGED)(wire, request)

    @property
    def requests(self) -> int:
        return self.vragen + self.resultaten

    def fill(self, schools: int, *, results: int = 0, confirmed: int = 0) -> None:
        """Schools that worked before; some have results that were confirmed, some results to send."""
        with unit_of_work() as session:
            for number in range(schools):
                wereld = make_wereld(session, self.app.extensions["keyring"], brin=f"{number:02}ZZ")
                wereld.koppeling.gewerkt_op, wereld.koppeling.ophalen_op = YESTERDAY, START
                ids = wereld.genormeerd(results + confirmed)
                session.flush()
                for resultaat_id in ids[:confirmed]:
                    levering = wereld.breng(resultaat_id, LeveringStatus.BEVESTIGD)
                    levering.bevestigd = 1
                    session.add(_bezorging(levering.resultaat))

    def work(self) -> None:
        """Let the workers do what is due, round after round, until nothing is."""
        while found := self._due():
            todo = iter(found)
            threads = [threading.Thread(target=self._worker, args=(todo,)) for _ in range(WORKERS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def _due(self) -> list[tuple[Callable[..., None], int]]:
        with unit_of_work() as session:
            return [
                *((ophalen.fetch_leerlinggegevens, id_) for id_ in ophaalbeurt.due(session)),
                *((versturen.push_resultaten, id_) for id_ in zendbeurt.due(session)),
                *((peiling.probe_las, id_) for id_ in peilbeurt.due(session)),
            ]

    def _worker(self, todo: Iterator[tuple[Callable[..., None], int]]) -> None:
        while True:
            with self._lock:
                job, row_id = next(todo, (None, 0))
            if job is None:
                return
            with self.app.app_context():
                job(row_id)

    def later(self, **values: timedelta) -> None:
        """As if these moments were so much earlier."""
        with unit_of_work() as session:
            for name, ago in values.items():
                for table in (Koppeling, Zekering):
                    if hasattr(table, name):
                        session.execute(update(table).values({name: getattr(table, name) - ago}))

    def state(self) -> tuple[int, int, int]:
        """How many schools are stopped or blamed, how many mails there are, how many breakers are open."""
        with unit_of_work() as session:
            fetch = Koppeling.fout_code.is_not(None), Koppeling.fout_eigenaar.is_distinct_from(Owner.NIEMAND)
            send = Koppeling.zend_fout_code.is_not(None), Koppeling.zend_fout_eigenaar.is_distinct_from(Owner.NIEMAND)
            blamed = session.scalar(select(func.count()).where(or_(and_(*fetch), and_(*send))))
            mails = session.scalar(select(func.count()).select_from(Mail))
            open_ = session.scalar(select(func.count()).where(Zekering.open_sinds.is_not(None)))
            return blamed or 0, mails or 0, open_ or 0


@pytest.fixture
def land(fresh_database_url: str, settings: Settings) -> Iterator[Land]:
    found = Land.__new__(Land)
    with running_las(lambda wire, request: found(wire, request)) as las:
        here = replace(settings, database_url=fresh_database_url, parnassys_url=las.address)
        app = create_app(here, is_worker=True)
        found.__init__(app, here, address=las.address)  # type: ignore[misc]  # made anew in the same place
        with app.app_context():
            yield found
            db.session.remove()
            db.engine.dispose()


TROUBLES = {
    "authorisation": fault("Client.AutorisatieOngeldig"),
    "a database away, by a library": fault("Client.OngeldigBericht"),
    "our name": fault("Client.OngeldigeKlantIdentificatie"),
    "down": hang_up,
    "no access": reply(b"", 403),
    "nothing for any school": reply(NOTHING),
}


@pytest.mark.fault(22)
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_a_las_that_fails_costs_few_requests_and_all_goes_on_by_itself(land: Land, trouble: Behaviour) -> None:
    schools = 12
    land.fill(schools)
    land.trouble = trouble
    land.work()
    assert land.requests <= zekering.SCHOOLS + WORKERS
    assert land.state() == (0, 0, 1)
    with unit_of_work() as session:
        [line] = wachtrij.waiting(session)
        assert (line.reden, line.number) == (Wachtreden.LAS_GEPAUZEERD, schools)
        school_id = session.scalars(select(Koppeling.school_id).order_by(Koppeling.id).limit(1)).one()
        assert school_id is not None
        ergste = feiten.of_school(session, school_id, land.app.extensions["settings"]).ergste
        assert ergste is not None
        assert (ergste.einde, ergste.aan) == (Einde.LAS_GEPAUZEERD, Aan.LAS)
    before = land.requests
    land.later(peiling_op=timedelta(minutes=4))
    land.work()
    assert land.requests == before, "not before five minutes"
    land.later(peiling_op=timedelta(minutes=1))
    land.work()
    assert (land.requests, land.state()) == (before + 1, (0, 0, 1)), "one school asks, and the LAS still fails"
    land.trouble = None
    land.later(peiling_op=timedelta(minutes=5))
    land.work()
    assert land.state() == (0, 0, 0)
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).where(Koppeling.opgehaald_op > YESTERDAY)) == schools
        assert session.scalar(select(func.count()).where(Koppeling.fout_code.is_not(None))) == 0
        daden = session.scalars(select(Audit.actie).where(Audit.school_id.is_(None)).order_by(Audit.id)).all()
    assert daden == [Daad.LAS_GEPAUZEERD, Daad.LAS_HERVAT]


@pytest.mark.parametrize("fetches", [True, False], ids=["fetching and sending", "sending"])
@pytest.mark.parametrize("confirmed", [0, 1], ids=["nothing confirmed yet", "with controls"])
def test_60_schools_that_fetch_and_send_cost_40_requests_at_most(land: Land, confirmed: int, fetches: bool) -> None:
    land.fill(60, results=4, confirmed=confirmed)
    if not fetches:
        with unit_of_work() as session:
            session.execute(update(Koppeling).values(ophalen_op=None))
    land.trouble = fault("Client.OngeldigBericht")
    for _ in range(3):
        land.work()
        land.later(ophalen_op=timedelta(hours=1), zenden_op=timedelta(hours=1), niet_voor=timedelta(hours=1))
    assert land.requests <= zekering.MOST_REQUESTS, (land.vragen, land.resultaten)
    assert land.state() == (0, 0, 1)
    with unit_of_work() as session:
        assert LeveringStatus.GEWEIGERD not in session.scalars(select(Levering.status))
    land.trouble = None
    land.later(peiling_op=timedelta(minutes=5))
    land.work()
    assert land.state() == (0, 0, 0)
    with unit_of_work() as session:
        assert set(session.scalars(select(Levering.status))) == {LeveringStatus.BEVESTIGD}


def test_a_probe_that_dies_is_asked_again_by_one_worker(land: Land) -> None:
    land.fill(6)
    land.trouble = hang_up
    land.work()
    land.trouble, before = None, land.requests
    land.later(peiling_op=timedelta(minutes=5))
    with unit_of_work() as session:
        [zekering_id] = map(ZekeringId, peilbeurt.due(session))
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.killed", str(zekering_id), IN_THE_PROBE],
        cwd=PROJECT,
        env={**os.environ, **environ_of(land.app.extensions["settings"])},
    )
    assert worker.wait(timeout=180) == -signal.SIGKILL
    assert (land.requests, land.state()) == (before + 1, (0, 0, 1)), "killed with a good answer in its hands"
    land.work()
    assert land.requests == before + 1, "the claim of the dead worker still holds"
    land.later(peiling_claim_tot=timedelta(minutes=2))
    with unit_of_work() as session:
        keyring = land.app.extensions["keyring"]
        first = peilbeurt.claim(session, zekering_id, settings=land.app.extensions["settings"], keyring=keyring)
        assert peilbeurt.claim(session, zekering_id, settings=land.app.extensions["settings"], keyring=keyring) is None
        assert first is not None
    with unit_of_work() as session:
        peilbeurt.succeeded(session, replace(first, claim="00000000-0000-0000-0000-000000000001"))
    assert land.state() == (0, 0, 1), "whoever lost the claim closes nothing"
    land.later(peiling_claim_tot=timedelta(minutes=2))
    land.work()
    assert land.state() == (0, 0, 0)


def test_schools_that_such_trouble_stopped_earlier_start_again_and_others_wait(land: Land) -> None:
    land.fill(8)
    stopped = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    with unit_of_work() as session:
        worked, never = session.scalars(select(Koppeling).order_by(Koppeling.id).limit(2))
        for koppeling in (worked, never):
            koppeling.fout, koppeling.ophalen_op, koppeling.ophalen_twijfel = stopped, None, YESTERDAY
        never.gewerkt_op = None
        ids = worked.id, never.id
    land.trouble = fault("Client.AutorisatieOngeldig")
    land.work()
    land.trouble = None
    land.later(peiling_op=timedelta(minutes=5))
    land.work()
    with unit_of_work() as session:
        faults = [session.get_one(Koppeling, id_).fout for id_ in ids]
    assert faults == [None, stopped]


def only_for(brins: set[bytes], trouble: Behaviour) -> Behaviour:
    """Some schools have a trouble of their own; the LAS answers all others."""

    def answer(wire: socket.socket, request: bytes) -> None:
        is_theirs = any(brin in request for brin in brins)
        (trouble if is_theirs else reply(UNCHANGED))(wire, request)

    return answer


@pytest.mark.parametrize("own", ["authorisation", "down", "no access"])
def test_trouble_that_five_schools_have_of_their_own_stops_the_others_once_at_most(land: Land, own: str) -> None:
    """As when a board of six schools went to another LAS: a probe that is good shows that the LAS is not to blame."""
    land.fill(8)
    land.trouble = only_for({f"{number:02}ZZ".encode() for number in range(5)}, TROUBLES[own])
    land.work()
    assert land.state() == (0, 0, 1)
    land.later(peiling_op=timedelta(minutes=5))
    land.work()
    for _ in range(3):
        assert land.state()[2] == 0, "they were asked again, and fail as before: that is nothing new"
        land.later(ophalen_op=timedelta(hours=1))
        land.work()


def test_doubt_about_a_school_that_began_long_before_the_trouble_outlives_it(land: Land) -> None:
    """A LAS that is away for a while every night would else keep a dead key alive for ever."""
    land.fill(8)
    dead = {b"00ZZ"}
    land.trouble = only_for(dead, fault("Client.AutorisatieOngeldig"))
    land.work()
    land.later(ophalen_twijfel=timedelta(hours=30), ophalen_op=timedelta(hours=1))
    with unit_of_work() as session:
        session.execute(update(Koppeling).values(ophalen_op=START))
    land.trouble = hang_up
    land.work()
    assert land.state() == (0, 0, 1)
    land.trouble = only_for(dead, fault("Client.AutorisatieOngeldig"))
    land.later(peiling_op=timedelta(minutes=5))
    land.work()
    with unit_of_work() as session:
        blamed = session.scalars(select(Koppeling.brin).where(Koppeling.fout_eigenaar == Owner.SCHOOL)).all()
    assert blamed == ["00ZZ"]


def test_a_school_whose_probe_breaks_leaves_the_next_one_to_another(land: Land) -> None:
    land.fill(6)
    land.trouble = hang_up
    land.work()
    land.trouble = None
    with unit_of_work() as session:
        session.execute(update(Koppeling).values(gewerkt_op=YESTERDAY - timedelta(days=1)))
        first = session.scalars(select(Koppeling).order_by(Koppeling.id).limit(1)).one()
        first.gewerkt_op, first.sleutel = YESTERDAY, b"a key that nobody can decrypt"
    for _ in range(2):
        land.later(peiling_op=timedelta(minutes=5))
        land.work()
    assert land.state()[2] == 0


def test_more_workers_than_40_wait_for_the_first_answers(session: Session) -> None:
    asked = [zekering.may_ask(session, LasType.PARNASSYS) for _ in range(45)]
    assert asked == [True] * 40 + [False] * 5
    zekering.good(session, LasType.PARNASSYS, KoppelingId(1))
    assert zekering.may_ask(session, LasType.PARNASSYS)


def test_requests_that_never_came_back_close_nobody_out_for_ever(session: Session) -> None:
    """As when 40 workers were killed."""
    assert all(zekering.may_ask(session, LasType.PARNASSYS) for _ in range(40))
    session.execute(update(Zekering).values(verzoeken_sinds=func.now() - timedelta(minutes=6)))
    assert not zekering.may_ask(session, LasType.PARNASSYS)
    found = zekering.of_las(session, LasType.PARNASSYS)
    assert found is not None
    assert found.peiling_op is not None


A, U, S = FaultCode.AUTORISATIE_ONGELDIG, Reden.GEEN_VERBINDING, FaultCode.ONGELDIG_BERICHT


@pytest.mark.parametrize(
    ("outcomes", "opens"),
    [
        ([(n, A) for n in range(5)], True),
        ([(n, A) for n in range(4)], False),
        ([(1, A)] * 20, False),
        ([(n, None) for n in range(15)] + [(n, A) for n in range(5)], True),
        ([(n, A if n % 4 == 0 else None) for n in range(20)], True),
        ([(n, A if n % 5 == 0 else None) for n in range(20)], False),
        ([(n, A if n % 2 else U) for n in range(8)], False),
        ([(n, S if n % 2 else U) for n in range(5)], True),
    ],
)
def test_five_schools_with_the_same_trouble_open_it(outcomes: list[tuple[int, Foutcode | None]], opens: bool) -> None:
    stored = [(school, None if code is None else str(code)) for school, code in outcomes]
    assert any(zekering.is_widespread(stored, code) for _, code in outcomes if code is not None) is opens
