"""SOAP 1.1 Faults with the codes of the standard, written as Topicus writes them."""

from __future__ import annotations

from typing import NoReturn

from lxml import etree

from webapp.uwlr.codes import FaultCode
from webapp.uwlr.namespaces import SOAP

_MELDING_LENGTH = 480
_STRINGS = {
    FaultCode.ONGELDIG_BERICHT: "Bericht is ongeldig",
    FaultCode.ONGELDIGE_KLANTIDENTIFICATIE: "Klantidentificatie is ongeldig",
    FaultCode.AUTORISATIE_ONGELDIG: "Autorisatie is ongeldig",
    FaultCode.VOCABULAIRETERM_ONGELDIG: "Vocabulairterm ongeldig",
    FaultCode.XSDVERSIE_ONGELDIG: "De opgegeven XSD-versie is onjuist",
    FaultCode.LEERLING_ONGELDIG: "Leerling ongeldig",
    FaultCode.TOETSNORMERING_ONGELDIG: "Toetsnormering ongeldig",
    FaultCode.SCORE_ONGELDIG: "Score ongeldig",
    FaultCode.ELDRESULTAAT_ONGELDIG: "ELD-resultaat ongeldig",
    FaultCode.INTERNE_FOUT: "Interne fout",
    FaultCode.TIJDELIJK_NIET_BESCHIKBAAR: "Server is tijdelijk niet beschikbaar",
}
STANDARD_FAULTS = tuple(_STRINGS)
"""The eleven of the standard."""


class SoapFault(Exception):
    """Refuse the message; `melding` goes in the detail and may name keys, never names."""

    def __init__(self, code: FaultCode, melding: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.melding = melding[:_MELDING_LENGTH] if melding else None

    def envelope(self) -> bytes:
        """The Fault as it travels, with HTTP status 500."""
        root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
        fault = etree.SubElement(etree.SubElement(root, f"{{{SOAP}}}Body"), f"{{{SOAP}}}Fault")
        etree.SubElement(fault, "faultcode").text = f"soap:{self.code}"
        etree.SubElement(fault, "faultstring").text = _STRINGS[self.code]
        if self.melding:
            etree.SubElement(etree.SubElement(fault, "detail"), "melding").text = self.melding
        return etree.tostring(root, encoding="UTF-8")


def invalid(melding: str) -> NoReturn:
    """Refuse a message that is not right by WSDL or XSD, or has a value that cannot be."""
    raise SoapFault(FaultCode.ONGELDIG_BERICHT, melding)
