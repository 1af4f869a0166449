"""What a newer aanlevering changed about what somebody was about to import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.models import Importbatch, Importregel, Soort
from webapp.services.controle.batch import lines
from webapp.services.inname.batch import signature
from webapp.services.inname.soorten import identity


@dataclass(frozen=True, slots=True)
class Verschil:
    """Lines of the newer one that nobody saw, those that say something else now, and those that are gone."""

    nieuw: list[Importregel]
    anders: list[Importregel]
    weg: list[Importregel]

    def __bool__(self) -> bool:
        return bool(self.nieuw or self.anders or self.weg)


def between(session: Session, old: Importbatch, new: Importbatch) -> Verschil:
    """Compare what the LAS says in both. Of one whose lines moved along as they were, nothing changed."""
    before, now = _by_identity(lines(session, old)), _by_identity(lines(session, new))
    if not before:
        return Verschil([], [], [])
    return Verschil(
        nieuw=[regel for key, regel in now.items() if key not in before],
        anders=[regel for key, regel in now.items() if key in before and signature(before[key]) != signature(regel)],
        weg=[regel for key, regel in before.items() if key not in now],
    )


def _by_identity(regels: Iterable[Importregel]) -> dict[tuple[Soort, str], Importregel]:
    return {(r.soort, identity(r.las_key, r.eckid)): r for r in regels if r.toegepast_id is None}
