"""A BSN that a LAS sends along ends in the parser: in no row, mail, queue, log or traceback, whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session

from tests.ground.smtp import SmtpSink
from tests.las import Behaviour, reply, running_las
from tests.screens import JAAR, SLEUTEL, Koppelweg, make_clerk
from tests.uwlr.berichten import SCHOOL, antwoord, fault, leerling
from webapp.db import unit_of_work
from webapp.models import Importregel, Leerling
from webapp.services.koppeling import levensloop

BSN, LAATSTE_VIER = "123456782", "6782"
VAN_ONS = SCHOOL.replace("99XX", "12AB").replace("2026-2027", JAAR)
PUPIL = (
    f"<achternaam>Wolkenveld</achternaam><roepnaam>Noor</roepnaam><bsn>{BSN}</bsn>"
    f"<bsn_ondwnr-4>{LAATSTE_VIER}</bsn_ondwnr-4><sofinummer>{BSN}</sofinummer><onderwijsnummer>{BSN}</onderwijsnummer>"
)
ANSWER = antwoord(leerling(PUPIL), school=VAN_ONS)
ANSWERS = {
    "read": reply(ANSWER),
    "cut off": reply(ANSWER[: ANSWER.index(b"</bsn>") + 3]),
    "of another school": reply(ANSWER.replace(b"12AB", b"99VV")),
    "fault that quotes": reply(fault("soap:Server.InterneFout", f"Leerling {BSN}", BSN), 500),
    "page that quotes": reply(BSN.encode(), 500, "text/plain"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_bsn_is_nowhere(
    app: Flask,
    session: Session,
    redis: Redis,
    run_jobs: Callable[[], int],
    smtp: SmtpSink,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    weg = Koppelweg(app, session, make_clerk(session))
    seen = _fetch(weg, ANSWERS[name], run_jobs, redis, monkeypatch)
    session.expire_all()
    rows = _all_rows(session)
    assert (name == "read") == ("Wolkenveld" in rows)  # so that looking there means something
    everywhere = [rows, seen, caplog.text, *(message.as_string() for message in smtp.messages)]
    for text in everywhere:
        assert BSN not in text
        assert SLEUTEL not in text
    assert not any(
        LAATSTE_VIER in str(value) for row in session.scalars(select(Importregel)) for value in vars(row).values()
    )
    assert session.scalars(select(Leerling)).all() == []


def _fetch(
    weg: Koppelweg,
    behave: Behaviour,
    run_jobs: Callable[[], int],
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """Fetch by way of the queue; return all that stood in Redis before and after."""
    koppeling, extensions = weg.running(), weg.app.extensions
    with running_las(behave) as las:
        monkeypatch.setitem(extensions, "settings", replace(extensions["settings"], parnassys_url=las.address))
        with unit_of_work() as session:
            levensloop.ask_fetch(session, koppeling.id, door=weg.klantenservice.id)
        before = _all_of_redis(redis)
        assert run_jobs() > 0
        assert len(las.requests) == 1
    return before + _all_of_redis(redis)


def _all_of_redis(redis: Redis) -> str:
    return repr([redis.dump(key) for key in redis.keys("*")])


def _all_rows(session: Session) -> str:
    tables = MetaData()
    tables.reflect(session.connection())
    return repr([row for table in tables.sorted_tables for row in session.execute(select(table))])
