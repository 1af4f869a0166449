"""What the simulated ParnasSys remembers."""

from sandbox.parnassys.data.base import SCHEMA, ParnassysBase
from sandbox.parnassys.data.berichten import (
    CONFIRMED,
    DELIVERED,
    DISTURBED,
    Bericht,
    OntvangenResultaat,
    ToetsDefinitie,
)
from sandbox.parnassys.data.leerlinggegevens import (
    COMBINATIEGROEP,
    JAARGROEPEN,
    Groepsoort,
    ParnassysGroep,
    ParnassysLeerkracht,
    ParnassysLeerling,
)
from sandbox.parnassys.data.school import Aanbiederkoppeling, Koppelingstap, ParnassysSchool, hash_sleutel

__all__ = [
    "COMBINATIEGROEP",
    "CONFIRMED",
    "DELIVERED",
    "DISTURBED",
    "JAARGROEPEN",
    "SCHEMA",
    "Aanbiederkoppeling",
    "Bericht",
    "Groepsoort",
    "Koppelingstap",
    "OntvangenResultaat",
    "ParnassysBase",
    "ParnassysGroep",
    "ParnassysLeerkracht",
    "ParnassysLeerling",
    "ParnassysSchool",
    "ToetsDefinitie",
    "hash_sleutel",
]
