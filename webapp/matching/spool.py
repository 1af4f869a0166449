"""Rows set aside on disk by school, so that a whole country passes through little memory."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import IO, Self

_BYTES_PER_PART = 4_000_000
_MOST_PARTS = 200


class Spool:
    """Nameless temporary files: each holds the rows of some schools, and the system removes them whatever happens."""

    def __init__(self, expected_bytes: int) -> None:
        self._parts = max(1, min(_MOST_PARTS, expected_bytes // _BYTES_PER_PART))
        self._files: list[IO[str]] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        for _ in range(self._parts):
            file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")
            self._files.append(self._stack.enter_context(file))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def add(self, side: int, school: str, row: Sequence[str]) -> None:
        """Set a row aside; `side` is 0 for existing and 1 for incoming."""
        part = zlib.crc32(school.encode()) % self._parts  # not hash(): that differs from run to run
        self._files[part].write(f"{side}{json.dumps(school)}\t{json.dumps(row)}\n")

    def schools(self) -> Iterator[tuple[list[Sequence[str]], list[Sequence[str]]]]:
        """Yield per school the existing and the incoming rows."""
        for file in self._files:
            file.seek(0)
            lines: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
            for line in file:
                school, _, row = line[1:].partition("\t")
                lines[school][int(line[0])].append(row)
            for school in sorted(lines):
                known, delivered = lines.pop(school)
                yield [json.loads(row) for row in known], [json.loads(row) for row in delivered]
