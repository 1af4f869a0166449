"""A CSV that somebody filled in with a spreadsheet, as rows of text. What is not surely understood is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from webapp.errors import DomainError

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""A spreadsheet takes a cell that begins with one of these for a formula, and may run it."""
MAX_BYTES = 128 * 1024
MAX_ROWS = 1_000


class FileWrong(DomainError):
    """The file as a whole cannot be read."""


class FileEmpty(FileWrong):
    """There is no file, or nothing in it."""


class FileTooLarge(FileWrong):
    """More bytes or more rows than a groep can have."""


class NoCsv(FileWrong):
    """Not text of a CSV: a workbook, another encoding."""


@dataclass(eq=False)
class QuotesWrong(FileWrong):
    """A quotation mark is opened and not closed, or stands amid a cell."""

    regel: int


@dataclass(eq=False)
class ColumnsWrong(FileWrong):
    """The first line does not have the columns of the template."""

    ontbreken: tuple[str, ...]
    onbekend: tuple[str, ...]


@dataclass(eq=False)
class CellsWrong(FileWrong):
    """A row has more or fewer cells than there are columns."""

    regel: int


@dataclass(frozen=True)
class Regel:
    """One row: the line of the file on which it ends, and what stands in each column."""

    nummer: int
    velden: Mapping[str, str]


def read(content: bytes, columns: Sequence[str]) -> list[Regel]:
    """Return the rows that hold anything; raise a FileWrong."""
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    text = _decode(content)
    if not text.strip():
        raise FileEmpty
    first = text.lstrip().splitlines()[0]
    separator = next((sign for sign in ";\t" if sign in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num, [_as_it_was(cell) for cell in row]) for row in reader]
    except csv.Error:
        raise QuotesWrong(reader.line_num) from None
    headings = [heading.strip().lower() for heading in rows[0][1]]
    _check_columns(headings, columns)
    filled = [(number, row) for number, row in rows[1:] if any(cell.strip() for cell in row)]
    if len(filled) > MAX_ROWS:
        raise FileTooLarge
    for number, row in filled:
        if len(row) != len(headings):
            raise CellsWrong(number)
    return [Regel(number, dict(zip(headings, row, strict=True))) for number, row in filled]


def _decode(content: bytes) -> str:
    """UTF-8 with or without its mark, or what a Dutch Excel saves as CSV; a workbook has zeros in it."""
    if b"\0" in content:
        raise NoCsv
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise NoCsv from None


def _as_it_was(cell: str) -> str:
    """Take away the apostrophe that `safe` set before what a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def _check_columns(headings: Sequence[str], columns: Sequence[str]) -> None:
    missing = tuple(column for column in columns if column not in headings)
    unknown = tuple(heading for heading in headings if heading not in columns or headings.count(heading) > 1)
    if missing or unknown:
        raise ColumnsWrong(missing, unknown)
