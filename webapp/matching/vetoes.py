"""Why a link was not made; `words.py` says it."""

from __future__ import annotations

from enum import StrEnum

from webapp.matching.achternaam import AchternaamGelijkenis as A
from webapp.matching.datums import DatumGelijkenis as D
from webapp.matching.evidence import Evidence, Gelijkenis, Jaarstap
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis as R


class Veto(StrEnum):
    """Every reason why a pair that looks like one child is asked about; a code is kept, so it is never renamed."""

    ANDERE_ECKID = "andere-eckid"
    IDENTIFIER_DUBBEL = "identifier-dubbel"
    IDENTIFIER_ELDERS = "identifier-elders"
    NAAM_PAST_NIET = "naam-past-niet"
    VOORNAMEN_STRIJDIG = "voornamen-strijdig"
    GESLACHT = "geslacht"
    JAARGROEP = "jaargroep"
    DATUM_ONBEKEND = "datum-onbekend"
    DATUM_VERDACHT = "datum-verdacht"
    DATUM_OMGEWISSELD = "datum-omgewisseld"
    DATUM_BIJNA = "datum-bijna"
    DATUM_ANDERS = "datum-anders"
    VOORLETTER = "alleen-voorletter"
    ROEPNAAM_ONBEKEND = "roepnaam-onbekend"
    ROEPNAAM_LIJKT = "roepnaam-lijkt"
    ROEPNAAM_ANDERS = "roepnaam-anders"
    ACHTERNAAM_ANDERS = "achternaam-anders"
    ACHTERNAAM_ONBEKEND = "achternaam-onbekend"
    TWEELING = "tweeling"
    MEER_BESTAANDE = "meer-bestaande"
    MEER_NIEUWE = "meer-nieuwe"
    AL_GEKOPPELD = "al-gekoppeld"
    MENIGTE = "menigte"
    EMAIL = "email"
    GEDEELD_EMAIL = "gedeeld-email"
    GROEPSNAAM = "groepsnaam"
    TEGENGESPROKEN = "tegengesproken"
    """A person said otherwise of the same record, and nobody imported that yet."""
    TERUGGENOMEN = "teruggenomen"
    """A person took this link back."""
    MOGELIJK_DEZELFDE = "mogelijk-dezelfde"
    """Added as new because nothing was at stake, and now something is."""


_DATUM = {
    D.ONBEKEND: Veto.DATUM_ONBEKEND,
    D.OMGEWISSELD: Veto.DATUM_OMGEWISSELD,
    D.BIJNA: Veto.DATUM_BIJNA,
    D.EEN_JANUARI: Veto.DATUM_VERDACHT,
    D.ANDERS: Veto.DATUM_ANDERS,
}
_ROEPNAAM = {
    R.VOORLETTER: Veto.VOORLETTER,
    R.ONBEKEND: Veto.ROEPNAAM_ONBEKEND,
    R.ANDERS: Veto.ROEPNAAM_ANDERS,
}


def explain(e: Evidence) -> Veto:
    """Return the weightiest reason why no rule linked the pair."""
    if e.eckid is Gelijkenis.ANDERS:
        return Veto.ANDERE_ECKID
    if Gelijkenis.GELIJK in (e.eckid, e.las_key):
        return Veto.NAAM_PAST_NIET
    if e.datum is not D.GELIJK:
        return _DATUM[e.datum]
    if e.is_datum_suspect:
        return Veto.DATUM_VERDACHT
    if e.is_strijdig:
        return Veto.VOORNAMEN_STRIJDIG
    if e.jaarstap in (Jaarstap.ONMOGELIJK, Jaarstap.TERUG):
        return Veto.JAARGROEP
    if e.roepnaam is not R.GELIJK:
        return _ROEPNAAM.get(e.roepnaam, Veto.ROEPNAAM_LIJKT)
    if e.geslacht is Gelijkenis.ANDERS:
        return Veto.GESLACHT
    return Veto.ACHTERNAAM_ONBEKEND if e.achternaam is A.ONBEKEND else Veto.ACHTERNAAM_ANDERS
