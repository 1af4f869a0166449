"""What one answer of the LAS comes to while it is taken in."""

from __future__ import annotations

from dataclasses import dataclass, field

from webapp.models import Groep, Importregel, Koppeling, Soort
from webapp.models.ids import SchoolId
from webapp.models.importbatch import Vastgehouden

_CHANGES = ("automatisch", "gewijzigd", "vertrokken")


@dataclass
class Aanlevering:
    """The lines of an aanlevering by what became of them, and the counts."""

    koppeling: Koppeling
    school_id: SchoolId
    schooljaar: str
    open: list[Importregel] = field(default_factory=list)
    applied: list[Importregel] = field(default_factory=list)
    held: dict[Soort, Vastgehouden] = field(default_factory=dict)
    """Of whom too many seem to have left at once to believe."""
    groepen: dict[str, Groep] = field(default_factory=dict)
    """Our groep for each key that we know."""
    tellingen: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether a beheerder is needed."""
        return bool(self.open or self.held)

    @property
    def changed(self) -> int:
        """How many records were changed without asking."""
        return sum(per.get(name, 0) for per in self.tellingen.values() for name in _CHANGES)
