"""Everything fails for a minute while results are normed: none is lost, none ends at the LAS in an old version."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.chaos.__main__ import exit_code
from webapp.config import PROJECT


@pytest.mark.early
def test_a_minute_of_chaos_loses_nothing() -> None:
    """No rates: beside other tests they say nothing."""
    argv = [sys.executable, "-m", "tests.chaos", "--seconds", "60", "--seed", "1", "--no-rates"]
    done = subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["lost"], figures["wrong"]) == (0, 0)
    assert figures["kills"] > 10
    assert figures["results"] > figures["kills"]


@pytest.mark.parametrize(
    ("wrong", "lost", "recovered", "code"),
    [(0, 0, 0.0, 0), (2, 0, 9.0, 1), (2, 3, 9.0, 1), (0, 3, 9.0, 4), (0, 0, None, 3), (2, 3, None, 3)],
)
def test_only_a_wrong_result_at_rest_ends_with_1(wrong: int, lost: int, recovered: float | None, code: int) -> None:
    assert exit_code({"wrong": wrong, "lost": lost, "recovered_s": recovered}) == code
