"""The codes of matching in Dutch, for a decision file and for the review: the only place that says them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webapp.matching.reden import Reden
from webapp.matching.values import Proposal
from webapp.matching.vetoes import Veto

REDENEN: Mapping[str, str] = {
    Reden.ECKID_GELIJK: "ECK iD gelijk",
    Reden.ECKID_ANDERS: "ECK iD verschilt",
    Reden.SLEUTEL_GELIJK: "externe sleutel gelijk",
    Reden.SLEUTEL_ANDERS: "externe sleutel verschilt",
    Reden.NAMEN_VERWISSELD: "achternaam en roepnaam verwisseld",
    Reden.ACHTERNAAM_GELIJK: "achternaam gelijk",
    Reden.ACHTERNAAM_OP_VOORVOEGSEL: "achternaam gelijk op voorvoegsel na",
    Reden.ACHTERNAAM_DEEL: "achternaam is deel van een dubbele naam",
    Reden.ACHTERNAAM_KLANK: "achternaam klinkt gelijk",
    Reden.ACHTERNAAM_LETTER: "achternaam één letter anders",
    Reden.ACHTERNAAM_BEGIN: "achternaam begint gelijk",
    Reden.ACHTERNAAM_LETTERS: "achternaam twee letters anders",
    Reden.ACHTERNAAM_ANDERS: "achternaam verschilt",
    Reden.ACHTERNAAM_ONBEKEND: "achternaam ontbreekt",
    Reden.ROEPNAAM_GELIJK: "roepnaam gelijk",
    Reden.ROEPNAAM_EERSTE: "roepnaam gelijk aan de eerste voornaam",
    Reden.ROEPNAAM_ONDER_VOORNAMEN: "roepnaam staat onder de voornamen",
    Reden.ROEPNAAM_SCHRIJFWIJZE: "roepnaam anders geschreven",
    Reden.ROEPNAAM_TIKFOUT: "roepnaam één letter anders, lijkt een tikfout",
    Reden.ROEPNAAM_LETTER: "roepnaam één letter anders",
    Reden.ROEPNAAM_VERWANT: "roepnaam verwant",
    Reden.ROEPNAAM_LETTERS: "roepnaam lijkt erop",
    Reden.ROEPNAAM_VOORLETTER: "voorletter past",
    Reden.ROEPNAAM_ANDERS: "roepnaam verschilt",
    Reden.ROEPNAAM_ONBEKEND: "roepnaam ontbreekt",
    Reden.DATUM_GELIJK: "geboortedatum gelijk",
    Reden.DATUM_OMGEWISSELD: "dag en maand van de geboortedatum omgewisseld",
    Reden.DATUM_BIJNA: "geboortedatum één cijfer anders",
    Reden.DATUM_EEN_JANUARI: "geboortedatum is bij één van beide 1 januari",
    Reden.DATUM_ANDERS: "geboortedatum verschilt",
    Reden.DATUM_ONBEKEND: "geboortedatum ontbreekt",
    Reden.DATUM_VERDACHT: "1 januari staat vaak voor onbekend",
    Reden.VOORNAMEN_GELIJK: "alle voornamen gelijk",
    Reden.VOORLETTERS_GELIJK: "alle voorletters gelijk",
    Reden.VOORNAMEN_STRIJDIG: "voornamen of voorletters verschillen",
    Reden.GESLACHT_ANDERS: "geslacht verschilt",
    Reden.JAARGROEP_GELIJK: "jaargroep gelijk",
    Reden.JAARGROEP_PAST: "jaargroep past",
    Reden.JAARGROEP_TWEE_HOGER: "jaargroep twee hoger",
    Reden.JAARGROEP_PAST_NIET: "jaargroep past niet",
    Reden.JAARGROEP_ANDERS: "jaargroep verschilt",
    Reden.EMAIL_GELIJK: "e-mailadres gelijk",
    Reden.EMAIL_GEDEELD: "e-mailadres gelijk, maar van meer mensen",
    Reden.EMAIL_ANDER_DOMEIN: "e-mailadres gelijk tot de @",
    Reden.EMAIL_ANDERS: "e-mailadres verschilt",
    Reden.NAAM_GELIJK: "naam gelijk",
    Reden.NAAM_ANDERS: "naam verschilt",
    Reden.NAAM_AANDUIDING: "jaar en letter in de naam gelijk",
    Reden.SCHOOLJAAR_ANDERS: "uit een ander schooljaar",
    Reden.ZELFDE_GROEP: "zelfde groep in de administratie",
    Reden.ONGEWIJZIGD: "eerder gekoppeld en niets veranderd",
    Reden.NUMMER_BEZET: "iemand anders heeft dit externe nummer nog",
    Reden.NUMMER_GELIJK: "zelfde extern nummer",
}
VETOES: Mapping[str, str] = {
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


def say_redenen(redenen: Iterable[str]) -> str:
    """Say these reasons after one another; what is no code is an old sentence, and is said as it is."""
    return ", ".join(REDENEN.get(reden, reden) for reden in redenen)


def say(proposal: Proposal) -> str:
    """Say a proposal: the veto that stopped a link, if one did, then how the best candidate compares."""
    return say_redenen(filter(None, (VETOES.get(proposal.rule), *proposal.redenen)))
