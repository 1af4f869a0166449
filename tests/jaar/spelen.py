"""Some schools in one process, on a database of their own with a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from unittest.mock import patch

from flask import Flask

from jobs import herinneren, ophalen, versturen
from tests.jaar.kalender import LAATSTE, dagen
from tests.jaar.klok import Klok
from tests.jaar.school import School, Uitslag
from webapp import create_app
from webapp.config import AMSTERDAM, Omgeving, Settings
from webapp.db import db, unit_of_work
from webapp.muur import ALLE_SCHOLEN, alle_scholen
from webapp.services import nachten
from webapp.services.clock import database_now
from webapp.services.controle import herinneren as herinneringen

_WHOLE = 10
"""One school in so many plays every night, also when nothing changed."""
_MONDAY = 0


@dataclass(frozen=True)
class Opdracht:
    """Which schools to play, and where."""

    database_url: str
    redis_url: str
    nummers: tuple[int, ...]
    seed: int
    traps: bool
    agreed: bool


def play(opdracht: Opdracht) -> list[Uitslag]:
    """Play these schools for a year."""
    settings = Settings(
        omgeving=Omgeving.SANDBOX, public_url="http://localhost", database_url=opdracht.database_url,
        redis_url=opdracht.redis_url, secret_keys=("x" * 32,), password_salt="x",
        encryption_keys=("1:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",),
        parnassys_url="http://127.0.0.1:9/", klantcode="x", mail_host="127.0.0.1",
    )  # fmt: skip
    klok = Klok(opdracht.database_url)
    app = create_app(settings, is_worker=True)
    db.session.session_factory.configure(info={"school": ALLE_SCHOLEN})
    with app.app_context():
        schools = [
            School(app, nr, opdracht.seed, traps=opdracht.traps, agreed=opdracht.agreed, whole=plays_every_night(nr))
            for nr in opdracht.nummers
        ]
        play_days(app, klok, schools)
        found = [school.end() for school in schools]
        db.session.remove()
        db.engine.dispose()
    klok.close()
    return found


def plays_every_night(nr: int) -> bool:
    """One in ten; odd and even numbers in turn, so that each process has its share (9, 18, 29, 38)."""
    return nr % _WHOLE == _WHOLE - 1 - nr // _WHOLE % 2


def play_days(app: Flask, klok: Klok, schools: Sequence[School], until: date = LAATSTE) -> None:
    """All of them day after day, as one installation would meet them."""
    for day in dagen(until):
        if day.weekday() == _MONDAY:
            klok.tend()
        midnight = datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM)
        klok.set(midnight + timedelta(hours=app.extensions["settings"].nacht_begin_uur, minutes=5))
        with alle_scholen(), unit_of_work() as session:
            nachten.begin(session, database_now(session), app.extensions["settings"])
        for school in schools:
            with asking(school):
                school.night(day)
        klok.set(midnight + timedelta(hours=10))
        with alle_scholen(), unit_of_work() as session:
            waiting = herinneringen.due(session)
        for batch_id in waiting:
            herinneren.remind(batch_id)
        for school in schools:
            with asking(school):
                school.morning(day)


@contextmanager
def asking(school: School) -> Iterator[None]:
    """Let the jobs ask the played LAS of this school."""
    with (
        patch.object(ophalen, "client_for", lambda *_: school),
        patch.object(versturen, "client_for", lambda *_: school),
    ):
        yield
