"""The codes of matching in Dutch, for a decision file and for the review: the only place that says them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webapp.matching.matchreden import Matchreden
from webapp.matching.values import Proposal
from webapp.matching.vetoes import Veto

REDENEN: Mapping[str, str] = {
    Matchreden.ECKID_GELIJK: "ECK iD gelijk",
    Matchreden.ECKID_ANDERS: "ECK iD verschilt",
    Matchreden.SLEUTEL_GELIJK: "extern nummer gelijk",
    Matchreden.SLEUTEL_ANDERS: "extern nummer verschilt",
    Matchreden.NAMEN_VERWISSELD: "achternaam en roepnaam verwisseld",
    Matchreden.ACHTERNAAM_GELIJK: "achternaam gelijk",
    Matchreden.ACHTERNAAM_OP_VOORVOEGSEL: "achternaam gelijk op voorvoegsel na",
    Matchreden.ACHTERNAAM_DEEL: "achternaam is deel van een dubbele naam",
    Matchreden.ACHTERNAAM_KLANK: "achternaam klinkt gelijk",
    Matchreden.ACHTERNAAM_LETTER: "achternaam één letter anders",
    Matchreden.ACHTERNAAM_BEGIN: "achternaam begint gelijk",
    Matchreden.ACHTERNAAM_LETTERS: "achternaam twee letters anders",
    Matchreden.ACHTERNAAM_ANDERS: "achternaam verschilt",
    Matchreden.ACHTERNAAM_ONBEKEND: "achternaam ontbreekt",
    Matchreden.ROEPNAAM_GELIJK: "roepnaam gelijk",
    Matchreden.ROEPNAAM_EERSTE: "roepnaam gelijk aan de eerste voornaam",
    Matchreden.ROEPNAAM_ONDER_VOORNAMEN: "roepnaam staat onder de voornamen",
    Matchreden.ROEPNAAM_SCHRIJFWIJZE: "roepnaam anders geschreven",
    Matchreden.ROEPNAAM_TIKFOUT: "roepnaam één letter anders, lijkt een tikfout",
    Matchreden.ROEPNAAM_LETTER: "roepnaam één letter anders",
    Matchreden.ROEPNAAM_VERWANT: "roepnaam verwant",
    Matchreden.ROEPNAAM_LETTERS: "roepnaam lijkt erop",
    Matchreden.ROEPNAAM_VOORLETTER: "voorletter past",
    Matchreden.ROEPNAAM_ANDERS: "roepnaam verschilt",
    Matchreden.ROEPNAAM_ONBEKEND: "roepnaam ontbreekt",
    Matchreden.DATUM_GELIJK: "geboortedatum gelijk",
    Matchreden.DATUM_OMGEWISSELD: "dag en maand van de geboortedatum omgewisseld",
    Matchreden.DATUM_BIJNA: "geboortedatum één cijfer anders",
    Matchreden.DATUM_EEN_JANUARI: "geboortedatum is bij één van beide 1 januari",
    Matchreden.DATUM_ANDERS: "geboortedatum verschilt",
    Matchreden.DATUM_ONBEKEND: "geboortedatum ontbreekt",
    Matchreden.DATUM_VERDACHT: "1 januari staat vaak voor onbekend",
    Matchreden.VOORNAMEN_GELIJK: "alle voornamen gelijk",
    Matchreden.VOORLETTERS_GELIJK: "alle voorletters gelijk",
    Matchreden.VOORNAMEN_STRIJDIG: "voornamen of voorletters verschillen",
    Matchreden.GESLACHT_ANDERS: "geslacht verschilt",
    Matchreden.JAARGROEP_GELIJK: "jaargroep gelijk",
    Matchreden.JAARGROEP_PAST: "jaargroep past",
    Matchreden.JAARGROEP_LAGER: "één jaargroep lager",
    Matchreden.JAARGROEP_TWEE_HOGER: "jaargroep twee hoger",
    Matchreden.JAARGROEP_PAST_NIET: "jaargroep past niet",
    Matchreden.JAARGROEP_ANDERS: "jaargroep verschilt",
    Matchreden.EMAIL_GELIJK: "e-mailadres gelijk",
    Matchreden.EMAIL_GEDEELD: "e-mailadres gelijk, maar van meer mensen",
    Matchreden.EMAIL_ANDER_DOMEIN: "e-mailadres gelijk tot de @",
    Matchreden.EMAIL_ANDERS: "e-mailadres verschilt",
    Matchreden.NAAM_GELIJK: "naam gelijk",
    Matchreden.NAAM_ANDERS: "naam verschilt",
    Matchreden.NAAM_AANDUIDING: "jaar en letter in de naam gelijk",
    Matchreden.SCHOOLJAAR_ANDERS: "uit een ander schooljaar",
    Matchreden.ZELFDE_GROEP: "zelfde groep in de administratie",
    Matchreden.ONGEWIJZIGD: "eerder gekoppeld en niets veranderd",
    Matchreden.NUMMER_BEZET: "iemand anders heeft dit externe nummer nog",
    Matchreden.NUMMER_GELIJK: "zelfde extern nummer",
}
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
