"""Throwaway servers: gone afterwards, also when the run that started them was killed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import redis

from sandbox.lokaal.services import throwaway_valkey

_KILLED = """
import os, signal
from sandbox.lokaal.services import throwaway_valkey
with throwaway_valkey() as valkey:
    print(valkey.data.parent, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nothing_is_left_afterwards(temporary: Path) -> None:
    with throwaway_valkey() as valkey, redis.Redis.from_url(valkey.url()) as client:
        assert client.ping()
    assert list(temporary.iterdir()) == []


def test_what_a_killed_run_left_is_removed_and_what_still_runs_is_not(temporary: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED], env={"TMPDIR": str(temporary)}, capture_output=True, text=True, check=False
    )
    left = Path(killed.stdout.strip())
    assert left.parent == temporary
    assert left.exists()
    with throwaway_valkey() as first, throwaway_valkey():
        assert not left.exists()
        with redis.Redis.from_url(first.url()) as client:
            assert client.ping()
