"""Which part of a school is asked for, and when there is nothing to give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from sandbox.parnassys.data import ParnassysGroep, ParnassysLeerkracht, ParnassysLeerling
from sandbox.parnassys.settings import AMSTERDAM
from sandbox.parnassys.soap.faults import invalid
from webapp.uwlr.namespaces import LEERLINGGEGEVENS


@dataclass(frozen=True, slots=True)
class Groepselectie:
    """The groups that a staged request names; a kind without a key stands for: in no group of that kind."""

    stamgroepen: frozenset[str]
    samengesteld: frozenset[str]
    zonder_stamgroep: bool
    zonder_samengesteld: bool

    def has_leerling(self, leerling: ParnassysLeerling) -> bool:
        """Whether this pupil is asked for."""
        stamgroepen = [leerling.groep] if leerling.groep else []
        return self._matches(stamgroepen, leerling.samengestelde_groepen)

    def has_leerkracht(self, leerkracht: ParnassysLeerkracht) -> bool:
        """Whether this teacher is asked for."""
        stamgroepen = [groep for groep in leerkracht.groepen if groep.is_stamgroep]
        return self._matches(stamgroepen, [groep for groep in leerkracht.groepen if not groep.is_stamgroep])

    def _matches(self, stamgroepen: Sequence[ParnassysGroep], samengesteld: Sequence[ParnassysGroep]) -> bool:
        return (
            any(groep.key in self.stamgroepen for groep in stamgroepen)
            or any(groep.key in self.samengesteld for groep in samengesteld)
            or (self.zonder_stamgroep and not stamgroepen)
            or (self.zonder_samengesteld and not samengesteld)
        )


def read_selectie(verzoek: etree._Element) -> Groepselectie | None:
    """Read the groups of a staged request; None when the whole school is asked for."""
    groepen = verzoek.find(f"{{{LEERLINGGEGEVENS}}}groepen")
    if groepen is None:
        return None
    stam = [groep.get("key") for groep in groepen.iterfind(f"{{{LEERLINGGEGEVENS}}}groep")]
    samengesteld = [groep.get("key") for groep in groepen.iterfind(f"{{{LEERLINGGEGEVENS}}}samengestelde_groep")]
    return Groepselectie(
        frozenset(key for key in stam if key),
        frozenset(key for key in samengesteld if key),
        None in stam,
        None in samengesteld,
    )


def read_since(verzoek: etree._Element) -> datetime | None:
    """The moment since which changes are asked for; without a zone it is our own time."""
    text = verzoek.findtext(f"{{{LEERLINGGEGEVENS}}}laatstontvangengegevens")
    return parse_moment(text) if text else None


def parse_moment(text: str) -> datetime:
    """Read an xs:dateTime; one that is valid by the schema but far away (the year 12026) is refused."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        invalid("Een datum met tijd kan niet worden gelezen")
    return moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)
