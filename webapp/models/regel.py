"""A line of an aanlevering as long as it is not kept: a night has hundreds, and keeps none or a few."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import TypeVar

from webapp.models.ids import AccountId, SchoolId
from webapp.models.importbatch import Importregel, Keuze, Regelvragen, Ruil, Voorgesteld, Zekerheid
from webapp.models.leerlinggegevens import Soort


@dataclass(slots=True, eq=False)
class Regel(Regelvragen):
    """The same as an `Importregel`, for a tenth of what an object of SQLAlchemy costs; `row` makes it one."""

    school_id: SchoolId
    soort: Soort
    las_key: str | None = None
    eckid: str | None = None
    naam: str | None = None
    achternaam: str | None = None
    voorvoegsel: str | None = None
    roepnaam: str | None = None
    geboortedatum: date | None = None
    geslacht: str | None = None
    jaargroep: str | None = None
    email: str | None = None
    email_ingevuld: str | None = None
    groep_keys: list[str] = field(default_factory=list)
    voorstel: Zekerheid = Zekerheid.TWIJFEL
    """Who is left out is never matched."""
    matchregel: str = ""
    redenen: list[str] = field(default_factory=list)
    kandidaten: list[Voorgesteld] = field(default_factory=list)
    ruil: Ruil | None = None
    keuze: Keuze | None = None
    doel_id: int | None = None
    toegepast_id: int | None = None
    via_groep: bool = False
    eerdere_keuze: Keuze | None = None
    gekozen_door: AccountId | None = None
    gekozen_op: datetime | None = None
    later_door: AccountId | None = None
    later_op: datetime | None = None

    def row(self) -> Importregel:
        """What is kept of it."""
        return Importregel(**{each.name: getattr(self, each.name) for each in fields(self)})


AnyRegel = Regel | Importregel
"""A line, kept or not."""
RegelT = TypeVar("RegelT", bound=AnyRegel)


def kept(regels: Iterable[AnyRegel]) -> list[Importregel]:
    """Return what is kept of these lines, in their order."""
    return [regel.row() if isinstance(regel, Regel) else regel for regel in regels]
