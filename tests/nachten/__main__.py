"""Years of nights of invented schools; the last line is JSON. Fails when anything is lost, wrong or skipped."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context

from tests.jaar.kalender import EERSTE
from tests.nachten.spelen import Opdracht, Uitslag, play

_PROCESSES = 2


def main() -> int:
    from tests.ground.servers import _clone, started

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--schools", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    last = EERSTE.replace(year=EERSTE.year + options.years) - timedelta(days=1)
    with started() as servers:
        work = [
            Opdracht(
                servers.database_url(_clone(servers, f"koppelpunt_nachten_{n}")), servers.postgres.url("postgres"),
                servers.valkey.url(n), tuple(range(n, options.schools, _PROCESSES)), options.seed, last,
            )
            for n in range(min(_PROCESSES, options.schools))
        ]  # fmt: skip
        with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
            found = list(pool.map(play, work))
    print(report(found))
    return int(any(each.kwijt or each.fout or each.overgeslagen for each in found))


def report(found: list[Uitslag]) -> str:
    """What happened, what came of it, and the figures as one line of JSON."""
    storingen = sum((each.storingen for each in found), Counter[str]())
    lines = [f"{n:8d} dagen: {storing}" for storing, n in storingen.most_common()]
    lines.append(f"{sum(each.teruggezet for each in found):8d} keer teruggezet uit een reservekopie")
    lines.append(f"{sum(each.ondervonden for each in found):8d} keer een storing van het LAS ondervonden")
    lines.append(f"{sum(each.verstuurd for each in found):8d} resultaten verstuurd")
    lines += [line for each in found for line in (*each.kwijt, *each.fout, *each.overgeslagen)]
    figures = {
        "nights": sum(each.nachten for each in found),
        "lost": sum(len(each.kwijt) for each in found),
        "wrong": sum(len(each.fout) for each in found),
        "skipped": sum(len(each.overgeslagen) for each in found),
    }
    return "\n".join([*lines, json.dumps(figures)])


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.exit(code)
