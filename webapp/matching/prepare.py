"""One record, prepared once, so that comparing two of them is cheap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from webapp.matching.achternaam import Achternaam, prepare_achternaam
from webapp.matching.datums import is_suspect
from webapp.matching.sounds import skeleton
from webapp.matching.values import Persoon
from webapp.matching.voornamen import Voornamen, prepare_voornamen

_KNOWN_GESLACHT = frozenset("12")


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
    geslacht: str
    jaargroep: int | None
    groep: str
    is_datum_suspect: bool

    @property
    def name_key(self) -> tuple[str, str] | None:
        """Return a key that spellings of one whole name share."""
        if self.achternaam is None or self.voornamen is None or not self.voornamen.usual:
            return None
        return self.achternaam.klank, skeleton(self.voornamen.usual)


def prepare(nr: int, persoon: Persoon) -> Prepared:
    """Prepare one record."""
    day = persoon.geboortedatum
    return Prepared(
        nr,
        persoon.id,
        (persoon.eckid or "").strip() or None,
        (persoon.las_key or "").strip() or None,
        prepare_achternaam(persoon.achternaam, persoon.voorvoegsel),
        prepare_voornamen(persoon.roepnaam, persoon.voornamen, persoon.voorletters),
        day,
        persoon.geslacht if persoon.geslacht in _KNOWN_GESLACHT else "",
        int(persoon.jaargroep) if persoon.jaargroep and persoon.jaargroep.isdecimal() else None,
        (persoon.groep or "").strip().casefold(),
        day is not None and is_suspect(day),
    )


def prepare_all(personen: list[Persoon]) -> list[Prepared]:
    """Prepare one side; records without any identifier that says who they are stay in, and end as new or doubt."""
    return [prepare(nr, persoon) for nr, persoon in enumerate(personen)]
