"""What somebody reads at night exists: every command, option, setting, address, unit, alert and file that it names."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from flask import Flask

from jobs.lasproef import las_proef
from webapp.config import PROJECT

BOOKS = sorted((PROJECT / "docs" / "runbooks").glob("*.md"))
_PARTS = ("**Alert:**", "**First ", "## Over when", "**Call:**", "**Never:**")


def _of(book: Path, pattern: str) -> set[str]:
    return set(re.findall(pattern, book.read_text()))


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_a_runbook_is_one_page_with_its_parts_and_the_guide_leads_to_it(book: Path) -> None:
    text = book.read_text()
    assert [part for part in _PARTS if part not in text] == []
    assert text.count("\n") <= 60
    assert f"(runbooks/{book.name})" in (PROJECT / "docs" / "operations.md").read_text()
    linked = re.findall(r"\]\(([^)#]+)", text)
    assert [each for each in linked if not (book.parent / each).exists()] == []


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_what_a_runbook_names_exists(app: Flask, book: Path) -> None:
    assert [line for line in _of(book, r"flask --app wsgi ([^\n`]+)") if not _is_command(app, line)] == []
    pages = _of(book, r"`(?:\$PUBLIC_URL)?(/(?:klantenservice|status|beheer|resultaten|zoeken|hulp)[^\s`?]*)")
    assert [page for page in pages if not _is_page(app, page)] == []
    code = "".join(path.read_text() for folder in ("webapp", "deploy") for path in _texts(PROJECT / folder))
    settings = _of(book, r"\b([A-Z]{4,}_[A-Z_]+)\b") | _of(book, r"`(JOURNAAL|AANTAL|AFKOELING)`")
    assert [name for name in settings if not re.search(rf"\b{name}\b", code)] == []
    units = _of(book, r"(koppelpunt-[a-z]+)(?:@\d)?")
    assert [unit for unit in units if not list((PROJECT / "deploy" / "systemd").glob(f"{unit}*"))] == []
    files = _of(book, r"((?:docs|deploy|requirements|tests|webapp)/[\w./-]+\.\w+)")
    assert [file for file in files if not (PROJECT / file).exists()] == []


def test_every_alert_leads_to_the_page_that_names_it() -> None:
    rules = PROJECT / "deploy" / "prometheus" / "alerts.yml"
    leads = re.findall(r"- alert: (\w+).*?runbook: docs/runbooks/([\w-]+)\.md", rules.read_text(), re.DOTALL)
    heads = {book.stem: book.read_text().partition("**First ")[0] for book in BOOKS}
    named = {(alert, stem) for stem, head in heads.items() for alert in re.findall(r"`(Koppelpunt\w+)`", head)}
    assert named == set(leads)


def _texts(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix in {".py", ".sh", ".env", ".service"}]


def _is_command(app: Flask, line: str) -> bool:
    """Whether each word is a command or an option of one; what follows those is an argument."""
    words = line.partition("#")[0].split()
    command: click.Command | None = las_proef if words[0] == las_proef.name else app.cli.commands.get(words[0])
    if isinstance(command, click.Group):
        command = command.commands.get(words[1])
    if command is None:
        return False
    known = {option for param in command.params for option in param.opts}
    return all(word in known for word in words if word.startswith("--"))


def _is_page(app: Flask, path: str) -> bool:
    return app.url_map.bind("koppelpunt.example").test(path)
