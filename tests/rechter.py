"""The judge of who is who: which child of the LAS each of our records really is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Importregel, Leerling
from webapp.models.ids import LeerlingId, SchoolId
from webapp.uwlr import values as uwlr

Paar = tuple[int, int]
"""A child of the LAS and a record of ours."""


@dataclass
class Rechter:
    """Knows the truth that the product has to find out."""

    ours: dict[LeerlingId, int]
    """Which child of the LAS each of our records really is."""
    seen: dict[str, int] = field(default_factory=dict)
    """Whose each identifier was in the last night that brought it: nobody can know what the LAS changed since."""

    def saw(self, came: Mapping[uwlr.Leerling, int]) -> None:
        """A night brought these records, each of this child."""
        self.seen |= {key: nr for each, nr in came.items() for key in (each.key, each.eckid) if key}

    def child(self, thing: Importregel | Leerling) -> int:
        return self.seen[thing.las_key or thing.eckid or ""]

    def know_the_new(self, session: Session, school_id: SchoolId) -> None:
        """Whoever is added is the child that the line was about."""
        for each in session.scalars(select(Leerling).where(Leerling.school_id == school_id)):
            if each.id not in self.ours:
                self.ours[each.id] = self.child(each)

    def wrong(self, of: LeerlingId, named: str) -> int | None:
        """Return the other child whose identifier this is; None when it is of the child of this record."""
        child = self.seen[named]
        return None if self.ours[of] == child else child
