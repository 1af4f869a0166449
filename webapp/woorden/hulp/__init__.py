"""Help in place: what is the matter and what to do, for every state of a school and for every code of a fault.

The pages of the help and the handleiding for paper are made of these texts. A test holds that nothing lacks its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from webapp.models.fout import EigenCode, Foutcode
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.woorden.fouten import uitleg_van_code
from webapp.woorden.hulp.koppelen import AANVRAGEN, ALLEEN_LEERKRACHT, CONTROLEREN, PAUZE_EN_EINDE
from webapp.woorden.hulp.nacht import ALLEEN_KLANTENSERVICE, ELKE_NACHT, MENSEN, NIEUW_SCHOOLJAAR, RESULTATEN
from webapp.woorden.hulp.onderwerp import BEHEERDER, VANZELF, WIJ, Bladzijde, Onderwerp, Stap, U, Wat
from webapp.woorden.namen import Namen

__all__ = ["CODES", "ONDERWERPEN", "Artikel", "Bladzijde", "Lezer", "Stap", "Wat"]

HOOFDSTUKKEN: dict[str, dict[Wat, Onderwerp]] = {
    "Aanvragen en koppelen": AANVRAGEN,
    "Controleren en importeren": CONTROLEREN,
    "Elke nacht": ELKE_NACHT,
    "Resultaten": RESULTATEN,
    "Het nieuwe schooljaar": NIEUW_SCHOOLJAAR,
    "Mensen en mail": MENSEN,
    "Pauze en einde": PAUZE_EN_EINDE,
}
"""In the order of the handleiding."""
ONDERWERPEN: dict[Wat, Onderwerp] = {
    wat: onderwerp
    for chapter in (*HOOFDSTUKKEN.values(), ALLEEN_LEERKRACHT, ALLEEN_KLANTENSERVICE)
    for wat, onderwerp in chapter.items()
}
CODES: tuple[Foutcode, ...] = (*FaultCode, *Reden, *EigenCode)


class Lezer(StrEnum):
    """Who reads."""

    BEHEERDER = "beheerder"
    LEERKRACHT = "leerkracht"
    KLANTENSERVICE = "klantenservice"


@dataclass(frozen=True)
class Artikel:
    """One subject, or one code, as its reader reads it."""

    kop: str
    wat: str
    daarna: str
    wie: str
    doet: str = ""
    """What klantenservice does; for them only."""
    stappen: tuple[Stap, ...] = ()
    naam: str = ""
    """In the address of its page."""


def artikel(wat: Wat, lezer: Lezer, namen: Namen) -> Artikel | None:
    """Return the help about this, unless it is not for this reader."""
    if not _is_for(wat, lezer):
        return None
    found = ONDERWERPEN[wat].named(namen)
    is_klantenservice, is_leerkracht = lezer is Lezer.KLANTENSERVICE, lezer is Lezer.LEERKRACHT
    return Artikel(
        found.kop,
        found.wat,
        found.daarna,
        found.leerkracht if is_leerkracht else found.wie,
        found.klantenservice if is_klantenservice else "",
        () if is_leerkracht and not isinstance(wat, Bladzijde) else found.stappen,
        naam(wat),
    )


def hoofdstukken(lezer: Lezer, namen: Namen) -> dict[str, list[Artikel]]:
    """All help for this reader, by chapter."""
    found = {title: [artikel(wat, lezer, namen) for wat in chapter] for title, chapter in HOOFDSTUKKEN.items()}
    kept = {title: [each for each in articles if each is not None] for title, articles in found.items()}
    return {title: articles for title, articles in kept.items() if articles}


def van_naam(text: str) -> Wat | None:
    """Return the subject with this name in its address."""
    return next((wat for wat in ONDERWERPEN if naam(wat) == text), None)


def naam(wat: Wat) -> str:
    """Its name in an address."""
    return wat.replace(" ", "-")


def open_bij(einden: Iterable[OpenEinde], lezer: Lezer) -> list[Wat]:
    """The subjects of what is open at a school, the worst first; that all is in order when nothing is."""
    found = dict.fromkeys(_seen_by(each, lezer) for each in einden)
    return list(found) or [Bladzijde.IN_ORDE]


def _seen_by(einde: OpenEinde, lezer: Lezer) -> Wat:
    is_theirs = einde.aan is Aan.U and lezer is Lezer.LEERKRACHT and not ONDERWERPEN[einde.einde].leerkracht
    return Bladzijde.VOOR_BEHEERDER if is_theirs or not _is_for(einde.einde, lezer) else einde.einde


def _is_for(wat: Wat, lezer: Lezer) -> bool:
    if wat in ALLEEN_KLANTENSERVICE:
        return lezer is Lezer.KLANTENSERVICE
    if lezer is Lezer.LEERKRACHT:
        return bool(ONDERWERPEN[wat].leerkracht)
    return wat not in ALLEEN_LEERKRACHT


def van_code(code: Foutcode, lezer: Lezer, namen: Namen, schooljaar: str) -> Artikel:
    """What a code means: what happened, what happens next, who acts, and for klantenservice what they do."""
    said = uitleg_van_code(code, namen.las, schooljaar)
    kop, daarna, wie = (text.format(las=namen.las) for text in _VAN_EIGENAAR[said.owner])
    if lezer is Lezer.LEERKRACHT and said.owner is Owner.SCHOOL:
        wie = BEHEERDER
    if lezer is Lezer.KLANTENSERVICE and said.owner is Owner.SCHOOL:
        kop = "Dit lost de school op"
    doet = said.klantenservice if lezer is Lezer.KLANTENSERVICE else ""
    return Artikel(kop, said.wat, daarna, wie, doet, naam=str(code))


def verder_bij(code: Foutcode, lezer: Lezer) -> Wat | None:
    """The subject that says more about what to do, where there is one for this reader."""
    about_results = isinstance(code, FaultCode) and code.is_about_results
    wat = _VERDER.get(code, Einde.GEWEIGERD if about_results else None)
    return wat if wat is not None and _is_for(wat, lezer) else None


_VAN_EIGENAAR = {
    Owner.SCHOOL: (
        "Dit kan uw school oplossen",
        "Is het opgelost, dan gaat het vanzelf verder. Er is niets kwijt.",
        U,
    ),
    Owner.KLANTENSERVICE: ("Dit lossen wij op", "Daarna gaat het vanzelf verder. Er is niets kwijt.", WIJ),
    Owner.LAS: (
        "Dit lost de leverancier van {las} op",
        "Wij nemen contact op met de leverancier. Daarna gaat het vanzelf verder. Er is niets kwijt.",
        "De leverancier van {las} is aan zet. U hoeft niets te doen.",
    ),
    Owner.NIEMAND: ("Dit gaat vanzelf over", "Wij proberen het vanzelf opnieuw. Er is niets kwijt.", VANZELF),
}
"""Whose it is: the heading, what happens next, and who acts."""
_VERDER: dict[Foutcode, Wat] = {
    FaultCode.AUTORISATIE_ONGELDIG: Einde.SLEUTEL_GEWEIGERD,
    Reden.ANDER_SCHOOLJAAR: Einde.NIEUW_SCHOOLJAAR,
    Reden.ANDERE_LOCATIE: Einde.ANDERE_LOCATIE,
    EigenCode.GEEN_GEGEVENS: Einde.NIEUW_SCHOOLJAAR,
    EigenCode.ALLEEN_ECKID: Einde.GEWEIGERD,
    EigenCode.NAKIJKEN: Einde.NAKIJKEN,
}
