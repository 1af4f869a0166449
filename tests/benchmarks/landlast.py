"""Browsers of a first Monday against real gunicorn processes: what a request costs, and how long it takes."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlencode

import psutil

from tests.benchmarks.nacht import cpu
from webapp.config import PROJECT

WEB_WORKERS, THREADS = 2, 4
_CROWD = 48
"""So many requests may be under way at once; who finds none free waits, and that counts."""
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Browser:
    """Somebody who is logged in, or nobody yet; with the page that they look at."""

    port: int
    page: str
    cookie: str = ""
    answers: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Where an answer to a question is sent, and its form."""
    token: str = ""

    def look(self) -> None:
        """Open the page."""
        status, body = self._ask("GET", self.page)
        assert status == 200, (self.page, status)
        if not self.token:
            found = _TOKEN.search(body)
            assert found is not None
            self.token = found[1]

    def answer(self) -> None:
        """Answer the next question, or another time one that was answered."""
        address, form = self.answers[0]
        self.answers.append(self.answers.pop(0))
        status, _ = self._ask("POST", address, {**form, "csrf_token": self.token})
        assert status == 303, (address, status)

    def follow(self) -> None:
        """Open a link of a mail, up to the page of the login."""
        where = self.page
        for _ in range(4):
            status, body = self._ask("GET", where)
            if status == 200:
                assert 'type="password"' in body
                return
            where = re.sub(r"^https?://[^/]*", "", body)
        raise AssertionError(where)

    def _ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Ask, and return the status and the page, or where it leads."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": "localhost", "Cookie": self.cookie, "Referer": f"http://localhost{self.page}"}
        body = urlencode(form) if form else None
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            if self.cookie and (given := answer.headers["Set-Cookie"]):  # with the secret of its forms
                self.cookie = given.partition(";")[0]
            if method == "GET" and answer.status in {302, 303}:
                return answer.status, answer.headers["Location"]
            return answer.status, text
        finally:
            connection.close()


class Web:
    """The gunicorn of this run."""

    def __init__(self, process: psutil.Popen, port: int) -> None:
        self._process, self.port = process, port

    def cpu(self) -> float:
        """Seconds of all its processes."""
        return sum(map(cpu, self.processes()))

    def pss(self) -> list[float]:
        """MB of each process, the parent first; a page that they share counts for the part of each."""
        return [each.memory_full_info().pss / 1e6 for each in self.processes()]

    def processes(self) -> list[psutil.Process]:
        """The parent, then its workers."""
        return [self._process, *sorted(self._process.children(), key=lambda each: each.pid)]


@contextmanager
def serving(environ: Mapping[str, str], *arguments: str) -> Iterator[Web]:
    """Run gunicorn as production does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [
        sys.executable, "-m", "gunicorn", "--no-control-socket", "--bind", f"127.0.0.1:{port}", "--worker-class",
        "gthread", "--workers", str(WEB_WORKERS), "--threads", str(THREADS), "--log-level", "warning", *arguments,
        "wsgi:app",
    ]  # fmt: skip
    with psutil.Popen(argv, cwd=PROJECT, env=dict(environ), stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield Web(process, port)
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.2)  # between two looks whether it is up
        else:
            return


def one_by_one(acts: Sequence[Callable[[], None]], times: int) -> list[float]:
    """Do them in turn, nobody beside; return how long each took, sorted, in ms."""
    taken = []
    for _, act in zip(range(times), cycle(acts), strict=False):
        begin = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begin) * 1000)
    return sorted(taken)


def crowd(acts: Mapping[str, tuple[float, Sequence[Callable[[], None]]]], seconds: float) -> dict[str, list[float]]:
    """Let so many of each come in a second, whether the last ones are done or not.

    Return how long each took from the moment at which it came, in ms; one that failed took for ever.
    """
    coming = (
        (number / rate, name, act)
        for name, (rate, several) in acts.items()
        for number, act in zip(range(int(rate * seconds)), cycle(several), strict=False)
    )
    moments = sorted(coming, key=lambda each: each[0])
    taken: dict[str, list[float]] = {name: [] for name in acts}
    begin = time.perf_counter()

    def come(at: float, name: str, act: Callable[[], None]) -> None:
        try:
            act()
        except (AssertionError, OSError):
            taken[name].append(float("inf"))
        else:
            taken[name].append((time.perf_counter() - begin - at) * 1000)

    with ThreadPoolExecutor(_CROWD) as pool:
        for at, name, act in moments:
            time.sleep(max(0.0, begin + at - time.perf_counter()))  # until it comes: that is what is played
            pool.submit(come, at, name, act)
    return {name: sorted(each) for name, each in taken.items()}


def share(taken: Sequence[float], part: float) -> float:
    """The value under which this part of them lies."""
    return taken[min(len(taken) - 1, int(len(taken) * part))]
