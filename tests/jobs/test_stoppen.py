"""A job that is asked to stop ends at its next safe line: none is killed, and nothing becomes unsure."""

from __future__ import annotations

import socket
from dataclasses import replace
from threading import Event

import psutil
import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs import stoppen
from jobs.ophalen import fetch_leerlinggegevens
from jobs.versturen import push_resultaten
from tests.deploy.units import Stopping
from tests.jobs.opstelling import Opstelling, horses, until
from tests.jobs.test_ophalen_getrapt import VAN_ONS
from tests.las import Administratie, Ontvangen, running_las
from tests.screens import Koppelweg, make_clerk
from tests.uwlr.berichten import SCHOOL
from tests.uwlr.test_getrapt import StagedLas
from tests.wereld import make_wereld
from webapp.config import Settings
from webapp.db import unit_of_work
from webapp.models import Levering, LeveringStatus
from webapp.queue import Job
from webapp.services.koppeling import levensloop
from webapp.uwlr.profiles import PROFILES
from webapp.uwlr.profiles.uwlr import PROFILE as STAGED


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Whether this process was asked to stop, which is over after the test."""
    monkeypatch.setattr(stoppen, "_asked", Event())
    return stoppen._asked


def rung(app: Flask, job: Job) -> int:
    return sum(each.func_name == str(job) for each in app.extensions["rq_queues"][job.queue].get_jobs())


def test_sending_stops_between_two_messages_and_the_next_job_goes_on(
    session: Session, app: Flask, settings: Settings, redis: Redis, asked: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.genormeerd(3)
    monkeypatch.setitem(PROFILES, "parnassys", replace(PROFILES["parnassys"], max_resultaten=1))
    las = Administratie()
    las.answer = lambda bericht: asked.set() if bericht.nummer == 0 else None
    with running_las(las) as server:
        monkeypatch.setitem(app.extensions, "settings", replace(settings, parnassys_url=server.address))
        push_resultaten(wereld.koppeling.id)
        assert (len(las.boek), wereld.koppeling.zenden_claim) == (1, None)
        assert rung(app, Job.PUSH_RESULTATEN) == 1
        asked.clear()
        push_resultaten(wereld.koppeling.id)
    assert (len(las.boek), len(las.berichten)) == (3, 3)
    assert wereld.statussen() == ["bevestigd"] * 3


def test_a_fetch_stops_between_two_questions_and_the_next_job_asks_anew(
    session: Session, app: Flask, settings: Settings, redis: Redis, asked: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    koppeling = Koppelweg(app, session, make_clerk(session)).running()
    levensloop.fetch_now(session, koppeling)
    session.commit()
    before = koppeling.ophalen_op, koppeling.ophalen_pogingen
    monkeypatch.setitem(PROFILES, "parnassys", replace(PROFILES["parnassys"], staged=STAGED.staged))
    monkeypatch.setattr("jobs.ophalen.beurt.uitzonderingen.groep_keys", lambda *_: ["g6"])
    staged, last = StagedLas(), [b"structuur_verzoek", b"leerlingen_verzoek"]
    staged.answers = {name: data.replace(SCHOOL.encode(), VAN_ONS) for name, data in staged.answers.items()}

    def behave(wire: socket.socket, request: bytes) -> None:
        if last[0] in request:
            asked.set()
        staged(wire, request)

    with running_las(behave) as las:
        monkeypatch.setitem(app.extensions, "settings", replace(settings, parnassys_url=las.address))
        while last:
            fetch_leerlinggegevens(koppeling.id)
            session.expire_all()
            assert last.pop(0) in las.requests[-1]
            assert (koppeling.ophalen_op, koppeling.ophalen_pogingen) == before
            assert (koppeling.ophalen_claim, koppeling.fout) == (None, None)
            asked.clear()
    assert rung(app, Job.FETCH_LEERLINGGEGEVENS) == 2, "once for each stop"


@pytest.mark.fault(8)
def test_a_message_is_confirmed_when_the_whole_group_is_signalled_and_the_parent_does_so_again(
    opstelling: Opstelling,
) -> None:
    opstelling.fill(3)
    opstelling.ring_for_results()
    go_on = Event()

    def answer(bericht: Ontvangen) -> None:
        go_on.wait(60)

    opstelling.las.answer = answer
    with opstelling.rq_worker(aantal=2) as parent:
        assert opstelling.las.bezig.acquire(timeout=120)
        busy_and_idle = horses(parent)
        parent.suspend()  # on a busy machine it may come late to its signal; RQ takes two within a second for one
        stopping = Stopping("koppelpunt-werker.service", parent, "control-group")
        with pytest.raises(psutil.TimeoutExpired):
            parent.wait(timeout=1.1)
        parent.resume()
        until(lambda: sum(each.is_running() for each in busy_and_idle) == 1, "the idle one ended")
        go_on.set()
        assert stopping.wait(), "nobody had to be killed"
    assert (opstelling.undelivered(), opstelling.wrong(), len(opstelling.las.berichten)) == (0, 0, 1)
    with unit_of_work() as session:
        assert set(session.scalars(select(Levering.status))) == {LeveringStatus.BEVESTIGD}
