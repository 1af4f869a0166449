"""What differs between a groep, a leerkracht and a leerling: one file per kind, so that the rest is written once."""

from collections.abc import Mapping

from webapp.models import Groep, Leerkracht, Leerling, Soort
from webapp.services.inname.soorten.groep import GROEP
from webapp.services.inname.soorten.leerkracht import LEERKRACHT
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.inname.soorten.soort import Doel, Inkomend, Kind, identity, is_same

AnyKind = Kind[Groep] | Kind[Leerkracht] | Kind[Leerling]
KINDS: Mapping[Soort, AnyKind] = {kind.soort: kind for kind in (GROEP, LEERKRACHT, LEERLING)}
"""In the order in which they are handled: people stand in groepen, so the groepen come first."""

__all__ = ["KINDS", "AnyKind", "Doel", "Inkomend", "Kind", "identity", "is_same"]
