"""Norms all the time, in a thread, and holds a snapshot of the database open beside it, in another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from threading import Event, Thread

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from sandbox.lokaal.mailcatcher import plain_url
from tests.chaos.auditor import Auditor
from webapp.errors import DomainError

_LOOK = 0.5


@contextmanager
def norming(auditor: Auditor, chance: Random, *, steady: bool) -> Iterator[None]:
    """Norm until the block ends: steadily each school that is done, or in fits and starts whatever comes up."""
    with _thread(_steadily if steady else _fitfully, auditor, chance), _thread(_look, auditor):
        yield


@contextmanager
def snapshot(owner_url: str) -> Iterator[None]:
    """Hold one snapshot for as long as the connection lives, and take another when it is cut."""
    with _thread(_hold, plain_url(owner_url)):
        yield


@contextmanager
def _thread(work: object, *arguments: object) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=work, args=(stop, *arguments), daemon=True)  # type: ignore[arg-type]  # any callable
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _fitfully(stop: Event, auditor: Auditor, chance: Random) -> None:
    while not stop.wait(chance.uniform(0.02, 0.2)):
        school = chance.choice(auditor.scholen)
        part = chance.sample(school.leerlingen, chance.randint(1, len(school.leerlingen)))
        try:
            auditor.norm(school, part)
        except (SQLAlchemyError, DomainError):
            stop.wait(0.2)


def _steadily(stop: Event, auditor: Auditor, _: Random) -> None:
    while not stop.wait(0.02):
        try:
            for school in auditor.done():
                if not stop.is_set():
                    auditor.norm(school, school.leerlingen)
        except (SQLAlchemyError, DomainError):
            stop.wait(0.1)


def _look(stop: Event, auditor: Auditor) -> None:
    while not stop.wait(_LOOK):
        try:
            auditor.look()
        except SQLAlchemyError:
            continue


def _hold(stop: Event, url: str) -> None:
    while not stop.wait(0.2):
        try:
            with psycopg.connect(url) as connection:
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                while not stop.wait(_LOOK):
                    connection.execute("SELECT count(*) FROM levering")
        except psycopg.Error:
            continue
