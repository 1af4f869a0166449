"""A worker that is killed at a chosen line of its job: `python -m tests.jobs.killed <row> <moment>`."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from jobs import lease, ophalen, peiling, versturen
from webapp import create_app
from webapp.config import Settings
from webapp.models.ids import KoppelingId, ZekeringId
from webapp.services.ophalen import beurt as ophaalbeurt
from webapp.services.versturen import afloop, beurt
from webapp.uwlr.client import UwlrClient


def die(*_: Any, **__: Any) -> Any:
    """Kill this process: no handler runs and nothing is rolled back by us."""
    os.kill(os.getpid(), signal.SIGKILL)


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    """Replace a function by one that does its work and then kills this process."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        function(*args, **kwargs)
        die()

    return wrapped


def after_a_line(function: Callable[..., Any]) -> Callable[..., Any]:
    """Say that this is reached, do it only when a line comes in, and then kill this process."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        print("reached", flush=True)
        sys.stdin.readline()
        function(*args, **kwargs)
        die()

    return wrapped


def _late_while_it_notices() -> None:
    lease.EVERY = timedelta(seconds=0.2)
    setattr(UwlrClient, "send_leerresultaten", after_a_line(UwlrClient.send_leerresultaten))  # noqa: B010  # mypy refuses the plain form


MOMENTS: dict[str, Callable[[], None]] = {
    "before the claim": lambda: setattr(beurt, "claim", die),
    "after the claim": lambda: setattr(beurt, "begin", die),
    "while writing the doubt": lambda: setattr(beurt, "begin", after(beurt.begin)),
    "before sending": lambda: setattr(versturen, "_send", die),
    "after the answer": lambda: setattr(versturen, "_send", after(versturen._send)),
    "while recording": lambda: setattr(afloop, "_write_school", after(afloop._write_school)),
    "never": lambda: None,
}
LATE: dict[str, Callable[[], None]] = {
    "late": lambda: setattr(versturen, "_send", after_a_line(versturen._send)),
    "late, and it notices": _late_while_it_notices,
}
"""Moments at which it stands still until a line comes in, sends then, and dies before it can say so."""


def _with_little_memory() -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 100 * 2**20,) * 2)


FETCHING: dict[str, Callable[[], None]] = {
    "while storing a fetch": lambda: setattr(ophaalbeurt, "succeeded", die),
    "with little memory": _with_little_memory,
    "never in a fetch": lambda: None,
}
"""Moments in a fetch; with little memory it is not killed, but may fail anywhere."""
IN_THE_PROBE = "in the probe"
"""Of a LAS that is left alone: after its answer, before that is written down."""


def main() -> None:
    """Run one job, and die on the way."""
    row_id, moment = int(sys.argv[1]), sys.argv[2]
    with create_app(Settings.from_env(os.environ)).app_context():
        if moment == IN_THE_PROBE:
            peiling._answers = after(peiling._answers)
            peiling.probe_las(ZekeringId(row_id))
        if moment in FETCHING:
            FETCHING[moment]()
            ophalen.fetch_leerlinggegevens(KoppelingId(row_id))
            return
        (MOMENTS | LATE)[moment]()
        versturen.push_resultaten(KoppelingId(row_id))


if __name__ == "__main__":
    main()
