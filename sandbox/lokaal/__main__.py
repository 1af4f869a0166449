"""`python -m sandbox.lokaal run | services | reset`."""

from __future__ import annotations

import argparse
import os
import signal
import sys

from sandbox.lokaal.reset import reset
from sandbox.lokaal.run import run
from sandbox.lokaal.services import throwaway_postgres, throwaway_valkey
from sandbox.lokaal.stopping import Stop, StopSignals
from webapp.rollen import WEB


def services() -> int:
    """Run an empty PostgreSQL and Valkey until stopped; print their addresses as settings for a shell."""
    with StopSignals() as signals:
        try:
            with throwaway_postgres() as postgres, throwaway_valkey() as valkey:
                try:
                    print(f"MIGRATIE_URL='{postgres.url()}'\nDATABASE_URL='{postgres.url(role=WEB)}'", flush=True)
                    print(f"REDIS_URL='{valkey.url()}'", flush=True)
                    signal.pause()
                finally:
                    signals.begin()
        except Stop:
            pass
    return 0


def main() -> int:
    """Do what the first word says."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.lokaal", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start alles en blijf draaien")
    commands.add_parser("services", help="start een lege PostgreSQL en Valkey, en ruim ze daarna op")
    commands.add_parser("reset", help="gooi alle gegevens weg")
    match parser.parse_args().command:
        case "run":
            return run(dict(os.environ))
        case "services":
            return services()
        case _:
            return reset(os.environ)


if __name__ == "__main__":
    sys.exit(main())
