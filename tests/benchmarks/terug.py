"""How soon the school of a worker that was killed is served again, with the waits of production: `make bench`.

Two schools, each with a worker that is killed with -9: one after it took the school, one with its message written down,
which costs the cool-down (here the shortest that two requests allow, a minute) because the LAS may be busy with it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import func, select

from sandbox.lokaal.postgres import OWNER
from tests.ground.servers import as_owner, started
from tests.jobs.environment import environ_of
from tests.jobs.opstelling import Opstelling, set_up, until
from tests.wereld import make_wereld
from webapp import migrate
from webapp.config import PROJECT, Omgeving, Settings
from webapp.db import unit_of_work
from webapp.models import Levering
from webapp.models.ids import KoppelingId, SchoolId
from webapp.muur import alle_scholen

MOMENTS = {"99YA": "after the claim", "99YB": "before sending"}
_AFKOELING = timedelta(minutes=1)
_RESULTS = 3


def main() -> None:
    """Kill both, start workers and the sweep, and tell when all is delivered."""
    with started() as servers:
        url = servers.database_url(OWNER)
        migrate.upgrade(as_owner(url))
        settings = Settings(
            omgeving=Omgeving.SANDBOX, public_url="http://localhost:8000", database_url=url,
            redis_url=servers.valkey.url(), secret_keys=("0" * 43,), password_salt="1" * 43,
            encryption_keys=("1:" + "A" * 43 + "=",), parnassys_url="http://127.0.0.1:1", klantcode="BOOM",
        )  # fmt: skip
        with set_up(replace(settings, database_url=environ_of(settings)["DATABASE_URL"])) as opstelling:
            _measure(opstelling)


def _measure(opstelling: Opstelling) -> None:
    environ = {
        **os.environ, **environ_of(opstelling.settings), "AFKOELING": str(int(_AFKOELING.total_seconds())),
    }  # fmt: skip
    killed: dict[str, tuple[SchoolId, float]] = {}
    for brin, moment in MOMENTS.items():
        with alle_scholen(), unit_of_work() as session:
            wereld = make_wereld(session, opstelling.app.extensions["keyring"], brin)
            wereld.genormeerd(_RESULTS)
            school_id, koppeling_id = wereld.school.id, wereld.koppeling.id
        _kill(koppeling_id, moment, environ)
        killed[moment] = school_id, time.monotonic()
    with ExitStack() as stack:
        for module in ("jobs.worker", "jobs.sweep"):
            process = stack.enter_context(subprocess.Popen([sys.executable, "-m", module], cwd=PROJECT, env=environ))
            stack.callback(process.terminate)
        for moment, (school_id, since) in killed.items():
            until(partial(_is_delivered, school_id), "it is delivered", seconds=300)
            print(f"killed {moment}: delivered {time.monotonic() - since:.0f} s later (goal 120)", flush=True)


def _kill(koppeling_id: KoppelingId, moment: str, environ: dict[str, str]) -> None:
    argv = [sys.executable, "-m", "tests.jobs.killed", str(koppeling_id), moment]
    assert subprocess.run(argv, cwd=PROJECT, env=environ, check=False).returncode < 0


def _is_delivered(school_id: SchoolId) -> bool:
    confirmed = select(func.count()).where(Levering.school_id == school_id, Levering.bevestigd >= Levering.versie)
    with alle_scholen(), unit_of_work() as session:
        return session.scalar(confirmed) == _RESULTS


if __name__ == "__main__":
    main()
