"""Within a minute: how long from the last norming until the LAS confirmed, with many schools at once.

`python -m tests.benchmarks.minuut [SCHOLEN] [WERKERS] [SECONDS] [UNSURE]`. Real workers, the sweep at its own pace, and
a LAS over https that takes so many seconds and leaves so large a share of the messages unsure. Of each school a groep
is normed; every fifth norms once more, five seconds later. By the clock of the database. What was unsure is left out
and named: it waits for its cool-down. Ends with 1 when the goal is missed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask
from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import Session

from tests.benchmarks.nacht import Nacht, installation
from webapp.config import AMSTERDAM, PROJECT
from webapp.db import db, in_transaction, unit_of_work
from webapp.filters import klok
from webapp.models import Groep, Koppeling, LasType, Leerling, Levering, Minuut, Resultaat, School, Toets, Zendkeuze
from webapp.models.ids import GroepId, SchoolId, ToetsId
from webapp.muur import alle_scholen, of_school
from webapp.services import sloten
from webapp.services.clock import database_now
from webapp.services.geschiedenis import ZONDER
from webapp.services.toetsen import normering

SCHOLEN, WERKERS, SECONDS, UNSURE = 50, 8, 1.0, 0.02
LEERLINGEN = 220
GOAL = 60.0
_EVERY, _LATER = 5, 5.0
"""Every school of so many norms once more, after so many seconds."""
_LONGEST = 180
_AT_ONCE = 8
"""So many requests a web server takes at a time."""


@dataclass(frozen=True)
class Groepstoets:
    """One groep of a school that takes one test today."""

    school_id: SchoolId
    groep_id: GroepId
    toets_id: ToetsId

    def norm(self, app: Flask, score: int) -> None:
        """Everybody has this score; norm the groep."""
        with app.app_context(), of_school(self.school_id):
            in_transaction(self._norm, score)
            db.session.remove()

    def _norm(self, session: Session, score: int) -> None:
        sloten.hold(session, self.school_id)
        mine = update(Resultaat).where(Resultaat.school_id == self.school_id, Resultaat.afnamedatum == _today())
        session.execute(mine.values(ruwe_score=score))
        normering.normeer(
            session, self.school_id, self.toets_id, groep_id=self.groep_id, afnamedatum=_today(),
            now=database_now(session), door=None,
        )  # fmt: skip


def _today() -> date:
    return datetime.now(AMSTERDAM).date()


def _prepare(nacht: Nacht) -> list[Groepstoets]:
    """Every school chose it, its LAS allows it, the night is over, and a groep of each has raw scores of today."""
    nacht.do("INSERT INTO nacht (datum, begonnen_op, klaar_op, tellingen) VALUES (current_date, now(), now(), '{}')")
    with alle_scholen(), unit_of_work() as session:
        sloten.hold_all(session)
        session.add(Minuut(las_type=LasType.PARNASSYS, sinds=database_now(session)))
        session.add_all(Zendkeuze(school_id=id_, binnen_minuut=True) for id_ in session.scalars(select(School.id)))
        toets_id = session.scalars(select(Toets.id).where(Toets.code == "VB-RW-5")).one()
        rows = session.execute(
            select(Leerling.school_id, Leerling.id).join(Leerling.groep).where(Groep.jaargroep == "5")
        )
        values = [
            {"school_id": school_id, "leerling_id": id_, "toets_id": toets_id, "afnamedatum": _today(), "ruwe_score": 9}
            for school_id, id_ in rows
        ]
        session.execute(insert(Resultaat), values, execution_options=ZONDER)
        groepen = session.execute(select(Groep.school_id, Groep.id).where(Groep.jaargroep == "5").order_by(Groep.id))
        return [Groepstoets(school_id, groep_id, toets_id) for school_id, groep_id in groepen]


@dataclass(frozen=True)
class Uitslag:
    """What came of one school: in how many seconds it was confirmed, or until when it waits."""

    schoolnaam: str
    seconds: float | None
    niet_voor: datetime | None


def _outcomes() -> list[Uitslag]:
    is_there = func.bool_and(Levering.bevestigd >= Levering.versie)
    took = func.extract("epoch", func.max(Levering.bevestigd_op) - func.max(Resultaat.genormeerd_op))
    query: Select[str, bool, float, datetime | None] = (
        select(Koppeling.schoolnaam, is_there, took, Koppeling.niet_voor)
        .join(Levering, Levering.school_id == Koppeling.school_id)
        .join(Resultaat, Resultaat.id == Levering.resultaat_id)
        .where(Resultaat.afnamedatum == _today())
        .group_by(Koppeling.id)
        .order_by(Koppeling.schoolnaam)
    )
    with alle_scholen(), unit_of_work() as session:
        rows = session.execute(query).all()
    return [Uitslag(naam, float(took) if there else None, niet_voor) for naam, there, took, niet_voor in rows]


def _is_unsure(uitslag: Uitslag) -> bool:
    """Whether it waits for the cool-down after an unsure answer, which a message under way has only until it ends."""
    return uitslag.seconds is None and uitslag.niet_voor is not None


def _norm_all(app: Flask, toetsen: Sequence[Groepstoets], score: int) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda each: each.norm(app, score), toetsen))


def _measure(nacht: Nacht, environ: Mapping[str, str], toetsen: Sequence[Groepstoets]) -> list[Uitslag]:
    with subprocess.Popen([sys.executable, "-m", "jobs.sweep"], cwd=PROJECT, env=dict(environ)) as sweep:
        try:
            time.sleep(5)  # until the sweep has come up, as it has on any day
            _norm_all(nacht.app, toetsen, 10)
            time.sleep(_LATER)  # so long after the first time a part of them norms once more: that is what is played
            _norm_all(nacht.app, toetsen[::_EVERY], 11)
            end = time.monotonic() + _LONGEST
            while time.monotonic() < end:
                time.sleep(1)  # between two looks at the database, whose own clock gives the figures
                if all(each.seconds is not None or _is_unsure(each) for each in _outcomes()):
                    time.sleep(_LATER)  # what is under way looks unsure until it ends
                    if all(each.seconds is not None or _is_unsure(each) for each in _outcomes()):
                        break
            return _outcomes()
        finally:
            sweep.terminate()


def main() -> int:
    """Measure once, and say what came of it."""
    given = [float(each) for each in sys.argv[1:]]
    usual: tuple[float, ...] = (SCHOLEN, WERKERS, SECONDS, UNSURE)
    scholen, werkers, seconds, unsure = (*given, *usual[len(given) :])
    print(f"{scholen:.0f} schools at once, {werkers:.0f} workers, a LAS of {seconds} s that leaves {unsure:.0%} unsure")
    with installation(LEERLINGEN, int(werkers), seconds, unsure) as (nacht, fill, environ):
        fill(int(scholen), 0)
        outcomes = _measure(nacht, environ, _prepare(nacht))
    took = sorted(each.seconds for each in outcomes if each.seconds is not None)
    left_out = [each for each in outcomes if _is_unsure(each)]
    late = len(outcomes) - len(took) - len(left_out)
    p50, p95 = (took[min(len(took) - 1, int(len(took) * share))] for share in (0.5, 0.95))
    print(
        f"from the last norming to confirmed: p50 {p50:.1f} s, p95 {p95:.1f} s (under {GOAL:.0f}), max {took[-1]:.1f} s"
    )
    print(f"{len(took)} confirmed, {late} not within {_LONGEST} s, {len(left_out)} left out as unsure:")
    for each in left_out:
        until = klok(each.niet_voor) if each.niet_voor else ""
        print(f"  {each.schoolnaam}: no confirmation; nothing goes before {until}, when the cool-down is over")
    return int(p95 >= GOAL or bool(late))


if __name__ == "__main__":
    sys.exit(main())
