"""Why a link was not made: each veto with the words that the review page shows."""

from __future__ import annotations

from enum import StrEnum

from webapp.matching.achternaam import AchternaamGelijkenis as A
from webapp.matching.datums import DatumGelijkenis as D
from webapp.matching.evidence import Evidence, Gelijkenis, Jaarstap
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis as R
from webapp.matching.voornaamgelijkenis import VoornamenGelijkenis as V


class Veto(StrEnum):
    """Every reason why a pair that looks like one child is asked about."""

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


VETO_TEKST = {
    Veto.ANDERE_ECKID: "de ECK iD's verschillen",
    Veto.IDENTIFIER_DUBBEL: "de externe sleutel of ECK iD komt twee keer voor",
    Veto.IDENTIFIER_ELDERS: "de externe sleutel of ECK iD wijst naar iemand anders",
    Veto.NAAM_PAST_NIET: "de externe sleutel of ECK iD is gelijk, maar de naam past er niet bij",
    Veto.VOORNAMEN_STRIJDIG: "de voornamen of voorletters spreken elkaar tegen",
    Veto.GESLACHT: "het geslacht verschilt",
    Veto.JAARGROEP: "de stap in jaargroep is niet mogelijk",
    Veto.DATUM_ONBEKEND: "de geboortedatum ontbreekt",
    Veto.DATUM_VERDACHT: "de geboortedatum is 1 januari of kan niet kloppen",
    Veto.DATUM_OMGEWISSELD: "dag en maand van de geboortedatum lijken omgewisseld",
    Veto.DATUM_BIJNA: "de geboortedatum is bijna gelijk, maar niet helemaal",
    Veto.DATUM_ANDERS: "de geboortedatum verschilt",
    Veto.VOORLETTER: "van de roepnaam is alleen een voorletter bekend",
    Veto.ROEPNAAM_ONBEKEND: "de roepnaam ontbreekt",
    Veto.ROEPNAAM_LIJKT: "de roepnamen lijken op elkaar, maar zijn niet gelijk",
    Veto.ROEPNAAM_ANDERS: "de roepnaam verschilt",
    Veto.ACHTERNAAM_ANDERS: "de achternaam verschilt",
    Veto.ACHTERNAAM_ONBEKEND: "de achternaam ontbreekt",
    Veto.TWEELING: "er is nog iemand met deze achternaam en geboortedatum",
    Veto.MEER_BESTAANDE: "er is nog een bestaand gegeven dat het kan zijn",
    Veto.MEER_NIEUWE: "er is nog een gegeven in de aanlevering dat het kan zijn",
    Veto.AL_GEKOPPELD: "dit bestaande gegeven is al aan een ander gekoppeld",
    Veto.MENIGTE: "te veel gegevens lijken op elkaar",
    Veto.EMAIL: "de e-mailadressen verschillen",
    Veto.GEDEELD_EMAIL: "het e-mailadres wordt door meer mensen gebruikt",
    Veto.GROEPSNAAM: "de groepsnaam verschilt",
}


def veto_tekst(rule: str) -> str | None:
    """Return the words for a veto as it was stored; None when `rule` is no veto but a rule that links."""
    return VETO_TEKST[Veto(rule)] if rule in list(Veto) else None


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
    if e.voornamen is V.TEGENSTRIJDIG:
        return Veto.VOORNAMEN_STRIJDIG
    if e.jaarstap is Jaarstap.ONMOGELIJK:
        return Veto.JAARGROEP
    if e.roepnaam is not R.GELIJK:
        return _ROEPNAAM.get(e.roepnaam, Veto.ROEPNAAM_LIJKT)
    if e.geslacht is Gelijkenis.ANDERS:
        return Veto.GESLACHT
    return Veto.ACHTERNAAM_ONBEKEND if e.achternaam is A.ONBEKEND else Veto.ACHTERNAAM_ANDERS
