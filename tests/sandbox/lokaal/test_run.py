"""`make run` as a whole: ready only when all is up, alone in its folder, and gone without a trace."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.ground.run import COMMAND, LocalRun

STOPPED_WITHIN = 30


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
        with suppress(psutil.NoSuchProcess):  # it ended with the one before it
            process.kill()


@pytest.mark.early
def test_three_runs_in_one_folder_stopped_killed_and_repaired(
    start: Callable[..., LocalRun], folder: Path, temporary: Path
) -> None:
    """One story, because each start takes seconds: every part stands on what the one before it left."""
    first = start()
    first.wait_until_ready()
    # It was well a moment ago; on a busy machine the row of the watch may be past its 15 seconds just now.
    wait_until(lambda: answers(first))
    second_at_once = start()
    assert second_at_once.process.wait(60) == 1
    assert f"draait al in deze map: {first.url} (proces {first.process.pid})" in second_at_once.output
    assert_stops(first, signal.SIGINT, temporary)
    assert list((folder / "thuis").iterdir()) == []
    secrets = (first.var / "secrets.json").read_text()
    logins = first.logins
    assert (first.var / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert not any(secret in first.output for secret in json.loads(secrets).values())

    second = start()
    second.wait_until_ready()
    assert ((second.var / "secrets.json").read_text(), second.logins) == (secrets, logins)
    everything = second.processes()
    assert {"postgres", "valkey-server"} <= {process.name() for process in everything}
    second.process.kill()
    assert psutil.wait_procs(everything, timeout=STOPPED_WITHIN)[1] == []

    third = start()
    third.wait_until_ready()
    web = next(process for process in third.processes() if "gunicorn" in " ".join(process.cmdline()))
    web.kill()
    third.wait_for("web is gestopt (signaal 9)")
    wait_until(lambda: answers(third))
    assert_stops(third, signal.SIGTERM, temporary)


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


def assert_stops(run: LocalRun, number: signal.Signals, temporary: Path) -> None:
    code, seconds = run.stop(number)
    assert code == 0, run.output
    assert seconds < STOPPED_WITHIN
    assert_nothing_left(run, temporary)


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
