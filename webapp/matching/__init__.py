"""Which existing record is meant by an incoming one: values in, proposals with reasons out.

Pure: no Flask, no SQL, no clock, no randomness; the same input in any order gives the same decisions.
"""

from webapp.matching.groepen import match_groepen
from webapp.matching.leerkrachten import match_leerkrachten
from webapp.matching.leerlingen import match_leerlingen
from webapp.matching.matchreden import Matchreden
from webapp.matching.reasons import redenen
from webapp.matching.values import BekendeNaam, Groepsgegeven, Kandidaat, Persoon, Proposal, Zekerheid
from webapp.matching.verwisseld import Verwisseling, find_exchanges
from webapp.matching.zoeken import find_names, likeness

__all__ = [
    "BekendeNaam",
    "Groepsgegeven",
    "Kandidaat",
    "Matchreden",
    "Persoon",
    "Proposal",
    "Verwisseling",
    "Zekerheid",
    "find_exchanges",
    "find_names",
    "likeness",
    "match_groepen",
    "match_leerkrachten",
    "match_leerlingen",
    "redenen",
]
