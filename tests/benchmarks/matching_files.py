"""The matching on files, as anyone may run it: `python -m tests.benchmarks.matching_files [--schools N]`.

Writes two CSV files of so many invented schools, runs `flask --app wsgi match` on them, and prints how long that took
and how much memory it needed at its highest, imports included. The whole country is some 6,000 schools.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.generator.aanleveringen import make_aanlevering
from webapp.config import PROJECT
from webapp.matching import Persoon
from webapp.matching.rows import COMMON_COLUMNS

_GESLACHT = {"1": "M", "2": "V"}
_MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
print(done.stdout.strip().splitlines()[-1])
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def main() -> int:
    """Print the figures; return 1 when the command fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=300)
    schools = parser.parse_args().schools
    with tempfile.TemporaryDirectory() as folder:
        existing, incoming, out = (Path(folder) / name for name in ("existing.csv", "incoming.csv", "decisions.csv"))
        rows = _write(existing, incoming, schools)
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "match", str(existing), str(incoming)]
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, *command, "--out", str(out)],
            cwd=PROJECT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        summary, status = done.stdout.strip().splitlines()
        code, megabytes = status.split()
        size = (existing.stat().st_size + incoming.stat().st_size) / 1e6
        print(f"{schools} scholen, {rows} gegevens, {size:.0f} MB aan bestanden: {time.monotonic() - started:.1f} s, "
              f"ten hoogste {megabytes} MB. {summary}")  # fmt: skip
    return int(code)


def _write(existing: Path, incoming: Path, schools: int) -> int:
    rows = 0
    with (
        existing.open("w", newline="", encoding="utf-8") as one,
        incoming.open("w", newline="", encoding="utf-8") as two,
    ):
        known, delivered = csv.writer(one), csv.writer(two)
        known.writerow(("existing_id", "ext_key", *COMMON_COLUMNS))
        delivered.writerow(("incoming_key", *COMMON_COLUMNS))
        for seed in range(schools):
            aanlevering = make_aanlevering(seed, ids="some")
            known.writerows([f"{seed}-{p.id}", p.las_key or "", *_common(p, seed)] for p in aanlevering.existing)
            delivered.writerows([p.las_key or f"{seed}-{p.id}", *_common(p, seed)] for p in aanlevering.incoming)
            rows += len(aanlevering.incoming)
    return rows


def _common(p: Persoon, school: int) -> tuple[str, ...]:
    return tuple(
        " ".join(value.splitlines())
        for value in (
            "leerling", f"S{school}", p.eckid or "", p.achternaam or "", p.voorvoegsel or "", p.voornamen or "",
            p.voorletters or "", p.roepnaam or "", p.geboortedatum.isoformat() if p.geboortedatum else "",
            _GESLACHT.get(p.geslacht or "", ""), p.jaargroep or "", p.groep or "", "",
        )
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
