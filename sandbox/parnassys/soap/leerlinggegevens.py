"""HaalLeerlinggegevens, and the same in steps: HaalStructuur, HaalLeerlingen, HaalLeerkrachten."""

from __future__ import annotations

from datetime import datetime

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from sandbox.parnassys.data import DELIVERED, Bericht, ParnassysLeerkracht, ParnassysSchool
from sandbox.parnassys.rules import groepen
from sandbox.parnassys.rules.leerlingen import enrolled
from sandbox.parnassys.settings import Settings
from sandbox.parnassys.soap.antwoord import Antwoord
from sandbox.parnassys.soap.autorisatie import authorise, read_basis
from sandbox.parnassys.soap.envelope import Envelope
from sandbox.parnassys.soap.faults import invalid
from sandbox.parnassys.soap.selectie import read_selectie, read_since
from webapp.uwlr.namespaces import LEERLINGGEGEVENS, Operation
from webapp.uwlr.schema import validate_leerlinggegevens_verzoek

OPERATIONS = (
    Operation.HAAL_LEERLINGGEGEVENS,
    Operation.HAAL_STRUCTUUR,
    Operation.HAAL_LEERLINGEN,
    Operation.HAAL_LEERKRACHTEN,
)
_STEPS = {
    Operation.HAAL_LEERLINGGEGEVENS: "leerlinggegevens",
    Operation.HAAL_STRUCTUUR: "structuur",
    Operation.HAAL_LEERLINGEN: "leerlingen",
    Operation.HAAL_LEERKRACHTEN: "leerkrachten",
}
_NO_DATA, _NO_CHANGES = "geengegevens", "geenwijzigingen"


def answer(session: Session, settings: Settings, operation: Operation, envelope: Envelope, log: Bericht) -> bytes:
    """Answer a request for school data, or raise SoapFault; checks stand in the order of Topicus."""
    verzoek = envelope.body
    if verzoek.tag != f"{{{LEERLINGGEGEVENS}}}{_STEPS[operation]}_verzoek":
        invalid("Het bericht hoort niet bij deze SOAPAction")
    if problems := validate_leerlinggegevens_verzoek(verzoek):
        invalid("; ".join(problems))
    basis = read_basis(verzoek, LEERLINGGEGEVENS)
    school = authorise(session, settings, envelope, basis)
    log.school_id = school.id
    antwoord = Antwoord(operation.answer, basis.xsdversie)
    since = read_since(verzoek)
    if basis.schooljaar != school.schooljaar:
        log.uitkomst = _NO_DATA
    elif since is not None and school.gewijzigd_op <= since:
        log.uitkomst = _NO_CHANGES
    else:
        log.uitkomst, log.aantal = _write(session, school, operation, verzoek, antwoord, log.ontvangen_op)
    if log.uitkomst != DELIVERED:
        antwoord.empty(log.uitkomst)
    return antwoord.to_bytes()


def _write(
    session: Session,
    school: ParnassysSchool,
    operation: Operation,
    verzoek: etree._Element,
    antwoord: Antwoord,
    now: datetime,
) -> tuple[str, int | None]:
    """Fill the answer; a list that may not be empty by the schema means that there is nothing to give."""
    whole = operation is Operation.HAAL_LEERLINGGEGEVENS
    element = "leerlinggegevens" if whole else f"leerlinggegevens-{_STEPS[operation]}"
    selectie = read_selectie(verzoek)
    leerlingen = []
    if whole or operation is Operation.HAAL_LEERLINGEN:
        leerlingen = [each for each in enrolled(session, school) if selectie is None or selectie.has_leerling(each)]
        if not leerlingen:
            return _NO_DATA, 0
    antwoord.begin(element, school, now)
    if (whole or operation is Operation.HAAL_STRUCTUUR) and (alle := groepen.of_school(session, school)):
        antwoord.groepen(alle)
    if leerlingen:
        antwoord.leerlingen(leerlingen)
    if whole or operation is Operation.HAAL_LEERKRACHTEN:
        staff = [each for each in _staff(session, school) if selectie is None or selectie.has_leerkracht(each)]
        if staff:
            antwoord.leerkrachten(staff)
    return DELIVERED, len(leerlingen) if leerlingen else None


def _staff(session: Session, school: ParnassysSchool) -> list[ParnassysLeerkracht]:
    rows = session.scalars(
        select(ParnassysLeerkracht)
        .where(ParnassysLeerkracht.school_id == school.id)
        .order_by(ParnassysLeerkracht.id)
        .options(selectinload(ParnassysLeerkracht.groepen))
    )
    return list(rows)
