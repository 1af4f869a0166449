"""Workers or the sweep as in production, with shorter waits: `python -m tests.chaos.proces worker --aantal 2`."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

from jobs import sweep, worker
from tests.chaos import tempo

AFKOELING = "CHAOS_AFKOELING"
"""Name of the variable with the cool-down in seconds, which may be none at all."""


def main() -> None:
    """Be what the first argument says."""
    tempo.hasten(timedelta(seconds=float(os.environ[AFKOELING])))
    {"worker": worker.main, "sweep": sweep.main}[sys.argv.pop(1)]()


if __name__ == "__main__":
    main()
