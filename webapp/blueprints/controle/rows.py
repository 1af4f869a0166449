"""What the pages of the review show, as plain values: the templates only lay them out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.models import Soort
from webapp.services.controle.kandidaten import Kandidaat
from webapp.services.inname.soorten import KINDS
from webapp.services.inname.soorten.velden import Veld, Waarde
from webapp.woorden.controle import VELDEN, heading, held_by, name_of, value
from webapp.woorden.kaart import now, sentences
from webapp.woorden.namen import Namen

Kop = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Kolom:
    """One cell between the name and the choice."""

    label: str
    tekst: str
    soort: str


@dataclass(frozen=True, slots=True)
class Rij:
    """A line in one of the nine lists."""

    id: int
    naam: str
    onder: str
    waarom: str
    """Why it stands where it does, in sentences."""
    kolommen: list[Kolom]
    koppeling: str | None
    doel: str
    """What tells the record that it is linked with from others."""
    aanpassen_url: str | None
    categorie: str | None
    categorieen: tuple[str, ...]
    email: str | None
    """The address of a new leerkracht, empty when we have none; None for every other line."""
    gezien: str
    """What was chosen when the page was made, posted back with a choice."""
    vraag_url: str | None
    """The card of the question that it is, where what speaks for and against is in sight."""
    samen: str
    """With whom it is one question, so that it cannot be answered alone."""
    actie: str


@dataclass(frozen=True, slots=True)
class KandidaatRij:
    """One of our records in the search."""

    id: int
    naam: str
    onder: str
    """Where it stands now."""
    waarom: str
    """How it compares with the line, in the sentences of the card; empty for who was looked up."""
    kolommen: list[Kolom]
    bezet: str
    """Who has it already; empty when it is free."""
    is_gesloten: bool
    """Whether a person linked it, so that their answer is opened first."""


def columns(velden: Iterable[Veld], waarden: Iterable[Waarde]) -> list[Kolom]:
    """The values of a record under the columns of its kind."""
    found = []
    for veld, waarde in zip(velden, waarden, strict=True):
        woorden = VELDEN[veld]
        found.append(Kolom(woorden.kop, value(waarde) or "–", woorden.soort))
    return found


def search_headings(soort: Soort) -> list[Kop]:
    """Headings of the search among records of this kind."""
    return ["Naam", *(heading(veld) for veld in KINDS[soort].search_columns), "Koppelen"]


def search_row(soort: Soort, kandidaat: Kandidaat, namen: Namen) -> KandidaatRij:
    """One of our records, to choose from."""
    kind, doel = KINDS[soort], kandidaat.doel
    waar, sinds = now(kandidaat, namen)
    return KandidaatRij(
        id=doel.id,
        naam=name_of(doel),
        onder=f"{waar} {sinds}".strip() if kandidaat.houder is None else "",
        waarom=sentences(kandidaat.redenen),
        kolommen=columns(kind.search_columns, kind.search_values(doel, resultaten=kandidaat.resultaten)),
        bezet=held_by(kandidaat.houder),
        is_gesloten=kandidaat.houder is not None and kandidaat.houder.door_id is not None,
    )
