"""What one answer of the LAS comes to while it is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.models import Afspraken, Groep, Importbatch, Koppeling, Leerling, Soort
from webapp.models.ids import SchoolId
from webapp.models.importbatch import Overgegaan
from webapp.models.regel import AnyRegel
from webapp.models.vastgehouden import Vastgehouden

_CHANGES = ("automatisch", "gewijzigd", "vertrokken")


@dataclass
class Aanlevering:
    """The lines of an aanlevering by what became of them, and the counts."""

    koppeling: Koppeling
    school_id: SchoolId
    schooljaar: str
    afspraken: Afspraken
    vorige: Importbatch | None = None
    """The open batch when it came."""
    eerder: Mapping[str, Vastgehouden] = field(default_factory=dict)
    """What was held when it came: nobody said yet that it is right."""
    open: list[AnyRegel] = field(default_factory=list)
    applied: list[AnyRegel] = field(default_factory=list)
    """Lines that linked somebody at once, and those of which a groep is still asked about."""
    written: list[AnyRegel] = field(default_factory=list)
    """Every line that was written."""
    held: dict[str, Vastgehouden] = field(default_factory=dict)
    """What is too unusual to believe: departures by kind, the rest by topic."""
    buiten: set[AnyRegel] = field(default_factory=set)
    """Lines of who is new that are held: nothing of them is kept."""
    hernummerd: Mapping[Soort, int] = field(default_factory=dict)
    """Of which kinds the LAS surely made all keys anew, and how many of ours came under them (`ongewoon.py`)."""
    overgegaan: Overgegaan | None = None
    """What the turn of the school year comes to, when this is it (`overgang.py`)."""
    vanzelf: list[AnyRegel] = field(default_factory=list)
    """Lines of who is new that an agreement covers: they are added, and not asked about (`vanzelf.py`)."""
    zonder_vraag: dict[AnyRegel, list[Leerling]] = field(default_factory=dict)
    """Lines that need no question, with those of ours who may be meant (`op_het_spel.py`)."""
    dubbel: list[int] = field(default_factory=list)
    """Leerlingen of ours who stand in the LAS twice, of which nothing is asked (`op_het_spel.py`)."""
    groepen: dict[str, Groep] = field(default_factory=dict)
    """Our groep for each key that we know."""
    tellingen: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def is_new_schooljaar(self) -> bool:
        """Whether the last one that was taken in was of another school year."""
        return self.koppeling.vorm.get("schooljaar", self.schooljaar) != self.schooljaar

    @property
    def asked(self) -> list[AnyRegel]:
        """The lines that ask: the open ones, and those about a link that stands."""
        return [*self.open, *(regel for regel in self.applied if regel.is_vraag)]

    @property
    def asks(self) -> bool:
        """Whether a beheerder is needed."""
        return bool(self.asked or self.held)

    @property
    def changed(self) -> int:
        """How many records were changed without asking."""
        return sum(per.get(name, 0) for per in self.tellingen.values() for name in _CHANGES)
