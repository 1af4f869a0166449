"""The boards whose account logs in, read from a file of the settings: one table of TOML each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Bestuur:
    """One board: who says who somebody is, and for which organisations it may say so."""

    sleutel: str
    """Stands in our addresses, also in the one that the board allows its server to send people back to."""
    naam: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    tenants: tuple[str, ...]
    """Which organisations of this issuer are this board; nobody of another comes in."""
    tenant_claim: str = "tid"
    """Where the id token names the organisation: `tid` at Microsoft, `hd` at Google, `iss` for a server of its own."""
    tweede_stap_amr: tuple[str, ...] = ()
    tweede_stap_acr: tuple[str, ...] = ()
    """What this issuer says in `amr` or `acr` when it asked for a second step; otherwise we ask for ours."""


_LISTS = {"tenants", "tweede_stap_amr", "tweede_stap_acr"}
_KNOWN = {each.name for each in fields(Bestuur)} - {"sleutel"}
_NEEDED = {"naam", "issuer", "client_id", "client_secret", "tenants"}


def read_besturen(path: Path, problems: list[str], schemes: tuple[str, ...]) -> tuple[Bestuur, ...]:
    """Return the boards in the file; each mistake becomes a sentence in `problems`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not there, not ours to read, not UTF-8, no TOML
        problems.append("BESTUREN_BESTAND is geen leesbaar TOML-bestand.")
        return ()
    wrong = [f"BESTUREN_BESTAND: {each}" for each in _mistakes(content, schemes)]
    problems.extend(wrong)
    return () if wrong else tuple(_bestuur(sleutel, table) for sleutel, table in content.items())


def _bestuur(sleutel: str, table: dict[str, Any]) -> Bestuur:
    values: dict[str, Any] = {name: tuple(value) if name in _LISTS else value for name, value in table.items()}
    return Bestuur(sleutel=sleutel, **values)


def _mistakes(content: dict[str, Any], schemes: tuple[str, ...]) -> Iterator[str]:
    taken: set[tuple[str, str]] = set()
    for sleutel, table in content.items():
        if not re.fullmatch(r"[a-z0-9-]{1,32}", sleutel):
            yield f"noem een bestuur met kleine letters, cijfers en streepjes, niet {sleutel!r}."
        elif not isinstance(table, dict):
            yield f"{sleutel} staat niet onder een kop: schrijf [naam-van-het-bestuur] erboven."
        elif wrong := list(_mistakes_of(table, schemes)):
            yield from (f"[{sleutel}] {each}" for each in wrong)
        else:
            mine = {(table["issuer"], tenant) for tenant in table["tenants"]}
            if taken & mine:
                yield f"[{sleutel}] heeft een tenant die al bij een ander bestuur staat."
            taken |= mine


def _mistakes_of(table: dict[str, Any], schemes: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{name} ontbreekt." for name in sorted(_NEEDED - {*table}))
    yield from (f"{name} is hier onbekend." for name in sorted({*table} - _KNOWN))
    for name in sorted(_KNOWN & {*table}):
        values = table[name] if name in _LISTS and isinstance(table[name], list) else [table[name]]
        is_list = isinstance(table[name], list)
        if is_list is not (name in _LISTS) or not all(isinstance(each, str) and each.strip() for each in values):
            yield f"{name} moet {'een lijst van teksten' if name in _LISTS else 'een tekst'} zijn, en niet leeg."
    if table.get("tenants") == []:
        yield "tenants moet ten minste één organisatie noemen: anders komt er niemand in."
    if isinstance(table.get("issuer"), str) and not _is_issuer(table["issuer"], schemes):
        yield f"issuer moet een adres zijn dat begint met {' of '.join(f'{s}://' for s in schemes)}, zonder ? en #."


def _is_issuer(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        found = urlsplit(text)
        return found.scheme in schemes and bool(found.hostname) and found.port != 0 and not {*"?#@ "} & {*text}
    except ValueError:  # of the host or the port
        return False
