"""Reading in 300 schools of 220 leerlingen with 880 results each, and the same folder once more.

`python -m tests.benchmarks.inlezen [--scholen 300] [--leerlingen 220]` on servers of its own; the last line is JSON,
with seconds on the clock, and those of the processor without PostgreSQL's.
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from sandbox.proef.nachtvulling import brin_of, leerlingen
from tests.ground.servers import _clone, started
from tests.paren import app_for
from webapp.config import Omgeving, Settings
from webapp.inlezen import Inlezing
from webapp.services.inlezen.map import open_map
from webapp.services.inlezen.stand import Telling
from webapp.services.inlezen.velden import Bestand

_PER_LEERLING = 4
_TESTS = [f"B-{jaar}-{n}" for jaar in range(1, 9) for n in range(_PER_LEERLING)]


def main() -> None:
    """Write the folder, read it in twice, and say how long and how much memory each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scholen", type=int, default=300)
    parser.add_argument("--leerlingen", type=int, default=220)
    options = parser.parse_args()
    with TemporaryDirectory() as folder, started() as servers:
        write_folder(Path(folder), options.scholen, options.leerlingen)
        url = servers.database_url(_clone(servers, "koppelpunt_inlezen"))
        settings = Settings(
            omgeving=Omgeving.SANDBOX, public_url="http://localhost", database_url=url,
            redis_url=servers.valkey.url(0), secret_keys=("x" * 32,), password_salt="x",
            encryption_keys=("1:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",),
            parnassys_url="http://127.0.0.1:9/", klantcode="x", mail_host="127.0.0.1",
        )  # fmt: skip
        app = app_for(settings, url)
        with app.app_context():
            print(json.dumps({"eerste keer": _read(Path(folder)), "nog eens": _read(Path(folder))}))


def _read(folder: Path) -> dict[str, float | int]:
    begin, processor = perf_counter(), process_time()
    werk = Inlezing(open_map(folder), is_mailed=False)
    looked = perf_counter()
    werk.check()
    assert not werk.fouten, werk.fouten[:5]
    checked = perf_counter()
    werk.write()
    assert not werk.over
    telling = werk.tellingen.get(Bestand.RESULTATEN, Telling())
    return {
        "doorgekeken": round(looked - begin, 1), "nagekeken": round(checked - looked, 1),
        "geschreven": round(perf_counter() - checked, 1), "processor": round(process_time() - processor, 1),
        "resultaten nieuw": telling.nieuw,
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def write_folder(folder: Path, scholen: int, aantal: int) -> None:
    """Invented schools with all files."""
    schools = [brin_of(number) for number in range(scholen)]
    files = {
        "scholen": ("brin;naam", (f"{brin};School {brin}" for brin in schools)),
        "groepen": ("brin;eigen_nummer;naam;jaargroep;schooljaar", _groepen(schools)),
        "leerlingen": (
            "brin;eigen_nummer;roepnaam;achternaam;geboortedatum;jaargroep;groep",
            (
                f"{brin};L{n};{kind.roepnaam};{kind.achternaam};{kind.geboortedatum};{kind.jaargroep};G{kind.jaargroep}"
                for brin in schools
                for n, kind in enumerate(leerlingen(brin, "2026-2027", aantal))
            ),
        ),
        "toetsen": (
            "code;naam;vakgebied;leerjaar;aantal_opgaven;vaardigheidsscores",
            (f"{code};{code};Rekenen;{code[2]};40;{' '.join(map(str, range(20, 61)))}" for code in _TESTS),
        ),
        "normen": (
            "toets;schooldag;gemiddelde;standaardafwijking",
            (f"{code};{dag};40;9" for code in _TESTS for dag in (0, 365)),
        ),
        "resultaten": (
            "brin;eigen_nummer;leerling;toets;afnamedatum;ruwe_score",
            (
                f"{brin};R{n}-{k};L{n};B-{n % 8 + 1}-{k};{date(2025, 11, 3) + timedelta(days=40 * k)};{n % 41}"
                for brin in schools
                for n in range(aantal)
                for k in range(_PER_LEERLING)
            ),
        ),
    }
    for name, (head, rows) in files.items():
        with (folder / f"{name}.csv").open("w") as file:
            file.write(f"{head}\n")
            file.writelines(f"{row}\n" for row in rows)


def _groepen(schools: list[str]) -> Iterator[str]:
    return (f"{brin};G{jaar};Groep {jaar};{jaar};2025-2026" for brin in schools for jaar in range(1, 9))


if __name__ == "__main__":
    main()
