"""A part of the country: what its first Monday, its nights, its year and its processes take.

`python -m tests.benchmarks.land [--deel 1] [--monday 20] [--plans FILE]`: 1 or 10 % of 6,000 schools of 233
leerlingen, with a year of results, nights, mails, history and audit trail. CPU and bytes hardly depend on who else is
on the machine; times do. The last lines reckon it for the whole country.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from jobs import sweep, wacht
from sandbox.proef import nachtvulling
from tests.benchmarks import landjaar
from tests.benchmarks.landdb import Boek, Statement
from tests.benchmarks.landlast import Browser, Web, crowd, one_by_one, serving, share
from tests.benchmarks.landreview import reviews
from tests.benchmarks.nacht import Nacht, installation, year
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.links import CONTROLE_LINK
from webapp.muur import alle_scholen
from webapp.rollen import WEB, WERKER
from webapp.services.clock import database_clock
from webapp.services.overzicht import alarmen, wachtrij

COUNTRY = 6_000
LEERLINGEN, TOETSEN = 233, 4
REVIEWS, LINKS, ANSWERS = 30.0, 100.0, 10.0
"""A second, of the whole country, on its first Monday; one review in three answers a question."""
_ONE_BY_ONE = 120
_LASTS = 1_000
"""So many requests one after another, to see whether a worker grows."""


@dataclass
class Land:
    """What is measured with."""

    nacht: Nacht
    boek: Boek
    environ: Mapping[str, str]
    scholen: int

    @property
    def app(self) -> Flask:
        return self.nacht.app


def main() -> None:
    """Fill, measure, and reckon."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deel", type=int, choices=(1, 10), default=1)
    parser.add_argument("--monday", type=float, default=20.0, help="how many seconds the crowd comes")
    parser.add_argument("--plans", type=Path, help="where the plans of the hottest statements go")
    asked = parser.parse_args()
    scholen = COUNTRY * asked.deel // 100
    with installation(LEERLINGEN, 2, jaren=1) as (nacht, fill, environ):
        land = Land(nacht, Boek(nacht.servers.postgres), environ, scholen)
        _timed("filled", lambda: _fill(land, fill))
        _year(land)
        _monday(land, asked.monday)
        _night(land)
        _round(land, "when nothing is due")
        _statements(land, asked.plans)
        _indexes(land)


def _timed(what: str, act: Callable[[], None]) -> None:
    begin = time.monotonic()
    act()
    print(f"{what} in {time.monotonic() - begin:.0f} s", flush=True)


def _fill(land: Land, fill: Callable[[int, int], None]) -> None:
    fill(land.scholen, 0)
    with alle_scholen(), unit_of_work() as session:
        landjaar.fill(session)
    land.nacht.do("VACUUM ANALYZE")


def _year(land: Land) -> None:
    """Print what each large table takes of a school and a year, and what the country is after a year."""
    print(f"\n{'bytes per school of a year':<30}{'in all':>10}{'indexes':>10}{'rows':>8}{'country, GB':>13}")
    sizes = land.boek.sizes()
    for name, size, indexes, rows in sizes[:14]:
        per = [each / land.scholen for each in (size, indexes, rows)]
        print(f"{name:<30}{per[0]:10,.0f}{per[1]:10,.0f}{per[2]:8,.0f}{per[0] * COUNTRY / 1e9:13.1f}")
    total = sum(size for _, size, _, _ in sizes)
    print(
        f"all of it: {total / 1e6:,.0f} MB here, {total / land.scholen * COUNTRY / 1e9:.0f} GB of the country",
        flush=True,
    )


# The first Monday


def _monday(land: Land, seconds: float) -> None:
    looks = reviews(land.app, LEERLINGEN)
    nobody = [CONTROLE_LINK.dumps(number) for number in range(1, 51)]
    kinds: dict[str, float] = {}
    with serving(_as_web(land)) as alone:
        one_by_one([Browser(alone.port, *each).look for each in looks], _ONE_BY_ONE)
        print(f"\nmemory after {_ONE_BY_ONE} reviews, without --preload: {_told(alone.pss())}")
    with serving(_as_web(land), "--preload") as web:
        browsers = [Browser(web.port, *each) for each in looks]
        one_by_one([each.look for each in browsers], _ONE_BY_ONE)
        print(f"the same with --preload: {_told(web.pss())}")
        links = [Browser(web.port, f"/m/{token}").follow for token in nobody]
        for name, acts in {
            "link": links,
            "review": [each.look for each in browsers],
            "answer": [each.answer for each in browsers],
        }.items():
            kinds[name] = _cost(land, web, name, acts)
        land.boek.write(is_on=True)
        one_by_one([each.look for each in browsers], len(browsers))
        _hottest(land, f"{len(browsers)} reviews", 5)
        before = max(web.pss()[1:])
        one_by_one([each.look for each in browsers], _LASTS)
        after = web.pss()
        print(
            f"after {_LASTS} reviews more: {_told(after)}; the largest worker grew by {max(after[1:]) - before:.0f} MB"
        )
        cores = (LINKS * kinds["link"] + REVIEWS * kinds["review"] + ANSWERS * kinds["answer"]) / 1000
        print(f"{LINKS:.0f} links, {REVIEWS:.0f} reviews and {ANSWERS:.0f} answers a second take {cores:.1f} cores")
        rates = {
            "link": (LINKS, links),
            "review": (REVIEWS, [each.look for each in browsers]),
            "answer": (ANSWERS, [each.answer for each in browsers]),
        }
        for part in (1.0, 0.25):
            _crowded({name: (rate * part, acts) for name, (rate, acts) in rates.items()}, seconds, part)
        print(f"memory after the crowd: {_told(web.pss())}", flush=True)


def _cost(land: Land, web: Web, name: str, acts: list[Callable[[], None]]) -> float:
    """CPU of one, in ms, of our processes and PostgreSQL's together."""
    one_by_one(acts, len(acts))
    begin = web.cpu(), land.nacht.postgres_of(WEB)
    taken = one_by_one(acts, _ONE_BY_ONE)
    ours, theirs = web.cpu() - begin[0], land.nacht.postgres_of(WEB) - begin[1]
    each = [seconds * 1000 / _ONE_BY_ONE for seconds in (ours, theirs)]
    print(
        f"a {name:<8}{each[0]:6.1f} ms of CPU, PostgreSQL {each[1]:5.1f}; alone p50 {share(taken, 0.5):.0f} ms, "
        f"p95 {share(taken, 0.95):.0f}, p99 {share(taken, 0.99):.0f}",
        flush=True,
    )
    return sum(each)


def _crowded(rates: Mapping[str, tuple[float, list[Callable[[], None]]]], seconds: float, part: float) -> None:
    print(f"{part:.0%} of that Monday at once, {seconds:.0f} s, on this machine:")
    for name, taken in crowd(rates, seconds).items():
        failed = sum(each == float("inf") for each in taken)
        figures = ", ".join(f"p{round(at * 100)} {share(taken, at):.0f} ms" for at in (0.5, 0.95, 0.99))
        print(f"  {name:<8}{len(taken):6} of them, {failed} failed, {figures}", flush=True)


def _told(pss: list[float]) -> str:
    return f"parent {pss[0]:.0f} MB, workers {', '.join(f'{each:.0f}' for each in pss[1:])}, {sum(pss):.0f} MB in all"


def _as_web(land: Land) -> dict[str, str]:
    return {**land.environ, "DATABASE_URL": land.environ["DATABASE_URL"].replace(f"{WERKER}@", f"{WEB}@")}


# A night, and what is done every few seconds


def _night(land: Land) -> None:
    print(f"\n{'a night, per school':<58}{'workers':>8}{'PostgreSQL':>11} jobs  seconds  x lxml")
    nacht = land.nacht
    land.boek.write(is_on=True)
    nacht.begin()
    nacht.measure("the first night", land.scholen)
    nacht.begin()
    nacht.measure("a night in which nothing changed", land.scholen)
    with alle_scholen(), unit_of_work() as session:
        nachtvulling.norm(session, year(), TOETSEN)
    nacht.do("ANALYZE")  # as autovacuum does in life
    _round(land, f"when {TOETSEN} results of everybody wait")
    nacht.do("UPDATE koppeling SET zenden_op = now()")
    nacht.measure(f"{TOETSEN * LEERLINGEN} results, without the fetch", land.scholen)


def _round(land: Land, when: str) -> None:
    """Print what the parts that look at all schools take, however little there is to do."""
    print(f"\n{f'at {land.scholen} schools, {when}':<58}{'ms':>8}{'PostgreSQL':>11}")
    for name, act in {
        "a round of the sweep (every 30 s)": sweep.sweep,
        "a look of the watch (every 5 s)": wacht.Wacht().look,
        "  of which the alarms": _with_all(lambda s: alarmen.found(s, database_clock(s), settings())),
        "the queue of klantenservice (each page of it)": _with_all(wachtrij.waiting),
    }.items():
        act()
        begin, theirs = time.process_time(), land.nacht.postgres_of(WERKER)
        for _ in range(3):
            act()
        db.session.remove()
        ours, theirs = time.process_time() - begin, land.nacht.postgres_of(WERKER) - theirs
        print(f"{name:<58}{ours / 3 * 1000:8.0f}{theirs / 3 * 1000:11.0f}", flush=True)


def _with_all(act: Callable[[Session], object]) -> Callable[[], object]:
    def do() -> object:
        with alle_scholen(), unit_of_work() as session:
            return act(session)

    return do


# What PostgreSQL says of it


def _hottest(land: Land, what: str, number: int) -> list[Statement]:
    """Print the dearest statements since they are logged, and log none any more."""
    land.boek.write(is_on=False)
    found = land.boek.read()
    total = sum(each.ms for each in found)
    print(f"\nthe hottest statements of {what}, of {total / 1000:.1f} s in all")
    for each in found[:number]:
        words = " ".join(each.text.split())
        print(f"{each.ms / total:6.1%}{each.times:8} times{each.ms / max(each.times, 1):9.2f} ms  {words[:110]}")
    return found


def _statements(land: Land, plans: Path | None) -> None:
    found = _hottest(land, "the nights and the rounds", 10)
    if plans is None:
        return
    with alle_scholen(), unit_of_work() as session:
        nachtvulling.norm(session, year(), 2 * TOETSEN)  # so that the plans have work again
    of_ours = (each for each in found if not each.text.startswith("INSERT INTO resultaat"))  # but of the filling
    parts = (f"{each.filled()}\n\n{land.boek.explain(each)}\n" for each in islice(of_ours, 3))
    plans.write_text("\n\n".join(parts), encoding="utf-8")


def _indexes(land: Land) -> None:
    print("\nindexes by which nothing was looked up in this run")
    for table, index, size in land.boek.unused():
        print(f"{size / land.scholen:10,.0f} bytes per school  {table}.{index}")


if __name__ == "__main__":
    main()
