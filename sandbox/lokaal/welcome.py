"""What a person needs once all is up: where to go and as whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

PAGES = (
    ("Koppelpunt", "/"),
    ("Rondleiding, tien stappen", "/sandbox/"),
    ("ParnasSys (nagebootst)", "/sandbox/parnassys/"),
    ("Postvak met alle mails", "/sandbox/postvak/"),
    ("Staat van de onderdelen", "/status/gezond"),
)


def welcome(public_url: str, logins_file: Path, *, sandbox: bool) -> Iterator[str]:
    """The lines with the addresses and the logins of the sandbox."""
    yield ""
    for text, path in PAGES:
        if sandbox or not path.startswith("/sandbox/"):
            yield f"  {text:<26}{public_url}{path}"
    if sandbox and logins_file.exists():
        yield ""
        yield "  Inloggen kan als:"
        yield from _logins(json.loads(logins_file.read_text()))
    yield ""
    yield "  Stoppen: Ctrl-C. De gegevens blijven bewaard; opnieuw beginnen: make reset"
    yield ""


def _logins(logins: list[dict[str, str | None]]) -> Iterator[str]:
    for login in logins:
        place = login.get("school") or ""
        yield f"  {login['rol']:<16}{place:<16}{login['email']:<40}{login['wachtwoord']}"
        if login.get("toelichting"):
            yield f"  {'':<16}{login['toelichting']}"
