"""BrengLeerresultaten: everything in the message is taken over, or nothing is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.parnassys.data import (
    Bericht,
    OntvangenResultaat,
    ParnassysLeerling,
    ParnassysSchool,
    ToetsDefinitie,
)
from sandbox.parnassys.settings import Settings
from sandbox.parnassys.soap.autorisatie import authorise, read_basis
from sandbox.parnassys.soap.envelope import Envelope
from sandbox.parnassys.soap.faults import invalid
from sandbox.parnassys.soap.normcontrole import norm_for
from sandbox.parnassys.soap.resultaatbericht import read_bericht
from sandbox.parnassys.soap.resultaatcontrole import Leerlingen, check_bericht
from sandbox.parnassys.soap.toetswaarden import Leerresultatenbericht, Resultaat, Toets
from webapp.uwlr.namespaces import LEERRESULTATEN, SOAP, Operation
from webapp.uwlr.schema import validate_leerresultaten
from webapp.uwlr.values import OsoResultaat, Score

OPERATIONS = (Operation.BRENG_LEERRESULTATEN,)
_LR = f"{{{LEERRESULTATEN}}}"


@dataclass(frozen=True, slots=True)
class Gelezen:
    """A message that may be taken over."""

    school: ParnassysSchool
    bericht: Leerresultatenbericht
    leerlingen: Leerlingen


def check(session: Session, settings: Settings, envelope: Envelope, log: Bericht) -> Gelezen:
    """Read and check a results message to the last result, or raise SoapFault; nothing is written."""
    verzoek = envelope.body
    if verzoek.tag != f"{_LR}leerresultaten_verzoek":
        invalid("Het bericht hoort niet bij deze SOAPAction")
    school_element = verzoek.find(f"{_LR}school")
    version = "" if school_element is None else school_element.findtext(f"{_LR}xsdversie") or ""
    if problems := validate_leerresultaten(verzoek, version):
        invalid("; ".join(problems))
    assert school_element is not None, "the schema asks for it"
    basis = read_basis(school_element, LEERRESULTATEN)
    school = authorise(session, settings, envelope, basis)
    log.school_id = school.id
    bericht = read_bericht(verzoek, basis)
    log.aanmaakdatum, log.aantal = bericht.aanmaakdatum, len(bericht.resultaten)
    leerlingen = Leerlingen(
        list(
            session.scalars(
                select(ParnassysLeerling).where(
                    ParnassysLeerling.school_id == school.id, ParnassysLeerling.uitgeschreven_op.is_(None)
                )
            )
        )
    )
    check_bericht(bericht, school, leerlingen)
    return Gelezen(school, bericht, leerlingen)


def store(session: Session, gelezen: Gelezen, log: Bericht, now: datetime) -> None:
    """Take over every result of the message; one with a key that is known replaces what was there."""
    school, bericht = gelezen.school, gelezen.bericht
    toetsen = {toets.toetscode: _store_toets(session, school, toets) for toets in bericht.toetsen}
    session.flush()
    keys = [resultaat.key for resultaat in bericht.resultaten]
    known = {
        row.key: row
        for row in session.scalars(
            select(OntvangenResultaat).where(
                OntvangenResultaat.school_id == school.id, OntvangenResultaat.key.in_(keys)
            )
        )
    }
    definities = {toets.toetscode: toets for toets in bericht.toetsen}
    for resultaat in bericht.resultaten:
        row = known.get(resultaat.key)
        if row is None:
            row = OntvangenResultaat(school_id=school.id, key=resultaat.key, keren_ontvangen=0, eerst_ontvangen_op=now)
            session.add(row)
        row.keren_ontvangen += 1
        row.laatst_ontvangen_op = now
        row.bericht_id = log.id
        row.leerling_id = gelezen.leerlingen.find(resultaat).id
        row.toets_id = toetsen[resultaat.toetscode].id
        row.toetsonderdeelcode = resultaat.toetsonderdeelcode
        row.afnamedatum = resultaat.afnamedatum
        _store_uitkomst(row, resultaat, definities[resultaat.toetscode])
    school.laatste_aanmaakdatum = bericht.aanmaakdatum


def confirmation() -> bytes:
    """The empty element that is the only proof of delivery."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    etree.SubElement(
        etree.SubElement(root, f"{{{SOAP}}}Body"), f"{_LR}leerresultaten_bevestiging", nsmap={"ns2": LEERRESULTATEN}
    )
    return etree.tostring(root, encoding="UTF-8")


def _store_toets(session: Session, school: ParnassysSchool, toets: Toets) -> ToetsDefinitie:
    row = session.scalar(
        select(ToetsDefinitie).where(ToetsDefinitie.school_id == school.id, ToetsDefinitie.toetscode == toets.toetscode)
    )
    if row is None:
        row = ToetsDefinitie(school_id=school.id, toetscode=toets.toetscode)
        session.add(row)
    row.versie = toets.versie
    row.naam = toets.toetsnaam
    row.leerjaar = toets.leerjaar
    row.vakgebied = toets.vakgebied.waarde if toets.vakgebied else None
    return row


def _store_uitkomst(row: OntvangenResultaat, resultaat: Resultaat, toets: Toets) -> None:
    uitkomst = resultaat.uitkomst
    row.score = uitkomst.waarde if isinstance(uitkomst, Score) else None
    row.term = _term(resultaat, toets) if isinstance(uitkomst, Score) else None
    row.oso = _oso(uitkomst) if isinstance(uitkomst, OsoResultaat) else None


def _term(resultaat: Resultaat, toets: Toets) -> str | None:
    """What the norm of the test, or of the part, calls the score."""
    assert isinstance(resultaat.uitkomst, Score)
    onderdelen = {onderdeel.code: onderdeel.normering for onderdeel in toets.onderdelen}
    code = resultaat.toetsonderdeelcode
    normering = toets.normering if code is None else onderdelen[code]
    norm = norm_for(normering, resultaat.uitkomst.waarde) if normering else None
    return norm.term if norm else None


def _oso(oso: OsoResultaat) -> dict[str, Any]:
    vaardigheidsscore = None if oso.vaardigheidsscore is None else str(oso.vaardigheidsscore)
    return asdict(oso) | {"vaardigheidsscore": vaardigheidsscore}
