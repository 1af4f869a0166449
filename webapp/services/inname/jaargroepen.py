"""Jaargroepen that do not take part, by a vaste afspraak: nobody new of them comes in, nor who teaches nobody else.

Each leerling counts by their own jaargroep, also in a combination, so it holds for the groepen of next year too. They
are counted and not stored. Who is here already stays linked and goes on: an agreement takes nobody away. Who goes up to
a jaargroep that takes part comes in like anybody who is new.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from webapp.models import Keuze, Lidmaatschap
from webapp.services.inname.soorten import Doel, Inkomend
from webapp.services.inname.voorstellen import Bestand
from webapp.uwlr.values import Leerlinggegevens


@dataclass(frozen=True)
class Buiten:
    """Which jaargroepen of an aanlevering stay out, and the keys of the groepen in which nobody else stands."""

    niet: Collection[str]
    gegevens: Leerlinggegevens
    own: Mapping[str, str | None] = field(init=False)
    """The jaargroep of each groep: of a leerling who has none of their own."""
    groepen: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        own = {groep.key: groep.jaargroep for groep in self.gegevens.groepen}
        object.__setattr__(self, "own", own)
        stay = {
            each.groep
            for each in self.gegevens.leerlingen
            if (each.jaargroep or own.get(each.groep or "")) not in self.niet
        }
        full = {each.groep for each in self.gegevens.leerlingen}
        out = (
            key for key, own_jaargroep in own.items() if key not in stay and (key in full or own_jaargroep in self.niet)
        )
        object.__setattr__(self, "groepen", frozenset(out))

    def has(self, inkomend: Inkomend, bestand: Bestand) -> bool:
        """Whether this is somebody new who stays out.

        Not who may be one of ours that the LAS knows, so that nobody is taken for gone; nor about whom a person said
        something.
        """
        regel, kind = inkomend.regel, bestand.kind
        if not self.niet or regel.keuze is Keuze.KOPPEL or inkomend.identity in bestand.gezegd:
            return False
        ours = [bestand.by_id[each["id"]] for each in regel.kandidaten if each["id"] in bestand.by_id]
        if bestand.has_its_key(regel) or any(self._may_be_gone(doel) for doel in ours):
            return False
        if kind.takes_along:
            return regel.las_key in self.groepen
        if kind.follows_groep:
            return (regel.jaargroep or self.own.get("".join(regel.groep_keys[:1]))) in self.niet
        return bool(regel.groep_keys) and self.groepen.issuperset(regel.groep_keys)

    def _may_be_gone(self, doel: Doel) -> bool:
        """Whether one of ours would be parked if nobody meant it; a groep of an earlier year ends anyway."""
        is_linked = doel.las_key is not None or doel.eckid is not None
        year = self.gegevens.school.schooljaar
        return doel.status is Lidmaatschap.ACTIEF and is_linked and getattr(doel, "schooljaar", year) == year
