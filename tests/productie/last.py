"""Visitors who keep asking, beside whatever is done to the processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

Ask = Callable[[str, str], int]
_ASKED = (("/inloggen", "GET"), ("/aanvraag/", "GET"), ("/inloggen", "POST"), ("/static/koppelpunt.css", "GET"))


@contextmanager
def visitors(ask: Ask, number: int = 4) -> Iterator[Counter[int]]:
    """So many at once; what they were answered is counted by status, a line that broke as 0."""
    seen: Counter[int] = Counter()
    done = Event()

    def visit(turn: int) -> None:
        while not done.is_set():
            path, method = _ASKED[turn % len(_ASKED)]
            try:
                status = ask(path, method)
            except OSError:
                status = 0
            seen[status] += 1
            turn += 1

    threads = [Thread(target=visit, args=(turn,), daemon=True) for turn in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        done.set()
        for thread in threads:
            thread.join(90)


def lost(seen: Counter[int]) -> int:
    """How many got no answer of the web."""
    return sum(seen[status] for status in (0, 502, 503, 504))
