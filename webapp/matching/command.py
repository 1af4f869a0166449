"""`flask --app wsgi match EXISTING.csv INCOMING.csv --out DECISIONS.csv`; a bare click command, no Flask in sight."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from webapp.matching.files import Summary, match_files
from webapp.matching.rows import COMMON_COLUMNS, KINDS, BadFile, BadRow

_SKIPPED_ROWS = 3
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_WORDS = {"linked": "gekoppeld", "suggested": "vraag", "new": "nieuw"}


_COLUMNS = f"""\b
Kolommen van EXISTING.csv: existing_id,ext_key en de gewone; van INCOMING.csv: incoming_key en de gewone.
Gewone: {",".join(COMMON_COLUMNS)}.
Type is leerling, leerkracht of groep; geboortedatum 2016-03-14 of leeg; geslacht M, V of leeg. Komma's ertussen, UTF-8.
Een regel die niet klopt, wordt genoemd en overgeslagen (uitgangsstatus 3).
"""


@click.command("match", epilog=_COLUMNS)
@click.argument("existing", type=_FILE)
@click.argument("incoming", type=_FILE)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Het bestand met de besluiten."
)
def match_command(existing: Path, incoming: Path, out: Path) -> None:
    """Bepaal voor elk gegeven in INCOMING.csv welk gegeven uit EXISTING.csv bedoeld is."""
    if out.exists() and any(out.samefile(source) for source in (existing, incoming)):
        raise click.ClickException("De besluiten kunnen niet over een van de twee bestanden heen. Er is niets gedaan.")
    started = time.perf_counter()
    bar = _Bar(sys.stderr.isatty())
    folder = out.absolute().parent
    try:  # written beside the target and then renamed, so that it appears whole or not at all
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{out.name}.")
    except OSError as error:
        raise click.ClickException(
            f"In de map {folder} kan niet worden geschreven, of zij bestaat niet. Er is niets gedaan."
        ) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            summary = match_files(existing, incoming, file, report=bar.report, progress=bar.show)
        part.chmod(0o600)
        part.replace(out)
    except (BadFile, OSError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        part.unlink(missing_ok=True)
        bar.clear()
    _print_summary(summary, time.perf_counter() - started)
    if summary.bad_rows:
        # By hand: matching imports nothing of ours, not even the filter that puts a number before its noun.
        raise SystemExit(_SKIPPED_ROWS)


class _Bar:
    """A progress bar on a terminal; nothing where the output goes elsewhere."""

    def __init__(self, on_terminal: bool) -> None:
        self.on_terminal = on_terminal
        self.shown = -1

    def show(self, done: int, total: int) -> None:
        percent = 100 * done // total if total else 100
        if self.on_terminal and percent != self.shown:
            self.shown = percent
            click.echo(f"\r[{'#' * (percent // 4):<25}] {percent:3} %  {done} van {total}", err=True, nl=False)

    def clear(self) -> None:
        if self.shown >= 0:
            click.echo("\r\x1b[K", err=True, nl=False)

    def report(self, row: BadRow) -> None:
        self.clear()
        click.echo(f"Overgeslagen: {row}", err=True)


def _print_summary(summary: Summary, seconds: float) -> None:
    for kind in KINDS:
        classes = Counter[str]()
        for (of, decision, _), times in summary.decisions.items():
            classes[decision] += times if of == kind else 0
        if not sum(classes.values()):
            continue
        click.echo(f"{kind}: " + ", ".join(f"{classes[name]} {word}" for name, word in _WORDS.items()))
        for name, word in _WORDS.items():
            rules = Counter(
                {rule: n for (of, decision, rule), n in summary.decisions.items() if (of, decision) == (kind, name)}
            )
            for rule, times in sorted(rules.items(), key=lambda item: (-item[1], item[0])):
                click.echo(f"  {word:<10} {rule:<24} {times:>9}")
    rate = summary.records / seconds if seconds else 0
    click.echo(f"{summary.records} gegevens in {seconds:.1f} s, {rate:.0f} per seconde.")
    if summary.bad_rows:
        # By hand: matching imports nothing of ours, not even the filter that puts a number before its noun.
        regels = "1 regel" if summary.bad_rows == 1 else f"{summary.bad_rows} regels"
        click.echo(f"{regels} overgeslagen, zie hierboven.")
