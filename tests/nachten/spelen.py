"""One installation for years: every day its clock is set to some moments, and what is due then is done."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import func, make_url, select

from jobs import mails, ophalen, peiling, sweep, versturen
from tests.jaar.kalender import EERSTE, dagen
from tests.jaar.klok import Klok
from tests.nachten import weer
from tests.nachten.las import WorkerDied
from tests.nachten.school import Nachtschool
from tests.nachten.weer import Storing
from webapp import create_app, queue
from webapp.config import AMSTERDAM, Omgeving, Settings
from webapp.db import db, unit_of_work
from webapp.models import Nacht
from webapp.muur import ALLE_SCHOLEN, alle_scholen
from webapp.queue import Job

_ROUNDS = 12
"""So many rounds of the sweep one moment gets at most; what is due after them waits for the next moment."""
_AT_NIGHT, _BY_DAY = 1 / 12, 9.0
"""Hours after the window opens; by day on Mondays only."""
_IN_TROUBLE = (0.6, 1.1, 2.1, 3.0, _BY_DAY)
"""More of them around a day with trouble, and when the clock changes: the hour comes twice or not at all."""
_MONDAY = 0


@dataclass(frozen=True)
class Opdracht:
    """Which schools to play for how long, and where."""

    database_url: str
    maintenance_url: str
    redis_url: str
    nummers: tuple[int, ...]
    seed: int
    last: date


@dataclass
class Uitslag:
    """What years did to an installation."""

    nachten: int = 0
    overgeslagen: list[str] = field(default_factory=list)
    """Nights that should have been, and that nobody began; and nights that came twice."""
    kwijt: list[str] = field(default_factory=list)
    fout: list[str] = field(default_factory=list)
    storingen: Counter[str] = field(default_factory=Counter)
    verstuurd: int = 0
    ondervonden: int = 0
    teruggezet: int = 0


def play(opdracht: Opdracht) -> Uitslag:
    """Play these schools until the last day."""
    folder = Path(tempfile.mkdtemp(prefix="koppelpunt-nachten-"))
    settings = Settings(
        omgeving=Omgeving.SANDBOX, public_url="http://localhost", database_url=opdracht.database_url,
        redis_url=opdracht.redis_url, secret_keys=("x" * 32,), password_salt="x", journaal=folder,
        encryption_keys=("1:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",),
        parnassys_url="http://127.0.0.1:9/", klantcode="x", mail_host="127.0.0.1",
    )  # fmt: skip
    try:
        return Installatie(opdracht, settings).play()
    finally:
        shutil.rmtree(folder)


class Installatie:
    """The product with its database, and the LAS of its schools."""

    def __init__(self, opdracht: Opdracht, settings: Settings) -> None:
        self.opdracht, self.settings = opdracht, settings
        self.klok = Klok(opdracht.database_url)
        self.app: Flask = create_app(settings, is_worker=True)
        self.weer = weer.draw(opdracht.seed * 1000 + min(opdracht.nummers), EERSTE, opdracht.last)
        self.uitslag = Uitslag()
        self._rung: list[tuple[Job, int]] = []
        self._too_soon: list[str] = []
        self._is_monday = False
        self._copy_of: dict[date, datetime] = {}
        self._name = make_url(opdracht.database_url).database or ""
        self.copies: list[str] = []

    def play(self) -> Uitslag:
        """All days, and then the judgement."""
        db.session.session_factory.configure(info={"school": ALLE_SCHOLEN})
        with self.app.app_context(), self._played():
            self.schools = [
                Nachtschool(self.app, nr, self.opdracht.seed, self.opdracht.last) for nr in self.opdracht.nummers
            ]
            for day in dagen(self.opdracht.last):
                self._day(day)
            self.judge()
            self._let_go()
        return self.uitslag

    def judge(self) -> Uitslag:
        """Judge every night, and every result of every school."""
        uitslag = self.uitslag
        with self.app.app_context():
            uitslag.overgeslagen = list(self._missing_nights())
            for school in self.schools:
                school.audit(weer.RUSTIG_AAN_HET_EIND, whole=True)
            ends = [school.end() for school in self.schools]
        uitslag.kwijt = [line for school in self.schools for line in sorted(school.kwijt)]
        uitslag.fout = [line for end in ends for line in sorted(end.fout)] + self._too_soon
        uitslag.verstuurd = sum(end.verstuurd for end in ends)
        uitslag.ondervonden = sum(school.boek.ondervonden for school in self.schools)
        return uitslag

    def _day(self, day: date) -> None:
        storingen = self.weer.op(day)
        self.uitslag.nachten += 1
        self.uitslag.storingen.update(map(str, storingen))
        self._is_monday = day.weekday() == _MONDAY
        if self._is_monday:
            self.klok.tend()
        for school in self.schools:
            school.boek.storingen = set(storingen)
            school.dawn(day)
        opens = datetime(day.year, day.month, day.day, self.settings.nacht_begin_uur, tzinfo=AMSTERDAM)
        near = (self.weer.op(day - timedelta(days=n)) for n in range(2))
        more = _IN_TROUBLE if any(near) or _clock_changes(day) else (_BY_DAY,) if self._is_monday else ()
        moments = (_AT_NIGHT, *more)
        begins = next((h for s, h in ((Storing.OVERDAG, 9.0), (Storing.LAAT, 3.0)) if s in storingen), 0.0)
        for hours in moments:
            # Hours that pass, not hours on the wall: at a change of the clock the wall jumps.
            self._set(datetime.fromtimestamp(opens.timestamp() + hours * 3600, AMSTERDAM))
            if Storing.NIEMAND not in storingen and hours >= begins:
                self._work()
        if day in self.weer.kopie_op.values():
            self._back_up(day)
        self._set(opens + timedelta(hours=11))
        for school in self.schools:
            school.by_day(day)
        self._rung.clear()  # what these acts rang for is due, and the sweep finds it
        if (made := self.weer.kopie_op.get(day)) is not None:
            self._restore(made)
        self._audit(day)

    def _audit(self, day: date) -> None:
        """After quiet weather everything is where it has to be; before the first day there was no weather."""
        n = 0
        while day - timedelta(days=n) > EERSTE and not self.weer.op(day - timedelta(days=n)):
            n += 1
        for school in self.schools:
            school.audit(timedelta(days=n), whole=day.day == 1)

    def _set(self, moment: datetime) -> None:
        for school in self.schools:
            school.boek.end_what_was_late()
        self.klok.set(moment)

    def _work(self) -> None:
        """Let the sweep ring, and do what it rings for, until nothing is due."""
        for _ in range(_ROUNDS):
            self._rung.clear()
            sweep.sweep()
            if not self._rung:
                return
            while self._rung:
                job, subject_id = self._rung.pop(0)
                self._do(job, subject_id)

    def _do(self, job: Job, subject_id: int) -> None:
        module, name = str(job).rsplit(".", 1)
        try:
            getattr(import_module(module), name)(subject_id)
        except WorkerDied:
            db.session.rollback()
        db.session.remove()

    def _back_up(self, day: date) -> None:
        db.session.remove()
        db.engine.dispose()
        with unit_of_work() as session:
            self._copy_of[day] = session.scalar(select(func.now()))  # type: ignore[assignment]  # now() is a moment
        self._let_go()
        self.copies.append(f"{self._name}_{day:%Y%m%d}")
        self.maintain("create database {} template {} strategy file_copy", self.copies[-1], self._name)
        self.klok = Klok(self.opdracht.database_url, is_copy=True)
        self.klok.set(self._copy_of[day])

    def _restore(self, made: date) -> None:
        """The database of that day comes back, and is what counts; nothing may leave before it was compared."""
        with unit_of_work() as session:
            now = session.scalar(select(func.now()))
        assert now is not None
        self._let_go()
        copy = f"{self._name}_{made:%Y%m%d}"
        self.maintain("drop database {} with (force)", self._name)
        self.maintain("create database {} template {} strategy file_copy", self._name, copy)
        self.klok = Klok(self.opdracht.database_url, is_copy=True)
        self.klok.set(now + timedelta(hours=1))
        before = [school.boek.berichten for school in self.schools]
        self._work()
        if before != [school.boek.berichten for school in self.schools]:
            self._too_soon.append(f"{made}: na het terugzetten ging er iets weg voor het vergeleken was")
        moment = self._copy_of[made].isoformat()
        arguments = ["na-terugzetten", "--moment", moment, "--journaal", str(self.settings.journaal)]
        done = self.app.test_cli_runner().invoke(args=arguments)
        if done.exit_code:
            raise AssertionError(done.output) from done.exception
        db.session.remove()
        self.uitslag.teruggezet += 1

    def _let_go(self) -> None:
        """Nobody may be in a database that is copied or dropped."""
        db.session.remove()
        db.engine.dispose()
        self.klok.close()

    def maintain(self, statement: str, *names: str) -> None:
        """Do something with whole databases, in which nobody may be."""
        with psycopg.connect(self.opdracht.maintenance_url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _missing_nights(self) -> Iterator[str]:
        """Every date has its night, but where nobody was there all day, or its rows went with a restore."""
        with alle_scholen(), unit_of_work() as session:
            began = set(session.scalars(select(Nacht.datum).where(Nacht.begonnen_op.is_not(None))))
        undone = {
            made + timedelta(days=n) for day, made in self.weer.kopie_op.items() for n in range((day - made).days + 1)
        }
        for day in dagen(self.opdracht.last):
            if day not in began | undone and Storing.NIEMAND not in self.weer.op(day):
                yield f"{day}: geen nacht"

    @contextmanager
    def _played(self) -> Iterator[None]:
        """Let the bells be heard here, the LAS be the played one, and mail be accepted."""
        with ExitStack() as stack:
            for module in (queue, sweep):
                stack.enter_context(patch.object(module, "ring", self._ring))
            for module in (ophalen, versturen, peiling):
                stack.enter_context(patch.object(module, "client_for", lambda *_: self))
            stack.enter_context(patch.object(mails, "send", _accepted))
            yield

    def _ring(self, job: Job, subject_id: int, *, is_waited_for: bool = False) -> bool:
        """The trail is not sealed, and what has to be erased is on Mondays: both cost much and send nothing."""
        if job is not Job.TEND_SPOOR and (job is not Job.TIDY or self._is_monday):
            self._rung.append((job, subject_id))
        return True

    def fetch(self, verzoek: Any, *args: Any) -> Any:
        return self._of(verzoek.brincode).fetch(verzoek, *args)

    def send_leerresultaten(self, bericht: Any, *args: Any) -> None:
        self._of(bericht.brincode).send_leerresultaten(bericht, *args)

    def _of(self, brin: str) -> Nachtschool:
        return next(school for school in self.schools if school.las.brin == brin)


def _accepted(_: object, *, before_body: Any, **__: object) -> None:
    """A mail server that takes every mail."""
    before_body()


def _clock_changes(day: date) -> bool:
    midnights = (datetime(each.year, each.month, each.day, tzinfo=AMSTERDAM) for each in (day, day + timedelta(days=1)))
    first, next_one = midnights
    return first.utcoffset() != next_one.utcoffset()
