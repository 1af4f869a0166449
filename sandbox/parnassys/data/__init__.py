"""What the simulated ParnasSys and the mailbox remember."""

from sandbox.parnassys.data.base import SCHEMA, SandboxBase
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
from sandbox.parnassys.data.mail import GevangenMail
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
    "GevangenMail",
    "Groepsoort",
    "Koppelingstap",
    "OntvangenResultaat",
    "ParnassysGroep",
    "ParnassysLeerkracht",
    "ParnassysLeerling",
    "ParnassysSchool",
    "SandboxBase",
    "ToetsDefinitie",
    "hash_sleutel",
]
