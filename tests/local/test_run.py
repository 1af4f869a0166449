"""`make run` as a whole: ready only when all is up, alone in its folder, and gone without a trace."""

from __future__ import annotations

import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.ground.run import COMMAND, LocalRun

STOPPED_WITHIN = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout's folder may have any length; this one is too long for a socket."""
    path = tmp_path.joinpath(*["een-map-met-een-lange-naam"] * 8)
    path.mkdir(parents=True)
    return path


@pytest.fixture
def temporary() -> Iterator[Path]:
    """The temporary directory that the run is given; nothing may be left in it."""
    with tempfile.TemporaryDirectory(prefix="kp") as name:
        yield Path(name)


@pytest.fixture
def start(folder: Path, temporary: Path) -> Iterator[Callable[..., LocalRun]]:
    """Start a run in the folder; whatever the test does, it does not outlive it."""
    runs: list[LocalRun] = []

    def start_one(**environ: str) -> LocalRun:
        runs.append(LocalRun(folder, environ={"TMPDIR": str(temporary), "HOME": str(folder / "thuis"), **environ}))
        return runs[-1]

    (folder / "thuis").mkdir()
    yield start_one
    for process in {process for run in runs for process in run.processes()}:
        process.kill()


def test_a_run_from_its_first_start_to_its_last_trace(
    start: Callable[..., LocalRun], folder: Path, temporary: Path
) -> None:
    run = start()
    run.wait_until_ready()
    assert run.health()[0] == 200

    second = start()
    assert second.process.wait(60) == 1
    assert f"draait al in deze map: {run.url} (proces {run.process.pid})" in second.output

    assert run.stop(signal.SIGINT) < (0, STOPPED_WITHIN), run.output
    assert_nothing_left(run, temporary)
    assert list((folder / "thuis").iterdir()) == []
    secrets = run.var / "secrets.json"
    assert secrets.stat().st_mode & 0o777 == 0o600
    written = secrets.read_text()
    assert not any(secret in run.output for secret in written.split('"')[3::4])

    again = start()
    again.wait_until_ready()
    assert secrets.read_text() == written
    assert again.stop(signal.SIGTERM) < (0, STOPPED_WITHIN), again.output
    assert_nothing_left(again, temporary)


def test_a_killed_supervisor_takes_everything_along_and_does_not_hinder_the_next(
    start: Callable[..., LocalRun], temporary: Path
) -> None:
    run = start()
    run.wait_until_ready()
    everything = run.processes()
    assert {"postgres", "valkey-server"} <= {process.name() for process in everything}
    run.process.kill()
    assert psutil.wait_procs(everything, timeout=STOPPED_WITHIN)[1] == []

    again = start()
    again.wait_until_ready()
    web = next(process for process in again.processes() if "gunicorn" in " ".join(process.cmdline()))
    web.kill()
    again.wait_for("web is gestopt (signaal 9)")
    wait_until(lambda: answers(again))
    assert again.stop() < (0, STOPPED_WITHIN), again.output
    assert_nothing_left(again, temporary)


def test_make_that_is_told_to_stop_tells_nobody_and_yet_all_stops(
    folder: Path, temporary: Path, start: Callable[..., LocalRun]
) -> None:
    makefile = folder / "Makefile"
    makefile.write_text(f"run:\n\t@exec {' '.join(COMMAND)}\n")
    make = shutil.which("make")
    if make is None:
        pytest.skip("geen make op deze machine")
    run = LocalRun(folder, (make, "-f", str(makefile), "run"), environ={"TMPDIR": str(temporary)})
    run.wait_for("PostgreSQL starten")
    everything = run.processes()
    run.process.send_signal(signal.SIGINT)  # to make alone: a terminal would send it to both
    run.process.wait(STOPPED_WITHIN)
    assert psutil.wait_procs(everything, timeout=1)[1] == []
    assert_nothing_left(run, temporary)


def test_a_setting_that_is_wrong_is_said_before_anything_starts(
    start: Callable[..., LocalRun], temporary: Path
) -> None:
    run = start(OMGEVING="sandbok", AFKOELING="kort")
    assert run.process.wait(60) == 1
    assert "OMGEVING moet een van" in run.output
    assert "AFKOELING moet een getal zijn" in run.output
    assert "PostgreSQL" not in run.output
    assert "Traceback" not in run.output
    assert_nothing_left(run, temporary)


def test_a_port_that_is_taken_is_said_before_anything_starts(start: Callable[..., LocalRun]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = start(PORT=str(taken.getsockname()[1]))
        assert run.process.wait(60) == 1
    assert "is niet vrij" in run.output
    assert "Traceback" not in run.output


def assert_nothing_left(run: LocalRun, temporary: Path) -> None:
    assert run.processes() == []
    assert list(temporary.iterdir()) == []
    assert not (run.var / "sockets").is_symlink()


def answers(run: LocalRun) -> bool:
    try:
        return run.health()[0] == 200
    except OSError:
        return False


def wait_until(done: Callable[[], bool], within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)
