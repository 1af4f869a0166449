"""The koppeling Boom testcentrum UWLR in ParnasSys: the supplier opens it, the school takes it and sets a key."""

from __future__ import annotations

import secrets
from datetime import datetime

from sandbox.parnassys.data import Koppelingstap, ParnassysSchool, hash_sleutel
from sandbox.parnassys.errors import DomainError

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1: a key that is read aloud stays the same key."""
_BLOCKS, _BLOCK_LENGTH = 6, 5


def open_for(school: ParnassysSchool, now: datetime) -> None:
    """Open the koppeling for a school, as the supplier does; nothing happens when it is open already."""
    if school.koppeling.opengezet_op is None:
        school.koppeling.opengezet_op = now


def close_for(school: ParnassysSchool) -> None:
    """Close the koppeling: the school no longer sees it, and its key opens nothing. It is kept for a reopening."""
    school.koppeling.opengezet_op = None


def take(school: ParnassysSchool, now: datetime) -> None:
    """Afnemen and bevestigen: the school agrees that the supplier may read and write its data."""
    if school.koppeling.stap is Koppelingstap.GESLOTEN:
        raise DomainError("Deze koppeling is niet opengezet voor uw school. Vraag de aanbieder om hem open te zetten.")
    if school.koppeling.afgenomen_op is None:
        school.koppeling.afgenomen_op = now


def end(school: ParnassysSchool) -> None:
    """The school stops: the key is void, and taking the koppeling again asks for a new one."""
    koppeling = school.koppeling
    koppeling.afgenomen_op = None
    koppeling.sleutel_hash = None
    koppeling.sleutel_einde = None
    koppeling.sleutel_ingesteld_op = None


def new_sleutel(school: ParnassysSchool, now: datetime) -> str:
    """Set a new autorisatiesleutel and return it, this once; the one before is void from now on."""
    koppeling = school.koppeling
    if koppeling.stap in (Koppelingstap.GESLOTEN, Koppelingstap.OPENGEZET):
        raise DomainError("Neem de koppeling eerst af en bevestig dat. Daarna kunt u een sleutel instellen.")
    sleutel = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_BLOCK_LENGTH)) for _ in range(_BLOCKS))
    koppeling.sleutel_hash = hash_sleutel(sleutel)
    koppeling.sleutel_einde = sleutel[-4:]
    koppeling.sleutel_ingesteld_op = now
    return sleutel
