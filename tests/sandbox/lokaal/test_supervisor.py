"""The supervisor: what dies comes back, what is said is passed on, and in the end nothing is left."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from sandbox.lokaal import supervisor as module
from sandbox.lokaal.console import Console
from sandbox.lokaal.program import Program
from sandbox.lokaal.supervisor import Supervisor


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(out: io.StringIO) -> Iterator[Supervisor]:
    supervisor = Supervisor(Console(out))
    yield supervisor
    supervisor.stop(in_a_hurry=lambda: True)


def script(naam: str, code: str, log: Path | None = None) -> Program:
    return Program(naam, (sys.executable, "-u", "-c", code), env=dict(os.environ), cwd=Path.cwd(), log=log)


def tick_until(supervisor: Supervisor, done: Callable[[], bool], within: float = 10) -> None:
    deadline = time.monotonic() + within
    while not done():
        assert time.monotonic() < deadline, "took too long"
        supervisor.tick(0.02)


def test_every_line_carries_the_name_of_who_said_it(supervisor: Supervisor, out: io.StringIO) -> None:
    supervisor.add(script("web", "import time; print('een\\ntwee\\nzonder einde', end=''); time.sleep(60)"))
    supervisor.add(script("sweep", "import time; print('drie'); time.sleep(60)"))
    tick_until(supervisor, lambda: "twee" in out.getvalue() and "drie" in out.getvalue())
    supervisor.stop(in_a_hurry=lambda: False)
    said = sorted(out.getvalue().splitlines())
    assert said == ["      web | een", "      web | twee", "      web | zonder einde", "    sweep | drie"]


def test_a_program_that_dies_is_started_again_after_a_growing_pause(
    supervisor: Supervisor, out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.2)
    supervisor.add(script("worker", "print('hier'); raise SystemExit(3)"))
    tick_until(supervisor, lambda: out.getvalue().count("hier") == 3)
    assert "worker is gestopt (code 3); start opnieuw over 1,0 s." in out.getvalue()
    assert "worker is gestopt (code 3); start opnieuw over 0,2 s." in out.getvalue()


def test_a_killed_program_comes_back_without_what_it_had_started(supervisor: Supervisor, out: io.StringIO) -> None:
    parent = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid); subprocess.Popen(['sleep', '60']).wait()"
    process = supervisor.add(script("web", parent))
    tick_until(supervisor, lambda: "|" in out.getvalue())
    grandchild = psutil.Process(int(out.getvalue().split("|")[1]))
    process.send_signal(signal.SIGKILL)
    tick_until(supervisor, lambda: out.getvalue().count("| ") == 2)
    assert "web is gestopt (signaal 9)" in out.getvalue()
    assert psutil.wait_procs([grandchild], timeout=2)[1] == []


def test_a_program_that_does_not_listen_is_ended_in_time(supervisor: Supervisor, out: io.StringIO) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('doof'); time.sleep(60)"
    processes = [supervisor.add(script(naam, deaf)) for naam in ("web", "worker")]
    tick_until(supervisor, lambda: out.getvalue().count("doof") == 2)
    begin = time.monotonic()
    supervisor.stop(in_a_hurry=lambda: False)
    assert time.monotonic() - begin < 7
    assert [process.returncode for process in processes] == [-9, -9]


def test_programs_stop_before_the_servers_they_stand_on(
    supervisor: Supervisor, out: io.StringIO, tmp_path: Path
) -> None:
    moments = tmp_path / "momenten"
    goodbye = (
        "import signal, sys, time\n"
        f"def bye(*_): time.sleep({{0}}); print('{{1}}', file=open({str(moments)!r}, 'a')); sys.exit()\n"
        "signal.signal(15, bye); print('klaar'); time.sleep(60)"
    )
    log = tmp_path / "log"
    supervisor.add(script("PostgreSQL", goodbye.format(0, "server"), log=log))
    supervisor.add(script("web", goodbye.format(0.5, "programma")))
    tick_until(supervisor, lambda: "klaar" in out.getvalue() and log.read_text() == "klaar\n")
    supervisor.stop(in_a_hurry=lambda: False)
    assert moments.read_text().split() == ["programma", "server"]


def test_a_flood_of_words_does_not_hold_up_the_others(supervisor: Supervisor, out: io.StringIO) -> None:
    supervisor.add(script("web", "while True: print('x' * 200)"))
    supervisor.add(script("worker", "import time; print('ook nog'); time.sleep(60)"))
    tick_until(supervisor, lambda: "ook nog" in out.getvalue())


def test_a_second_signal_skips_the_waiting(supervisor: Supervisor, out: io.StringIO) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('doof'); time.sleep(60)"
    supervisor.add(script("web", deaf))
    tick_until(supervisor, lambda: "doof" in out.getvalue())
    begin = time.monotonic()
    supervisor.stop(in_a_hurry=lambda: True)
    assert time.monotonic() - begin < 2
