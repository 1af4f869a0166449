"""A worker in a long call: `python -m tests.jobs.frozen <koppeling>`. The call ends when a line comes in."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

from jobs import lease
from webapp import create_app
from webapp.config import Settings
from webapp.db import unit_of_work
from webapp.muur import alle_scholen
from webapp.services import beurten

LEASE = timedelta(seconds=2)


def main() -> None:
    """Take the fetch, renew it during the call, and tell whether it is still ours after that."""
    koppeling_id = int(sys.argv[1])
    beurten.LEASE, lease.EVERY = LEASE, LEASE / 10
    with create_app(Settings.from_env(os.environ)).app_context(), alle_scholen():
        with unit_of_work() as session:
            token = beurten.OPHALEN.take(session, koppeling_id)
        assert token is not None
        print("taken", flush=True)
        with lease.renewing(beurten.OPHALEN, koppeling_id, token):
            sys.stdin.readline()
        with unit_of_work() as session:
            ours = beurten.OPHALEN.locked_if_ours(session, koppeling_id, token)
            print("lost" if ours is None else "ours", flush=True)


if __name__ == "__main__":
    main()
