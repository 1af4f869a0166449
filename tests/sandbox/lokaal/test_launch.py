"""Between fork and exec: bound to the parent's life, and not as root."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from sandbox.lokaal.program import UNPRIVILEGED, launcher, privileges

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="alleen root kan een andere gebruiker worden")


@pytest.mark.skipif(sys.platform != "linux", reason="alleen Linux waarschuwt een kind als de ouder sterft")
def test_a_program_dies_with_its_parent_even_when_that_is_killed() -> None:
    parent = (
        "import os, signal, subprocess, time; from sandbox.lokaal.program import launcher\n"
        "command = launcher(parent=os.getpid(), number=signal.SIGTERM, rights=[])\n"
        "child = subprocess.Popen([*command, '/bin/sh', '-c', 'echo ready; exec sleep 60'], stdout=subprocess.PIPE)\n"
        "child.stdout.readline(); print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        process.kill()
    assert child not in psutil.wait_procs([child], timeout=5)[1]


def test_a_program_whose_parent_is_already_gone_does_not_start() -> None:
    command = [*launcher(parent=1, number=signal.SIGTERM, rights=[]), "/bin/echo", "gestart"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


@as_root
@pytest.mark.parametrize("hidden", [False, True])
def test_the_unprivileged_user_reaches_what_it_needs_and_no_permission_is_changed(*, hidden: bool) -> None:
    # Not in tmp_path: pytest hides that folder from other users, and here we decide what is hidden.
    with tempfile.TemporaryDirectory() as name:
        above, data = Path(name), Path(name) / "data"
        above.chmod(0o700 if hidden else 0o711)
        data.mkdir(mode=0o700)
        shutil.chown(data, UNPRIVILEGED)
        done = _as_unprivileged(data, f"touch {data}/bestand && id -un && grep CapEff /proc/self/status")
        user, capabilities = done.stdout.splitlines()
        assert user == UNPRIVILEGED
        # Nothing where nothing is needed, otherwise only the right to look (CAP_DAC_READ_SEARCH).
        assert int(capabilities.split()[1], 16) == (1 << 2 if hidden else 0)
        assert (data / "bestand").owner() == UNPRIVILEGED
        assert above.stat().st_mode & 0o777 == (0o700 if hidden else 0o711)


@as_root
def test_the_right_to_look_counts_for_who_asks_first_whether_it_may(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "bestand").touch()
    ask = f"import os; print(os.access('{tmp_path}/bestand', os.R_OK))"
    done = _as_unprivileged(tmp_path, f'/usr/bin/env python3 -c "{ask}"')
    assert done.stdout == "True\n", done.stderr


@as_root
def test_the_right_to_look_is_no_right_to_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    done = _as_unprivileged(tmp_path, f"touch {tmp_path}/bestand")
    assert done.returncode != 0
    assert not (tmp_path / "bestand").exists()


def _as_unprivileged(needed: Path, script: str) -> subprocess.CompletedProcess[str]:
    rights = privileges(refuses_root=True, needs=(needed,))
    command = [*launcher(parent=os.getpid(), number=signal.SIGTERM, rights=rights), "/bin/sh", "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=False)
