"""Who asks, and may it: klantnaam and klantcode of the supplier, then the key, for this BRIN and vestiging."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.parnassys.data import ParnassysSchool
from sandbox.parnassys.settings import Settings
from sandbox.parnassys.soap.envelope import Envelope, text_of
from sandbox.parnassys.soap.faults import SoapFault, invalid
from webapp.schooljaar import is_schooljaar
from webapp.uwlr.codes import FaultCode
from webapp.uwlr.namespaces import AUTORISATIE
from webapp.uwlr.schema import validate_autorisatie

SUPPORTED_VERSIONS = ("2.1", "2.2", "2.3")
_NO_ACCESS = "Autorisatiesleutel is ongeldig of geeft geen toegang tot de gevraagde school"


@dataclass(frozen=True, slots=True)
class Verzoekbasis:
    """What every request says about itself, read from an element that is valid by the schema."""

    schooljaar: str
    brincode: str | None
    dependancecode: str
    xsdversie: str


def read_basis(element: etree._Element, namespace: str) -> Verzoekbasis:
    """Read schooljaar, school and version, and refuse what the schema lets through."""
    basis = Verzoekbasis(
        schooljaar=text_of(element, "schooljaar", namespace) or "",
        brincode=text_of(element, "brincode", namespace),
        dependancecode=text_of(element, "dependancecode", namespace) or "00",
        xsdversie=text_of(element, "xsdversie", namespace) or "",
    )
    if not is_schooljaar(basis.schooljaar):
        invalid("schooljaar: de jaren volgen elkaar niet op")
    if basis.xsdversie not in SUPPORTED_VERSIONS:
        raise SoapFault(FaultCode.XSDVERSIE_ONGELDIG, f"Deze dienst spreekt UWLR {', '.join(SUPPORTED_VERSIONS)}")
    return basis


def authorise(session: Session, settings: Settings, envelope: Envelope, basis: Verzoekbasis) -> ParnassysSchool:
    """Return the school this key opens. A wrong key and a wrong BRIN get the same refusal, as at Topicus.

    The row is locked until the answer: one message at a time per school.
    """
    header = envelope.autorisatie
    if header is None or validate_autorisatie(header):
        raise SoapFault(FaultCode.AUTORISATIE_ONGELDIG, "De autorisatie in de header ontbreekt of is onvolledig")
    _check_supplier(settings, _field(header, "klantcode"), _field(header, "klantnaam"))
    school = session.scalar(
        select(ParnassysSchool)
        .where(ParnassysSchool.brin == basis.brincode, ParnassysSchool.vestiging == basis.dependancecode)
        .with_for_update()
    )
    if school is None or not school.koppeling.accepts(_field(header, "autorisatiesleutel")):
        raise SoapFault(FaultCode.AUTORISATIE_ONGELDIG, _NO_ACCESS)
    return school


def _check_supplier(settings: Settings, klantcode: str, klantnaam: str) -> None:
    given, right = f"{klantcode}\n{klantnaam}", f"{settings.klantcode}\n{settings.klantnaam}"
    if not hmac.compare_digest(given.encode(), right.encode()):
        raise SoapFault(
            FaultCode.ONGELDIGE_KLANTIDENTIFICATIE, "Klantnaam en klantcode zijn onbekend of horen niet bij elkaar"
        )


def _field(header: etree._Element, name: str) -> str:
    return text_of(header, name, AUTORISATIE) or ""
