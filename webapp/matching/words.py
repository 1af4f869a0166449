"""The codes of matching in Dutch, for a decision file and for the review: the only place that says them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webapp.matching.matchreden import Matchreden
from webapp.matching.values import Proposal
from webapp.matching.vetoes import Veto

REDENEN: Mapping[str, str] = {
    Matchreden.ECKID_GELIJK: "het ECK iD is gelijk",
    Matchreden.ECKID_ANDERS: "het ECK iD is een ander",
    Matchreden.SLEUTEL_GELIJK: "het externe nummer is gelijk",
    Matchreden.SLEUTEL_ANDERS: "het externe nummer is een ander",
    Matchreden.NAMEN_VERWISSELD: "achternaam en roepnaam lijken verwisseld",
    Matchreden.ACHTERNAAM_GELIJK: "de achternaam is gelijk",
    Matchreden.ACHTERNAAM_OP_VOORVOEGSEL: "de achternaam is gelijk op het voorvoegsel na",
    Matchreden.ACHTERNAAM_DEEL: "de achternaam is een deel van een dubbele naam",
    Matchreden.ACHTERNAAM_KLANK: "de achternaam klinkt gelijk",
    Matchreden.ACHTERNAAM_LETTER: "de achternaam scheelt één letter",
    Matchreden.ACHTERNAAM_BEGIN: "de achternaam begint gelijk",
    Matchreden.ACHTERNAAM_LETTERS: "de achternaam scheelt twee letters",
    Matchreden.ACHTERNAAM_ANDERS: "de achternaam is een andere",
    Matchreden.ACHTERNAAM_ONBEKEND: "de achternaam ontbreekt",
    Matchreden.ROEPNAAM_GELIJK: "de roepnaam is gelijk",
    Matchreden.ROEPNAAM_EERSTE: "de roepnaam is gelijk aan de eerste voornaam",
    Matchreden.ROEPNAAM_ONDER_VOORNAMEN: "de roepnaam staat onder de voornamen",
    Matchreden.ROEPNAAM_SCHRIJFWIJZE: "de roepnaam is anders geschreven",
    Matchreden.ROEPNAAM_TIKFOUT: "de roepnaam scheelt één letter en lijkt een tikfout",
    Matchreden.ROEPNAAM_LETTER: "de roepnaam scheelt één letter",
    Matchreden.ROEPNAAM_VERWANT: "de roepnamen zijn verwant",
    Matchreden.ROEPNAAM_LETTERS: "de roepnaam lijkt erop",
    Matchreden.ROEPNAAM_VOORLETTER: "van de roepnaam past alleen de voorletter",
    Matchreden.ROEPNAAM_ANDERS: "de roepnaam is een andere",
    Matchreden.ROEPNAAM_ONBEKEND: "de roepnaam ontbreekt",
    Matchreden.DATUM_GELIJK: "de geboortedatum is gelijk",
    Matchreden.DATUM_OMGEWISSELD: "dag en maand van de geboortedatum zijn omgewisseld",
    Matchreden.DATUM_BIJNA: "de geboortedatum scheelt één cijfer",
    Matchreden.DATUM_EEN_JANUARI: "de geboortedatum is bij één van beide 1 januari",
    Matchreden.DATUM_ANDERS: "de geboortedatum is een andere",
    Matchreden.DATUM_ONBEKEND: "de geboortedatum ontbreekt",
    Matchreden.DATUM_VERDACHT: "1 januari staat vaak voor onbekend",
    Matchreden.VOORNAMEN_GELIJK: "alle voornamen zijn gelijk",
    Matchreden.VOORLETTERS_GELIJK: "alle voorletters zijn gelijk",
    Matchreden.VOORNAMEN_STRIJDIG: "de voornamen of voorletters spreken elkaar tegen",
    Matchreden.GESLACHT_ANDERS: "het geslacht is een ander",
    Matchreden.JAARGROEP_GELIJK: "de jaargroep is gelijk",
    Matchreden.JAARGROEP_PAST: "de jaargroep past",
    Matchreden.JAARGROEP_LAGER: "de jaargroep is één lager",
    Matchreden.JAARGROEP_TWEE_HOGER: "de jaargroep is twee hoger",
    Matchreden.JAARGROEP_PAST_NIET: "de jaargroep past niet",
    Matchreden.JAARGROEP_ANDERS: "de jaargroep is een andere",
    Matchreden.EMAIL_GELIJK: "het e-mailadres is gelijk",
    Matchreden.EMAIL_GEDEELD: "het e-mailadres is gelijk, maar van meer mensen",
    Matchreden.EMAIL_ANDER_DOMEIN: "het e-mailadres is gelijk tot de @",
    Matchreden.EMAIL_ANDERS: "het e-mailadres is een ander",
    Matchreden.NAAM_GELIJK: "de naam is gelijk",
    Matchreden.NAAM_ANDERS: "de naam is een andere",
    Matchreden.NAAM_AANDUIDING: "jaar en letter in de naam zijn gelijk",
    Matchreden.SCHOOLJAAR_ANDERS: "de groep is uit een ander schooljaar",
    Matchreden.ZELFDE_GROEP: "het is dezelfde groep in de administratie",
    Matchreden.ONGEWIJZIGD: "er is eerder gekoppeld en niets veranderd",
    Matchreden.NUMMER_BEZET: "iemand anders heeft dit externe nummer nog",
    Matchreden.NUMMER_GELIJK: "het externe nummer is gelijk",
}
"""Clauses: a few make a sentence together, each makes one alone."""
VETOES: Mapping[str, str] = {
    Veto.ANDERE_ECKID: "de ECK iD's verschillen",
    Veto.IDENTIFIER_DUBBEL: "het externe nummer of ECK iD komt twee keer voor",
    Veto.IDENTIFIER_ELDERS: "het externe nummer of ECK iD wijst naar iemand anders",
    Veto.NAAM_PAST_NIET: "het externe nummer of ECK iD is gelijk, maar de naam past er niet bij",
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
    Veto.TEGENGESPROKEN: "iemand van uw school gaf hier eerder een ander antwoord",
    Veto.TERUGGENOMEN: "iemand van uw school heeft deze koppeling eerder teruggenomen",
    Veto.MOGELIJK_DEZELFDE: "toen deze leerling erbij kwam, stond er niets op het spel; nu is er een score",
    Veto.MENIGTE: "te veel gegevens lijken op elkaar",
    Veto.EMAIL: "de e-mailadressen verschillen",
    Veto.GEDEELD_EMAIL: "het e-mailadres wordt door meer mensen gebruikt",
    Veto.GROEPSNAAM: "de groepsnaam verschilt",
}


def say_redenen(redenen: Iterable[str]) -> str:
    """Say these reasons after one another; what is no code is an old sentence, and is said as it is."""
    return ", ".join(REDENEN.get(reden, reden) for reden in redenen)


def say(proposal: Proposal) -> str:
    """Say a proposal: the veto that stopped a link, if one did, then how the best candidate compares."""
    return say_redenen(filter(None, (VETOES.get(proposal.rule), *proposal.redenen)))
