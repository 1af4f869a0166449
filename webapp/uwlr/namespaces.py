"""Namespaces and operations of UWLR 2.x, exactly as they travel."""

from __future__ import annotations

from enum import StrEnum

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
AUTORISATIE = "http://www.edustandaard.nl/leerresultaten/2/autorisatie"
LEERLINGGEGEVENS = "http://www.edustandaard.nl/leerresultaten/2/leerlinggegevens"
LEERRESULTATEN = "http://www.edustandaard.nl/leerresultaten/2/leerresultaten"
OSO = "http://www.edustandaard.nl/oso_gegevensset/1.2/dossier"


class Operation(StrEnum):
    """The five calls; the LAS is the server in each of them."""

    HAAL_LEERLINGGEGEVENS = "HaalLeerlinggegevens"
    HAAL_STRUCTUUR = "HaalStructuur"
    HAAL_LEERLINGEN = "HaalLeerlingen"
    HAAL_LEERKRACHTEN = "HaalLeerkrachten"
    BRENG_LEERRESULTATEN = "BrengLeerresultaten"

    @property
    def answer(self) -> str:
        """Local name of the element that answers this call."""
        return _ANSWERS[self]


_ANSWERS = {
    Operation.HAAL_LEERLINGGEGEVENS: "leerlinggegevens_antwoord",
    Operation.HAAL_STRUCTUUR: "structuur_antwoord",
    Operation.HAAL_LEERLINGEN: "leerlingen_antwoord",
    Operation.HAAL_LEERKRACHTEN: "leerkrachten_antwoord",
    Operation.BRENG_LEERRESULTATEN: "leerresultaten_bevestiging",
}
