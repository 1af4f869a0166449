"""Norms and OSO results: ranges that fit together, and codes and values that exist."""

from __future__ import annotations

import itertools
import re

from sandbox.parnassys.soap.faults import SoapFault
from sandbox.parnassys.soap.toetswaarden import Norm, Normering
from webapp.uwlr.codes import FaultCode
from webapp.uwlr.values import OsoResultaat

# Code lists 11 and 22 of OSO 1.2.
_REFERENTIESCORE = re.compile(
    "AE|CAE|IV|CIV|FN|ON|DLE|Percentiel|Percentage|T-score|Stanine|DQ|IQ|ERK|"
    "C-score|Norm|RNTRM|ZML|LGH|AVI|NAZ|LM|Standaardscore|LA"
)
_VERGELIJKINGSGROEP = re.compile(r"BB\+|BB|KB|GT|HAVO|VWO|Landelijk")
_WAARDEN = {
    "IV": re.compile(r"IV|V|I{1,3}"),
    "AE": re.compile(r"[A-E]"),
    "Percentiel": re.compile(r"100|[0-9]{1,2}"),
    "DLE": re.compile(r"[<>]?[0-9]{1,3}"),
    "Stanine": re.compile(r"[1-9]"),
}


def check_normering(toetscode: str, normering: Normering | None) -> None:
    """Refuse norms that overlap, leave a gap, or end before they begin."""
    if normering is None:
        return
    normen = sorted(normering, key=lambda norm: norm.van)
    backwards = any(norm.van > norm.tot_en_met for norm in normen)
    joined = all(after.van == before.tot_en_met + 1 for before, after in itertools.pairwise(normen))
    if backwards or not joined:
        raise SoapFault(FaultCode.TOETSNORMERING_ONGELDIG, f"toets {toetscode}: de normen sluiten niet op elkaar aan")


def norm_for(normering: Normering, score: int) -> Norm | None:
    """The norm this score falls in."""
    return next((norm for norm in normering if norm.van <= score <= norm.tot_en_met), None)


def check_oso(key: str, oso: OsoResultaat) -> None:
    """Refuse an OSO result that says nothing, counts wrong, or uses codes or values that do not exist."""
    if not oso.referentiescores and oso.vaardigheidsscore is None and oso.aantalgoed is None:
        _refuse(key, "osoresultaat is leeg")
    if oso.aantalgoed is not None and oso.aantalgoed < 0:
        _refuse(key, "aantalgoed is negatief")
    if oso.aantalgoed is not None and oso.aantalopgaven is not None and oso.aantalgoed > oso.aantalopgaven:
        _refuse(key, "aantalgoed is meer dan aantalopgaven")
    for score in oso.referentiescores:
        if not _REFERENTIESCORE.fullmatch(score.code):
            _refuse(key, "codereferentiescore is onbekend")
        if not _VERGELIJKINGSGROEP.fullmatch(score.vergelijkingsgroep):
            _refuse(key, "codevergelijkingsgroep is onbekend")
        if score.code in _WAARDEN and not _WAARDEN[score.code].fullmatch(score.waarde):
            _refuse(key, f"waarde past niet bij {score.code}")


def _refuse(key: str, what: str) -> None:
    raise SoapFault(FaultCode.ELDRESULTAAT_ONGELDIG, f"resultaat {key}: {what}")
