"""Everything about a results message that the schema does not see. The first thing wrong refuses the whole message."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.parnassys.data import ParnassysLeerling, ParnassysSchool
from sandbox.parnassys.settings import AMSTERDAM
from sandbox.parnassys.soap.faults import SoapFault, invalid
from sandbox.parnassys.soap.normcontrole import check_normering, check_oso, norm_for
from sandbox.parnassys.soap.toetswaarden import Leerresultatenbericht, Resultaat, Toets
from webapp.schooljaar import schooljaar_of
from webapp.uwlr.codes import FaultCode
from webapp.uwlr.values import OsoResultaat

VAKGEBIEDEN = "http://purl.edustandaard.nl/concept/328cc12a-87b2-41c4-aef8-853595f9f9dd"
_VAKGEBIEDTERMEN = """
Voorschoolse educatie
Kleuteronderwijs
Groep 3 lezen, taal en spelling
Voortgezet taal
Spelling
Begrijpend/studerend lezen
Voortgezet technisch lezen
Voortgezet lezen
Mondeling Taalonderwijs
Schrijven
Engels
Fries
Rekenen en wiskunde
Wereldoriëntatie
Aardrijkskunde
Geschiedenis
Natuur- en techniekonderwijs
Verkeer
Bewegen
Beeldende vorming
Muzische vorming of muziek
Drama
Godsdienst / levensbeschouwing
""".strip().splitlines()


class Leerlingen:
    """The pupils of a school, found by LAS key or, from UWLR 2.3 on, by ECK iD."""

    def __init__(self, leerlingen: list[ParnassysLeerling]) -> None:
        self._by_key: Mapping[str, ParnassysLeerling] = {each.key: each for each in leerlingen}
        self._by_eckid: Mapping[str, ParnassysLeerling] = {each.eckid: each for each in leerlingen if each.eckid}

    def find(self, resultaat: Resultaat) -> ParnassysLeerling:
        """Return the pupil of this result; refuse one that is unknown, or whose two identifiers disagree."""
        if resultaat.leerlingid is None:
            leerling = self._by_eckid.get(resultaat.eckid or "")
        else:
            leerling = self._by_key.get(resultaat.leerlingid)
        if leerling is None:
            raise SoapFault(FaultCode.LEERLING_ONGELDIG, f"leerlingid {resultaat.leerlingid or 'ontbreekt'}")
        if resultaat.eckid is not None and leerling.eckid is not None and resultaat.eckid != leerling.eckid:
            raise SoapFault(
                FaultCode.LEERLING_ONGELDIG, f"leerlingid {resultaat.leerlingid}: eckid hoort bij een andere leerling"
            )
        return leerling


def check_bericht(bericht: Leerresultatenbericht, school: ParnassysSchool, leerlingen: Leerlingen) -> None:
    """Refuse a message that is not right as a whole or in any part of it."""
    last = school.laatste_aanmaakdatum
    if last is not None and bericht.aanmaakdatum <= last:
        invalid("school: aanmaakdatum is niet later dan die van het vorige bericht")
    if bericht.schooljaar > school.schooljaar:
        invalid("school: schooljaar is nog niet begonnen")
    toetsen = {toets.toetscode: toets for toets in bericht.toetsen}
    for resultaat in bericht.resultaten:
        leerlingen.find(resultaat)
    for toets in bericht.toetsen:
        _check_toets(toets)
    last_day = bericht.aanmaakdatum.astimezone(AMSTERDAM).date()
    for resultaat in bericht.resultaten:
        if resultaat.afnamedatum > last_day:
            invalid(f"resultaat {resultaat.key}: afnamedatum ligt na aanmaakdatum")
        if schooljaar_of(resultaat.afnamedatum) != bericht.schooljaar:
            invalid(f"resultaat {resultaat.key}: afnamedatum valt niet in schooljaar {bericht.schooljaar}")
        _check_resultaat(resultaat, toetsen[resultaat.toetscode])


def _check_toets(toets: Toets) -> None:
    vakgebied = toets.vakgebied
    if vakgebied and vakgebied.vocabulaire == VAKGEBIEDEN and vakgebied.waarde not in _VAKGEBIEDTERMEN:
        raise SoapFault(FaultCode.VOCABULAIRETERM_ONGELDIG, f"toets {toets.toetscode}: vakgebied")
    codes = [onderdeel.code for onderdeel in toets.onderdelen]
    if len(set(codes)) != len(codes):
        invalid(f"toets {toets.toetscode}: toetsonderdeelcode komt vaker voor")
    for normering in (toets.normering, *(onderdeel.normering for onderdeel in toets.onderdelen)):
        check_normering(toets.toetscode, normering)


def _check_resultaat(resultaat: Resultaat, toets: Toets) -> None:
    if resultaat.versie is not None and resultaat.versie != toets.versie:
        invalid(f"resultaat {resultaat.key}: versie is een andere dan die van de toets")
    onderdelen = {onderdeel.code: onderdeel for onderdeel in toets.onderdelen}
    code = resultaat.toetsonderdeelcode
    if code is not None and code not in onderdelen:
        invalid(f"resultaat {resultaat.key}: toetsonderdeelcode staat niet bij de toets")
    if isinstance(resultaat.uitkomst, OsoResultaat):
        check_oso(resultaat.key, resultaat.uitkomst)
        return
    normering = toets.normering if code is None else onderdelen[code].normering
    if normering is not None and norm_for(normering, resultaat.uitkomst.waarde) is None:
        raise SoapFault(FaultCode.SCORE_ONGELDIG, f"resultaat {resultaat.key}: score valt buiten de normen")
