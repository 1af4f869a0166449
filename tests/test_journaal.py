"""What went to a LAS stands on the disk, also after a write that broke off, and is read back as it was."""

from __future__ import annotations

import multiprocessing
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from webapp import journaal
from webapp.journaal import Regel, Soort

OP = datetime(2026, 11, 26, 1, 2, 3, 456789, tzinfo=UTC)


def line(number: int = 1, op: datetime = OP, leerlingid: str = "las-1") -> Regel:
    return Regel(Soort.GAAT, op, 3, 4, str(UUID(int=number)), leerlingid, number, 26)


def everything(folder: Path) -> list[Regel]:
    return [regel for path in sorted(folder.iterdir()) for regel in journaal.read(path)]


@pytest.mark.parametrize("leerlingid", ["12", "a\tb\nc", "é ü", "%09", ""])
def test_a_line_is_read_back_as_it_was(tmp_path: Path, leerlingid: str) -> None:
    journaal.write(tmp_path, [line(leerlingid=leerlingid), line(2)])
    assert everything(tmp_path) == [line(leerlingid=leerlingid), line(2)]
    assert journaal.newest(tmp_path) == line(2)


def test_every_month_has_a_file_per_host_and_the_newest_line_is_found(tmp_path: Path) -> None:
    later = OP + timedelta(days=9)
    journaal.write(tmp_path, [line()])
    journaal.write(tmp_path, [line(2, op=later)])
    (tmp_path / "anders_2026-12.tsv").write_text(f"{line(3, op=later + timedelta(hours=1))}\n")
    host = socket.gethostname()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(host)) == [
        f"{host}_2026-11.tsv",
        f"{host}_2026-12.tsv",
    ]
    assert journaal.newest(tmp_path) == line(3, op=later + timedelta(hours=1))
    assert journaal.newest(None) is None


@pytest.mark.parametrize("cut", [1, 2, 3, 40])
def test_a_line_that_broke_off_counts_for_nothing_and_spoils_no_other(tmp_path: Path, cut: int) -> None:
    """As on a disk that was full: the score may be cut in the middle."""
    journaal.write(tmp_path, [line(1), line(2)])
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-cut])
    assert journaal.newest(tmp_path) == (line(2) if cut == 1 else line(1))
    journaal.write(tmp_path, [line(3)])
    kept = [line(1), line(2), line(3)] if cut == 1 else [line(1), line(3)]
    assert everything(tmp_path) == kept


def test_what_is_no_line_of_a_journal_hides_none_and_stops_nobody(tmp_path: Path) -> None:
    journaal.write(tmp_path, [line()])
    [ours] = tmp_path.iterdir()
    (tmp_path / "oud_journaal.tsv").write_text(f"{line(2)}\n")
    naive, large = line(3, op=OP.replace(tzinfo=None)), replace(line(4), verzending_id=2**40)
    no_key = replace(line(5), sleutel="geen")
    (tmp_path / "elders_2026-11.tsv").write_text(f"{naive}\n{large}\n{no_key}\n\0\ngaat\t\n")
    (tmp_path / "map_2026-11.tsv").mkdir()
    (tmp_path / "weg_2026-11.tsv").symlink_to("nergens")
    assert journaal.newest(tmp_path) == line()
    assert [*journaal.read(ours), *journaal.read(tmp_path / "elders_2026-11.tsv")] == [line()]


def _write_many(folder: Path, first: int) -> None:
    for number in range(first, first + 50):
        journaal.write(folder, [line(number)] * 20)


def test_workers_of_one_host_do_not_mix_their_lines(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(tmp_path, first)) for first in (0, 100, 200)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = everything(tmp_path)
    assert len(found) == 3 * 50 * 20
    assert {regel.versie for regel in found} == {*range(50), *range(100, 150), *range(200, 250)}


def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    (tmp_path / f"{socket.gethostname()}_2026-11.tsv").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space"):
        journaal.write(tmp_path, [line()])
