"""What the LAS wrote down: every message that it processed, in that order, and every fault of its own."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple


class Verwerkt(NamedTuple):
    """A result as the LAS processed it."""

    leerlingid: str
    score: int


class Boek:
    """The file, read as far as it goes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._lines: list[dict[str, Any]] = []

    def lines(self) -> list[dict[str, Any]]:
        """All of them; a line that is being written is left for the next time."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        self._lines += [json.loads(line) for line in whole.splitlines()]
        return self._lines

    def processed(self) -> dict[str, list[Verwerkt]]:
        """Per result key what was processed, the last one last."""
        found: dict[str, list[Verwerkt]] = {}
        for line in self.lines():
            for sleutel, (leerlingid, goed) in line.get("resultaten", {}).items():
                found.setdefault(sleutel, []).append(Verwerkt(leerlingid, goed))
        return found

    def doubles(self) -> int:
        """How often a version was processed that had been processed before."""
        counted = (Counter(each.score for each in had) for had in self.processed().values())
        return sum(times - 1 for scores in counted for times in scores.values())

    def faults(self) -> Counter[str]:
        """How often the LAS did what."""
        return Counter(f"las_{line['fout']}" for line in self.lines() if line.get("fout"))

    def count_messages(self) -> int:
        """How many came in, whatever became of them."""
        return sum("fout" in line for line in self.lines())

    def count(self, since: float, until: float) -> int:
        """Results that were processed between two moments."""
        return sum(len(line.get("resultaten", ())) for line in self.lines() if since <= line["op"] < until)

    def schools(self, since: float) -> set[str]:
        """Schools of which something was processed since: the number before the dash of who is a leerling there."""
        new = (line for line in reversed(self.lines()) if line["op"] >= since)
        return {leerlingid.partition("-")[0] for line in new for leerlingid, _ in line.get("resultaten", {}).values()}
