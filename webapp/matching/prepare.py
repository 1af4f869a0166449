"""One record, prepared once, so that comparing two of them is cheap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from webapp.matching.achternaam import Achternaam, prepare_achternaam
from webapp.matching.datums import is_suspect
from webapp.matching.values import BekendeNaam, Persoon
from webapp.matching.voornamen import Voornamen, prepare_voornamen

_KNOWN_GESLACHT = ("1", "2")


@dataclass(slots=True, eq=False)
class Prepared:
    """A leerling or leerkracht ready for comparing; `nr` is its place in the sorted list of its side."""

    nr: int
    id: str
    eckid: str | None
    las_key: str | None
    achternaam: Achternaam | None
    voornamen: Voornamen | None
    geboortedatum: date | None
    geslacht: str | None
    jaargroep: int | None
    groep: str
    is_datum_suspect: bool

    name_key: tuple[str, str] | None
    """A key that spellings of one whole name share."""
    bekend: tuple[BekendeNaam, ...]


def prepare(nr: int, persoon: Persoon) -> Prepared:
    """Prepare one record."""
    day = persoon.geboortedatum
    achternaam = prepare_achternaam(persoon.achternaam, persoon.voorvoegsel)
    voornamen = prepare_voornamen(persoon.roepnaam, persoon.voornamen, persoon.voorletters)
    return Prepared(
        nr,
        persoon.id,
        "".join(persoon.eckid.split()).casefold() or None if persoon.eckid else None,
        persoon.las_key.strip() or None if persoon.las_key else None,
        achternaam,
        voornamen,
        day,
        persoon.geslacht if persoon.geslacht in _KNOWN_GESLACHT else None,
        int(persoon.jaargroep) if persoon.jaargroep and persoon.jaargroep.isdecimal() else None,
        persoon.groep.strip().casefold() if persoon.groep else "",
        day is not None and is_suspect(day),
        (achternaam.klank, voornamen.skelet) if achternaam and voornamen and voornamen.usual else None,
        persoon.bekend,
    )


def prepare_all(personen: list[Persoon]) -> list[Prepared]:
    """Prepare one side; records without any identifier that says who they are stay in, and end as new or doubt."""
    return [prepare(nr, persoon) for nr, persoon in enumerate(personen)]
