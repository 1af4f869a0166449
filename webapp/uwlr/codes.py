"""Everything that may go wrong with a LAS, by code: who acts, and a sentence for the school and for klantenservice.

Sentences hold `{las}`, the name of the LAS, and never personal data.
"""

from __future__ import annotations

from enum import StrEnum


class Owner(StrEnum):
    """Who has to act. NIEMAND: it is tried again without anyone."""

    SCHOOL = "school"
    KLANTENSERVICE = "klantenservice"
    LAS = "las"
    NIEMAND = "niemand"


class FaultCode(StrEnum):
    """The eleven faults of the standard, and what a LAS may say beside them."""

    ONGELDIG_BERICHT = "Client.OngeldigBericht"
    ONGELDIGE_KLANTIDENTIFICATIE = "Client.OngeldigeKlantIdentificatie"
    AUTORISATIE_ONGELDIG = "Client.AutorisatieOngeldig"
    VOCABULAIRETERM_ONGELDIG = "Client.VocabulaireTermOngeldig"
    XSDVERSIE_ONGELDIG = "Client.XsdVersieOngeldig"
    LEERLING_ONGELDIG = "Client.LeerlingOngeldig"
    TOETSNORMERING_ONGELDIG = "Client.ToetsNormeringOngeldig"
    SCORE_ONGELDIG = "Client.ScoreOngeldig"
    ELDRESULTAAT_ONGELDIG = "Client.EldResultaatOngeldig"
    INTERNE_FOUT = "Server.InterneFout"
    TIJDELIJK_NIET_BESCHIKBAAR = "Server.TijdelijkNietBeschikbaar"
    ANDERE_CLIENT = "Client"
    """A refusal that the standard does not know."""
    ANDERE_SERVER = "Server"
    """A failure that the standard does not know, or a fault without a readable code."""

    @property
    def is_standard(self) -> bool:
        """Whether it is one of the eleven; the other two are ours, for a fault that only tells whose side it is on."""
        return "." in self

    @property
    def is_about_results(self) -> bool:
        """Whether the fault belongs to results alone; on a question it makes no sense."""
        return self in _ABOUT_RESULTS

    @property
    def may_be_disturbance(self) -> bool:
        """Whether this may hide trouble of the LAS: a supplier's library says it of a lost database too."""
        return self in _ABOUT_THE_MESSAGE

    @property
    def is_server(self) -> bool:
        """Whether the LAS itself failed: what it did with the message is not known."""
        return self.startswith("Server")


_ABOUT_RESULTS = frozenset(
    {
        FaultCode.LEERLING_ONGELDIG,
        FaultCode.TOETSNORMERING_ONGELDIG,
        FaultCode.SCORE_ONGELDIG,
        FaultCode.ELDRESULTAAT_ONGELDIG,
        FaultCode.VOCABULAIRETERM_ONGELDIG,
    }
)
_ABOUT_THE_MESSAGE = frozenset({FaultCode.ONGELDIG_BERICHT, FaultCode.XSDVERSIE_ONGELDIG, FaultCode.ANDERE_CLIENT})


class Reden(StrEnum):
    """What went wrong without the LAS saying so itself."""

    # not sent, or surely not processed
    NAAM_ONBEKEND = "naam_onbekend"
    GEEN_VERBINDING = "geen_verbinding"
    CERTIFICAAT_LAS = "certificaat_las"
    """A secure connection that fails in a way without a name of its own below."""
    CERTIFICAAT_LAS_VERLOPEN = "certificaat_las_verlopen"
    CERTIFICAAT_LAS_ONBEKEND = "certificaat_las_onbekend"
    CERTIFICAAT_LAS_NAAM = "certificaat_las_naam"
    TLS_VEROUDERD = "tls_verouderd"
    CA_LIJST = "ca_lijst"
    CERTIFICAAT_VERLOPEN = "certificaat_verlopen"
    CERTIFICAAT_GEWEIGERD = "certificaat_geweigerd"
    BEZET = "bezet"
    # unknown whether processed
    TIJD_VERSTREKEN = "tijd_verstreken"
    VERBINDING_VERBROKEN = "verbinding_verbroken"
    STORING = "storing"
    GEEN_BEVESTIGING = "geen_bevestiging"
    # a final refusal
    OMLEIDING = "omleiding"
    GEEN_TOEGANG = "geen_toegang"
    ADRES_ONJUIST = "adres_onjuist"
    HTTP_GEWEIGERD = "http_geweigerd"
    BERICHT_TE_GROOT = "bericht_te_groot"
    BERICHT_ONGELDIG = "bericht_ongeldig"
    # an answer that cannot be used
    LEEG = "leeg"
    GEEN_XML = "geen_xml"
    AFGEKAPT = "afgekapt"
    CODERING = "codering"
    COMPRESSIE = "compressie"
    DOCTYPE = "doctype"
    TE_GROOT = "te_groot"
    GEEN_SOAP = "geen_soap"
    ANDERE_VERSIE = "andere_versie"
    ANDER_BERICHT = "ander_bericht"
    ONVOLLEDIG = "onvolledig"
    ANDERE_SCHOOL = "andere_school"
    ANDERE_LOCATIE = "andere_locatie"
    ANDER_SCHOOLJAAR = "ander_schooljaar"
