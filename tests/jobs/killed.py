"""A worker that is killed at a chosen line of sending: `python -m tests.jobs.killed <koppeling> <moment>`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from jobs import versturen
from webapp import create_app
from webapp.config import Settings
from webapp.models.ids import KoppelingId
from webapp.services.versturen import afloop, beurt


def die(*_: Any, **__: Any) -> Any:
    """Kill this process: no handler runs and nothing is rolled back by us."""
    os.kill(os.getpid(), signal.SIGKILL)


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    """Replace a function by one that does its work and then kills this process."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        function(*args, **kwargs)
        die()

    return wrapped


MOMENTS: dict[str, Callable[[], None]] = {
    "before the claim": lambda: setattr(beurt, "claim", die),
    "after the claim": lambda: setattr(beurt, "begin", die),
    "while writing the doubt": lambda: setattr(beurt, "begin", after(beurt.begin)),
    "before sending": lambda: setattr(versturen, "_send", die),
    "after the answer": lambda: setattr(versturen, "_send", after(versturen._send)),
    "while recording": lambda: setattr(afloop, "_write_school", after(afloop._write_school)),
    "never": lambda: None,
}


def main() -> None:
    """Run one job, and die on the way."""
    koppeling_id, moment = KoppelingId(int(sys.argv[1])), sys.argv[2]
    app = create_app(Settings.from_env(os.environ))
    MOMENTS[moment]()
    with app.app_context():
        versturen.push_resultaten(koppeling_id)


if __name__ == "__main__":
    main()
