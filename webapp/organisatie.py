"""What only the organisation can say on the page about privacy and security, read from a file of the settings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any


class Vraag(StrEnum):
    """What no program knows. Unanswered it stands on the page as not established."""

    BESCHIKBAARHEID = "beschikbaarheid"
    INTEGRITEIT = "integriteit"
    VERTROUWELIJKHEID = "vertrouwelijkheid"
    """How the application was classified: laag, midden or hoog."""
    TOETSING = "toetsing"
    PLAATS = "plaats"
    UITVAL = "uitval"
    CAPACITEIT = "capaciteit"
    ONDERHOUD = "onderhoud"
    TOEZICHT = "toezicht"
    HERSTEL = "herstel"
    RESERVEKOPIE = "reservekopie"
    BEHEER = "beheer"
    GEBOUW = "gebouw"
    NETWERK = "netwerk"
    OMGEVINGEN = "omgevingen"
    KWETSBAARHEDEN = "kwetsbaarheden"
    LOGBESTANDEN = "logbestanden"
    MEDEWERKERS = "medewerkers"
    DATALEK = "datalek"


@dataclass(frozen=True)
class Subverwerker:
    """Another company that handles data of schools for us."""

    naam: str
    doet: str
    waar: str
    gegevens: str


@dataclass(frozen=True)
class Organisatie:
    """Who answers for the data, who helps with it, and what was said of the rest."""

    naam: str = ""
    adres: str = ""
    kvk: str = ""
    contact: str = ""
    functionaris: str = ""
    """The data protection officer."""
    subverwerkers: tuple[Subverwerker, ...] | None = None
    """None while nobody said who they are; empty when somebody said that there are none."""
    antwoorden: Mapping[Vraag, str] = field(default_factory=dict)


_PARTS = {"organisatie", "subverwerker", "antwoorden"}
_OF_THE_ORGANISATION = {each.name for each in fields(Organisatie)} - {"subverwerkers", "antwoorden"}
_OF_A_SUBVERWERKER = {each.name for each in fields(Subverwerker)}


def read_organisatie(path: Path, problems: list[str]) -> Organisatie:
    """Return what the file says; each mistake becomes a sentence in `problems`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not there, not ours to read, not UTF-8, no TOML
        problems.append("PRIVACY_BESTAND is geen leesbaar TOML-bestand.")
        return Organisatie()
    wrong = [f"PRIVACY_BESTAND: {each}" for each in _mistakes(content)]
    problems.extend(wrong)
    return Organisatie() if wrong else _organisatie(content)


def _organisatie(content: dict[str, Any]) -> Organisatie:
    tables = content.get("subverwerker")
    return Organisatie(
        **content.get("organisatie", {}),
        subverwerkers=None if tables is None else tuple(Subverwerker(**table) for table in tables),
        antwoorden={Vraag(name): answer for name, answer in content.get("antwoorden", {}).items()},
    )


def _mistakes(content: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name} is hier onbekend." for name in sorted({*content} - _PARTS))
    yield from _mistakes_of("[organisatie]", content.get("organisatie", {}), _OF_THE_ORGANISATION)
    yield from _mistakes_of("[antwoorden]", content.get("antwoorden", {}), {*Vraag})
    tables = content.get("subverwerker", [])
    if not isinstance(tables, list):
        yield "schrijf [[subverwerker]] boven elke subverwerker, of subverwerker = [] als er geen zijn."
        return
    for number, table in enumerate(tables, start=1):
        yield from _mistakes_of(f"subverwerker {number}:", table, _OF_A_SUBVERWERKER, needed=_OF_A_SUBVERWERKER)


def _mistakes_of(
    what: str, table: object, known: AbstractSet[str], needed: AbstractSet[str] = frozenset()
) -> Iterator[str]:
    if not isinstance(table, dict):
        yield f'{what} hoort een kop te zijn, met regels als naam = "tekst" eronder.'
        return
    yield from (f"{what} {name} is hier onbekend." for name in sorted({*table} - known))
    yield from (f"{what} {name} ontbreekt." for name in sorted(needed - {*table}))
    for name in sorted(known & {*table}):
        if not isinstance(table[name], str) or not table[name].strip():
            yield f"{what} {name} moet een tekst zijn, en niet leeg."
