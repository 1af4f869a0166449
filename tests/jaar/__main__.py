"""Twelve months of invented schools; the last line is JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median

from tests.jaar import tarieven
from tests.jaar.school import Uitslag
from tests.jaar.spelen import Opdracht, play

_PROCESSES = 2


def main() -> int:
    from tests.ground.servers import _clone, started

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--afspraken", choices=("aan", "uit"), default="uit")
    parser.add_argument("--valstrikken", choices=("aan", "uit"), default="uit")
    options = parser.parse_args()
    with started() as servers:
        work = [
            Opdracht(
                servers.database_url(_clone(servers, f"koppelpunt_jaar_{n}")), servers.valkey.url(n),
                tuple(range(n, options.schools, _PROCESSES)), options.seed,
                traps=options.valstrikken == "aan", agreed=options.afspraken == "aan",
            )
            for n in range(_PROCESSES)
        ]  # fmt: skip
        with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
            found = [each for part in pool.map(play, work) for each in part]
    print(report(found))
    return 0


def report(found: list[Uitslag]) -> str:
    """The questions by cause, and the figures as one line of JSON."""
    causes = sum((each.oorzaken for each in found), Counter[str]())
    mails = sum((each.mails for each in found), Counter[str]())
    refused = sum((each.weigeringen for each in found), Counter[str]())
    lines = [f"{'vragen':>8} {'scholen':>8}  oorzaak"]
    lines += [
        f"{n:8d} {sum(cause in each.oorzaken for each in found):8d}  {cause}" for cause, n in causes.most_common()
    ]
    lines += ["", *(f"{n:8d} mails {soort}" for soort, n in mails.most_common())]
    lines += [f"{n:8d} keer geweigerd: {naam}" for naam, n in refused.most_common()]
    busiest = max((n for each in found for n in each.mails_per_dag.values()), default=0)
    lines.append(f"{busiest:8d} mails aan één school op één dag, hoogstens")
    lines.append(f"{sum(n > 1 for each in found for n in each.mails_per_dag.values()):8d} dagen met meer dan één mail")
    lines.append(f"{sum(each.verstuurd for each in found):8d} resultaten verstuurd")
    lines.append(
        f"{sum(each.gespeeld for each in found):8d} nachten gespeeld, {sum(each.geteld for each in found)} geteld"
    )
    unlinked = [line for each in found for line in sorted(each.niet_gekoppeld)]
    lines += [f"{len(unlinked):8d} leerlingen van het LAS niet gekoppeld", *unlinked]
    lines += sorted(line for each in found for line in (*each.fout, *(f"{dubbel} dubbel" for dubbel in each.dubbel)))
    figures = {
        "scholen": len(found),
        "zonder_vraag": sum(not each.vragen and not each.mails for each in found),
        "vragen_mediaan": median(each.vragen for each in found),
        "mails_mediaan": median(each.mails.total() for each in found),
        "fout": sum(len(each.fout) for each in found),
        "dubbel": sum(len(each.dubbel) for each in found),
        "tarieven": tarieven.ALLE,
    }
    return "\n".join([*lines, json.dumps(figures)])


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
