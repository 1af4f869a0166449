"""What a program of ours leaves behind when it dies: we take it in, so that it can be found and ended with the rest."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress

import psutil

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """From now on a process whose parent died becomes our child, also one in a session of its own (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def bury_orphans(own: set[int]) -> None:
    """Take the exit code of adopted processes that are done; `own` have somebody who waits for them."""
    for process in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if process.pid not in own and process.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(process.pid, os.WNOHANG)


def end_orphans() -> None:
    """End everything that is still below us."""
    left = psutil.Process().children(recursive=True)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=1)
