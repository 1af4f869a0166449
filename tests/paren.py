"""Every writer of a school against every other, with a pause inside the first: `python -m tests.paren`.

The first stops before one of its statements, or before its commit. The second then runs until it is done or waits for
the first, which goes on. What is in the database afterwards, and who of the two was refused, must be as one of them
after the other leaves it; the last line is JSON. `--points` says at how many statements of the first there is a pause;
the commit is always one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.ground.statements import at_statements
from tests.schrijvers import SCHRIJVERS, ZENDERS, Schrijver, quiet_las
from tests.toneel import Stages, Toneel
from webapp import create_app
from webapp.config import Omgeving, Settings
from webapp.db import db, unit_of_work
from webapp.errors import DomainError
from webapp.models import (
    Account,
    Groep,
    Importbatch,
    Importregel,
    Koppeling,
    Leerkracht,
    Leerling,
    Levering,
    Mail,
    MailSoort,
    Medewerker,
    MogelijkDezelfde,
    Overdracht,
    Overdrachtvraag,
    Resultaat,
    Teruggenomen,
    Toetreding,
    Toets,
    Uitzondering,
    Wissing,
)
from webapp.models.importbatch import OPEN
from webapp.muur import ALLE_SCHOLEN

LONGEST = 60.0


@dataclass
class Actor:
    """One of the two: a thread that stops before its nth statement, and tells which connection it has."""

    act: Schrijver
    toneel: Toneel
    stop_at: int = 0
    statements: int = 0
    pids: set[int] = field(default_factory=set)
    error: BaseException | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(init=False)

    def start(self) -> Actor:
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def end(self) -> None:
        self.go_on.set()
        self.thread.join(LONGEST)
        assert not self.thread.is_alive(), "it hangs"

    def step(self, pid: int) -> None:
        """Called before each statement and each commit."""
        self.pids.add(pid)
        self.statements += 1
        if self.statements == self.stop_at:
            self.stopped.set()
            self.go_on.wait(LONGEST)

    def _run(self) -> None:
        _here.actor = self
        try:
            with self.toneel.app.app_context():
                self.act(self.toneel)
        except Exception as error:  # noqa: BLE001 - whatever it is, the judge reads it
            self.error = error
        finally:
            self.stopped.set()


_here = threading.local()


@contextmanager
def watched(app: Flask) -> Iterator[None]:
    """Let actors stop at their statements."""

    def step(connection: Any, _: str) -> None:
        actor: Actor | None = getattr(_here, "actor", None)
        if actor is not None:
            actor.step(connection.connection.driver_connection.info.backend_pid)

    with app.app_context():
        with at_statements(db.engine, step):
            yield
        db.session.remove()


Beeld = dict[str, Counter[Any]]
Geweigerd = tuple[str | None, ...]
"""What each of the two was told, by its error; None for who was not refused."""
Orden = list[tuple[Beeld, Geweigerd | None]]
"""What each order leaves behind, and who is refused in it; None where that does not count."""


def picture(session: Session, toneel: Toneel) -> Beeld:
    """All that may not get lost or double, without ids and moments."""
    school = toneel.school_id
    named = (Leerling.roepnaam, Leerling.achternaam)
    open_batch = select(Importbatch.id).where(Importbatch.school_id == school, Importbatch.status.in_(OPEN))
    queries = {
        "leerling": select(*named, Leerling.las_key, Leerling.status, Groep.naam, Groep.las_key)
        .outerjoin(Groep, Groep.id == Leerling.groep_id)
        .where(Leerling.school_id == school),
        "leerkracht": select(Leerkracht.roepnaam, Leerkracht.las_key, Leerkracht.email, Leerkracht.status).where(
            Leerkracht.school_id == school
        ),
        "groep": select(Groep.naam, Groep.las_key, Groep.status, Groep.schooljaar).where(Groep.school_id == school),
        "resultaat": select(*named, Toets.code, Resultaat.ruwe_score, Resultaat.versie)
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .where(Resultaat.school_id == school),
        "levering": select(*named, Toets.code, Levering.status, Levering.versie, Levering.bevestigd)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .where(Levering.school_id == school),
        "keuze": select(
            Importregel.soort,
            Importregel.las_key,
            Importregel.keuze,
            Importregel.email_ingevuld,
            Importregel.via_groep,
            Importregel.later_op.is_(None),
        ).where(Importregel.batch_id.in_(open_batch)),
        "medewerker": select(Account.naam, Medewerker.rol)
        .join(Account, Account.id == Medewerker.account_id)
        .where(Medewerker.school_id == school),
        "toetreding": select(Toetreding.rol, Toetreding.uitkomst).where(Toetreding.school_id == school),
        "wissing": select(Wissing.leerling_id == 0, Wissing.afdrukken == []).where(Wissing.school_id == school),
        "oud": select(Importregel.roepnaam, Importregel.wissen_op.is_(None), Importregel.gewist_op.is_(None)).where(
            Importregel.school_id == school, Importregel.batch_id.not_in(open_batch)
        ),
        "teruggenomen": select(Teruggenomen.soort, Teruggenomen.las_key, Teruggenomen.record_id.is_(None)).where(
            Teruggenomen.school_id == school
        ),
        "mogelijk dezelfde": select(MogelijkDezelfde.gevraagd_op.is_(None), MogelijkDezelfde.twee_op.is_(None)).where(
            MogelijkDezelfde.school_id == school
        ),
        "uitzondering": select(Uitzondering.las_key).where(Uitzondering.school_id == school),
        "overdracht": select(
            Overdrachtvraag.advies, Overdracht.teruggenomen_op.is_(None), Overdracht.verlopen_op.is_(None)
        )
        .join(Overdracht, Overdracht.id == Overdrachtvraag.overdracht_id)
        .where(Overdracht.school_id == school),
        "mail": select(Mail.soort).where(
            Mail.school_id == school,
            Mail.soort.in_((MailSoort.VRAAG_DOORGEGEVEN, MailSoort.DOORGEVEN_VERLOPEN)),
        ),
        "koppeling": select(Koppeling.status, Koppeling.schooljaar).where(Koppeling.id == toneel.koppeling_id),
    }
    return {name: Counter(tuple(row) for row in session.execute(query)) for name, query in queries.items()}


@dataclass
class Verslag:
    """What was found."""

    pairs: int = 0
    runs: int = 0
    doubles: int = 0
    deadlocks_unretried: int = 0
    lost: int = 0
    refused_wrong: int = 0
    """Who was told something, or nothing, that does not go with what is in the database."""

    @property
    def is_good(self) -> bool:
        return not (self.doubles or self.deadlocks_unretried or self.lost or self.refused_wrong)


class Paren:
    """Runs pairs on one app with a database of its own."""

    def __init__(self, app: Flask, say: Callable[[str], object] = lambda _: None) -> None:
        self.stages, self.say, self.verslag = Stages(app), say, Verslag()
        self._serial: dict[tuple[str, ...], tuple[Beeld, Geweigerd, int]] = {}

    def run(self, first: str, second: str, points: int) -> None:
        """Both orders of doing one after the other, then with a pause at these points of the first."""
        self.verslag.pairs += 1
        forth, back = self.serial(first, second), self.serial(second, first)
        good: Orden = [forth[:2], (back[0], back[1][::-1])]
        if {first, second} <= ZENDERS:
            good.append((self.serial(first)[0], None))
        if "wissen" in (first, second):  # who finds that it is being sent for is told so
            good += [(self.serial(other)[0], None) for other in (first, second) if other in ZENDERS]
        length = forth[2]
        for at in sorted({max(1, round(length * (n + 1) / points)) for n in range(points)}):
            self.verslag.runs += 1
            toneel = self.stages.set(self._state(first, second))
            a = Actor(SCHRIJVERS[first][1], toneel, stop_at=at).start()
            a.stopped.wait(LONGEST)
            b = Actor(SCHRIJVERS[second][1], toneel).start()
            self.until_done_or_waiting(b)
            a.end()
            b.end()
            self._judge(f"{first} [{at}/{length}] {second}", toneel, (a, b), good)

    def serial(self, *names: str) -> tuple[Beeld, Geweigerd, int]:
        """What these leave behind one after the other, who is refused, and how many statements the first has."""
        if names not in self._serial:
            toneel = self.stages.set(self._state(*names))
            actors = [Actor(SCHRIJVERS[name][1], toneel) for name in names]
            for actor in actors:
                actor.start().end()
                assert actor.error is None or isinstance(actor.error, DomainError), (names, actor.error)
            with unit_of_work() as session:
                self._serial[names] = picture(session, toneel), _refused(actors), actors[0].statements
        return self._serial[names]

    def _state(self, *names: str) -> str:
        """The state in which they can be done; if there is none, that of the first in the alphabet."""
        states = {SCHRIJVERS[name][0] for name in names} - {"loopt"}
        return min(states, default="loopt")

    def until_done_or_waiting(self, actor: Actor) -> None:
        waits = text("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(:pids) AND wait_event_type = 'Lock'")
        while not actor.stopped.wait(0.005):
            with db.engine.connect() as connection:
                if actor.pids and connection.scalar(waits, {"pids": list(actor.pids)}):
                    return

    def _judge(self, name: str, toneel: Toneel, actors: tuple[Actor, ...], orders: Orden) -> None:
        with unit_of_work() as session:
            found = picture(session, toneel)
            fout = session.get_one(Koppeling, toneel.koppeling_id)
            klassen = [str(each.gegevens) for each in (fout.fout, fout.zend_fout) if each is not None]
        broken = [repr(actor.error) for actor in actors if not isinstance(actor.error, DomainError | None)]
        for error in [*broken, *(klasse for klasse in klassen if "Proef" not in klasse)]:
            self.say(f"{name}: {error}")
            if "Deadlock" in error or "Serialization" in error:
                self.verslag.deadlocks_unretried += 1
            else:
                self.verslag.lost += 1
        refused = _refused(actors)
        good = [beeld for beeld, _ in orders]
        if any(found == beeld and told in (None, refused) for beeld, told in orders):
            return
        if found in good:
            self.verslag.refused_wrong += 1
            self.say(f"{name}: refused {refused}, and in no order that leaves this: {[told for _, told in orders]}")
            return
        more = {kind: [found[kind] - each[kind] for each in good] for kind in found}
        less = {kind: [each[kind] - found[kind] for each in good] for kind in found}
        if any(_doubles(found[kind], [each[kind] for each in good]) for kind in ("leerling", "leerkracht", "groep")):
            self.verslag.doubles += 1
        else:
            self.verslag.lost += 1
        for kind in found:
            if all(more[kind]) or all(less[kind]) or not any(found[kind] == each[kind] for each in good):
                self.say(f"{name}: {kind}: more {more[kind]} less {less[kind]}")
        self.say(f"{name}: as no order leaves it; errors {[repr(actor.error) for actor in actors]}")


def _refused(actors: Iterable[Actor]) -> Geweigerd:
    return tuple(type(actor.error).__name__ if actor.error is not None else None for actor in actors)


def _doubles(found: Counter[Any], good: list[Counter[Any]]) -> bool:
    """Whether there are more records of one name than after either order."""
    names = Counter(row[0] for row in found.elements())
    most = [Counter(row[0] for row in each.elements()) for each in good]
    return any(number > max(each[name] for each in most) for name, number in names.items())


def app_for(settings: Settings, database_url: str) -> Flask:
    """A worker's app on this database, without a bell."""
    return create_app(replace(settings, database_url=database_url), is_worker=True)


def main() -> None:
    """Run all pairs on servers of their own."""
    from tests.ground.servers import _clone, started

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=4)
    parser.add_argument("--only", nargs="*", default=list(SCHRIJVERS))
    options = parser.parse_args()
    with started() as servers:
        url = servers.database_url(_clone(servers, "koppelpunt_paren"))
        settings = Settings(
            omgeving=Omgeving.SANDBOX, public_url="http://localhost", database_url=url,
            redis_url=servers.valkey.url(0), secret_keys=("x" * 32,), password_salt="x",
            encryption_keys=("1:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",),
            parnassys_url="http://127.0.0.1:9/", klantcode="x", mail_host="127.0.0.1",
        )  # fmt: skip
        app = app_for(settings, url)
        db.session.session_factory.configure(info={"school": ALLE_SCHOLEN})  # a worker names the school at its edge
        with watched(app), quiet_las():
            paren = Paren(app, say=lambda line: print(line, flush=True))
            for first, second in product(options.only, SCHRIJVERS):
                paren.run(first, second, options.points)
            db.engine.dispose()
    print(json.dumps(paren.verslag.__dict__))
    sys.stdout.flush()
    os._exit(not paren.verslag.is_good)


if __name__ == "__main__":
    main()
