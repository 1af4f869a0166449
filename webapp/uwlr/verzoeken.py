"""A question as zeep wants it: BRIN and location or schoolkey; what is absent is left out, never sent empty."""

from __future__ import annotations

import re
from typing import Any

from webapp.uwlr.faults import BerichtOngeldig
from webapp.uwlr.problems import Probleem
from webapp.uwlr.sentences import LAS
from webapp.uwlr.values import Groepskeuze, Leerlinggegevensverzoek

SCHOOLJAAR = re.compile(r"([12]\d{3})-([12]\d{3})", re.ASCII)
BRIN = re.compile(r"\d{2}[A-Z]{2}", re.ASCII)
"""The schema also takes other digits and capitals than ASCII; a BRIN has none."""
LOCATIE = re.compile(r"\d{2}", re.ASCII)


def is_schooljaar(text: str) -> bool:
    """Whether this is a school year of two years that follow each other; the schema does not look at that."""
    years = SCHOOLJAAR.fullmatch(text)
    return years is not None and int(years[2]) == int(years[1]) + 1


def vraag_van(verzoek: Leerlinggegevensverzoek, keuze: Groepskeuze | None = None, las: str = LAS) -> dict[str, Any]:
    """Check the request and return its elements; raise BerichtOngeldig rather than send what is refused anyway."""
    if problemen := _problemen(verzoek):
        raise BerichtOngeldig(problemen, las)
    vraag: dict[str, Any] = {"schooljaar": verzoek.schooljaar}
    if verzoek.brincode is not None:
        vraag |= {"brincode": verzoek.brincode, "dependancecode": verzoek.dependancecode}
    else:
        vraag["schoolkey"] = verzoek.schoolkey
    vraag["xsdversie"] = verzoek.xsdversie
    if verzoek.gegevenssetid is not None:
        vraag["gegevenssetid"] = verzoek.gegevenssetid
    if keuze is not None:
        vraag["groepen"] = {"_value_1": _groepen(keuze)}
    return vraag


def _groepen(keuze: Groepskeuze) -> list[dict[str, dict[str, str]]]:
    """Return the groepen of the question; one without a key asks for the people who are in no groep."""
    gevraagd: list[dict[str, dict[str, str]]] = [{"groep": {"key": key}} for key in keuze.groepen]
    gevraagd += ({"samengestelde_groep": {"key": key}} for key in keuze.samengestelde_groepen)
    if keuze.zonder_groep:
        gevraagd.append({"groep": {}})
    return gevraagd


def _problemen(verzoek: Leerlinggegevensverzoek) -> list[Probleem]:
    checks = (
        (is_schooljaar(verzoek.schooljaar), "schooljaar", "Het schooljaar bestaat niet uit twee jaren na elkaar."),
        (
            verzoek.brincode is None or BRIN.fullmatch(verzoek.brincode) is not None,
            "brincode",
            "Het BRIN is niet twee cijfers en twee hoofdletters.",
        ),
        (
            verzoek.brincode is None or LOCATIE.fullmatch(verzoek.dependancecode) is not None,
            "dependancecode",
            "De locatie is niet twee cijfers.",
        ),
        (
            verzoek.schoolkey is None or 0 < len(verzoek.schoolkey) <= 256,
            "schoolkey",
            "De SchoolKey is leeg of te lang.",
        ),
    )
    return [Probleem(soort, tekst) for is_right, soort, tekst in checks if not is_right]
