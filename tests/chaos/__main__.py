"""Everything fails while results are normed; is one lost or wrong at the LAS? The last line is JSON.

`python -m tests.chaos --seconds 60 --seed 1 [--afkoeling 0] [--no-rates]`. Ends with 1 when a result was `wrong`,
with 3 when it did not come to rest (`recovered_s` is null), with 4 when results were `lost` only; without that line it
broke down. A seed gives the same course of moments and kinds; the scheduling is not in it.
Every wait is shorter than in production (`tempo.py`), in the same order of length.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from shutil import copyfile

from sandbox.lokaal.postgres import OWNER
from sandbox.lokaal.program import log_tail
from tests.chaos import tempo
from tests.chaos.auditor import SCHOLEN, Auditor
from tests.chaos.bedrijf import running
from tests.chaos.boek import Boek
from tests.chaos.normer import snapshot
from tests.chaos.verloop import CHAOS_SHARE, NotRecovered, Verloop
from tests.chaos.verstoringen import Verstoorder

_SCHOLEN_LAAT = 6
"""Few, so that each is normed again before its late answer comes."""


def main() -> int:
    """Run it, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--afkoeling", type=float, default=tempo.AFKOELING.total_seconds())
    parser.add_argument("--no-rates", action="store_true", help="spend all the time on chaos, and measure no rates")
    parser.add_argument("--log", type=Path, help="keep here what the workers and the sweep said")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that what was started ends with it
    share = 1.0 if options.no_rates else CHAOS_SHARE
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        verloop = _run(Path(name), options.seed, options.seconds, share, timedelta(seconds=options.afkoeling))
        figures = _figures(verloop)
        code = exit_code(figures)
        if options.log:
            copyfile(Path(name) / "log", options.log)
        elif verloop.hersteld is None or (code and options.afkoeling):
            print(log_tail(Path(name) / "log", 200))
    print(json.dumps(figures))
    return code


def _run(folder: Path, seed: int, seconds: float, share: float, afkoeling: timedelta) -> Verloop:
    with running(folder, seed, afkoeling) as bedrijf:
        auditor = Auditor(bedrijf.app, Boek(bedrijf.boek))
        auditor.fill(SCHOLEN if afkoeling else _SCHOLEN_LAAT)
        bedrijf.open()
        verloop = Verloop(bedrijf, auditor, Verstoorder(bedrijf, Random(seed)), lambda text: print(text, flush=True))
        began = time.monotonic()
        try:
            verloop.begin()
            if not afkoeling:
                verloop.late(seed, seconds)
                return verloop
            with snapshot(bedrijf.postgres.url(OWNER)):
                verloop.chaos(seed, seconds * share)
                if share < 1:
                    verloop.measure(seconds * (1 - share))
        except NotRecovered:
            verloop.hersteld = None
            print("\n".join(auditor.what_waits()))
            verloop.bevinding.add(auditor.audit())
        print(f"{time.monotonic() - began:.0f} s")
    return verloop


def _figures(verloop: Verloop) -> dict[str, object]:
    auditor, found = verloop.auditor, verloop.bevinding
    return {
        "results": sum(versie for versie, _ in auditor.erkend.values()),
        "messages": auditor.boek.count_messages(),
        "kills": verloop.verstoorder.kills,
        "faults": {**verloop.verstoorder.geteld, **auditor.boek.faults()},
        "lost": len(found.lost),
        "wrong": len(found.wrong),
        "refused": len(found.geweigerd),
        "doubles_applied": auditor.boek.doubles(),
        "unknown_commits": auditor.onbekend,
        "internal_errors": verloop.intern,
        "recovered_s": verloop.hersteld and round(verloop.hersteld, 1),
        "rates": verloop.rates,
    }


def exit_code(figures: Mapping[str, object]) -> int:
    """What the last line comes to; an audit means nothing while messages are under way."""
    if figures["recovered_s"] is None:
        return 3
    if figures["wrong"]:
        return 1
    return 4 if figures["lost"] else 0


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    sys.exit(ended)
