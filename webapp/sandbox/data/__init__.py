"""What the simulated ParnasSys and the mailbox remember."""

from webapp.sandbox.data.base import SCHEMA, SandboxBase
from webapp.sandbox.data.berichten import CONFIRMED, DELIVERED, DISTURBED, Bericht, OntvangenResultaat, ToetsDefinitie
from webapp.sandbox.data.leerlinggegevens import (
    COMBINATIEGROEP,
    JAARGROEPEN,
    Groepsoort,
    ParnassysGroep,
    ParnassysLeerkracht,
    ParnassysLeerling,
)
from webapp.sandbox.data.mail import GevangenMail
from webapp.sandbox.data.school import Aanbiederkoppeling, Koppelingstap, ParnassysSchool, hash_sleutel

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
