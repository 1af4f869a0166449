"""The data folder: one supervisor at a time, and sockets whose path is never too long."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.lokaal.folder import AlreadyRunning, data_folder, lock, socket_folder


def test_a_second_start_in_the_same_folder_says_where_the_first_one_is(tmp_path: Path) -> None:
    with lock(tmp_path) as announce:
        announce("http://localhost:8123")
        with (
            pytest.raises(AlreadyRunning, match=r"draait al .*: http://localhost:8123") as caught,
            lock(tmp_path),
        ):
            pytest.fail("two hold the lock")
    assert f"proces {os.getpid()}" in str(caught.value)


def test_a_second_start_during_the_first_seconds_of_the_first_is_refused_too(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(AlreadyRunning, match="start of stopt al"), lock(tmp_path):
        pytest.fail("two hold the lock")


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    holder = (
        "import sys, pathlib, time; from sandbox.lokaal.folder import lock\n"
        "with lock(pathlib.Path(sys.argv[1])) as announce: announce('x'); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holder, tmp_path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        process.kill()
        process.wait()
    with lock(tmp_path):
        pass


@pytest.mark.parametrize("depth", [0, 12])
def test_sockets_fit_however_long_the_path_is(tmp_path: Path, depth: int) -> None:
    folder = data_folder(tmp_path.joinpath(*["een-map-met-een-lange-naam"] * depth))
    with socket_folder(folder) as path:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path / ".s.PGSQL.5432"))
        assert path.stat().st_mode & 0o777 == 0o700
    assert not path.exists()
    assert not (folder / "sockets").is_symlink()


def test_sockets_of_a_crashed_run_are_cleared_at_the_next(tmp_path: Path) -> None:
    folder = data_folder(tmp_path.joinpath(*["een-map-met-een-lange-naam"] * 12))
    crashed = socket_folder(folder)
    first = crashed.__enter__()
    (first / "oud").touch()
    with socket_folder(folder) as second:
        assert not first.exists()
        assert list(second.iterdir()) == []


def test_a_link_that_is_not_ours_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "belangrijk"
    precious.mkdir()
    folder = data_folder(tmp_path / "var")
    (folder / "sockets").symlink_to(precious)
    with socket_folder(folder):
        pass
    assert precious.exists()
