"""The unit files: right by systemd's own reading, closed to the machine, and patient with a job."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from jobs.worker import _OVERRUN_SECONDS
from tests.deploy.units import PROJECT, SYSTEMD, UNITS, setting
from webapp.queue import JOB_TIMEOUT_SECONDS
from webapp.start import UNUSABLE

ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")


def analyze(*arguments: str | Path) -> str:
    assert ANALYZE is not None
    done = subprocess.run([ANALYZE, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for unit in SYSTEMD.iterdir():
        text = unit.read_text()
        for program in re.findall(r"/opt/koppelpunt/\S+", text):
            text = text.replace(program, "/bin/true")
        (tmp_path / unit.name.replace("@.", "@1.")).write_text(text.replace("/opt/koppelpunt", str(PROJECT)))
    assert analyze("verify", "--man=no", *sorted(tmp_path.iterdir())) == ""


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_closed_to_the_machine(unit: Path) -> None:
    """Of 10; medium begins at 5. A new hole, or one word too few, is seen here."""
    analyze("security", "--offline=yes", "--threshold=12", unit)


def test_a_worker_gets_longer_to_stop_than_the_longest_job_lasts() -> None:
    assert int(setting("koppelpunt-werker.service", "TimeoutStopSec")) > JOB_TIMEOUT_SECONDS + _OVERRUN_SECONDS
    assert {setting(unit.name, "KillMode") for unit in UNITS} == {"mixed"}


def test_a_unit_that_cannot_start_is_not_started_for_ever() -> None:
    again = [unit.name for unit in UNITS if "\nRestart=" in unit.read_text()]
    assert {setting(unit, "RestartPreventExitStatus") for unit in again} == {str(UNUSABLE)}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_may_write_the_journal_that_its_settings_name(unit: Path) -> None:
    """Every program looks at its start; to a unit that does not name the folder all of the disk is read-only."""
    assert setting(unit.name, "ProtectSystem") == "strict"
    assert "koppelpunt/journaal" in setting(unit.name, "StateDirectory").split()
