"""Reading a leerresultaten_verzoek that is valid by the schema into values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lxml import etree

from sandbox.parnassys.soap.autorisatie import Verzoekbasis
from sandbox.parnassys.soap.envelope import text_of
from sandbox.parnassys.soap.faults import invalid
from sandbox.parnassys.soap.selectie import parse_moment
from sandbox.parnassys.soap.toetswaarden import (
    Leerresultatenbericht,
    Norm,
    Normering,
    Resultaat,
    Toets,
    Toetsonderdeel,
    Vocabulaireterm,
)
from webapp.uwlr.namespaces import LEERRESULTATEN, OSO
from webapp.uwlr.values import OsoResultaat, Referentiescore, Score

_LR = f"{{{LEERRESULTATEN}}}"
_MOST_DIGITS = 6
_OSO = f"{{{OSO}}}"


def read_bericht(verzoek: etree._Element, basis: Verzoekbasis) -> Leerresultatenbericht:
    """Read the whole message; dates that the schema lets through but no calendar has are refused."""
    school = verzoek.find(_LR + "school")
    if school is None or basis.brincode is None:
        invalid("school: brincode ontbreekt")
    return Leerresultatenbericht(
        schooljaar=basis.schooljaar,
        brincode=basis.brincode,
        dependancecode=basis.dependancecode,
        aanmaakdatum=parse_moment(_text(school, "aanmaakdatum") or ""),
        auteur=_text(school, "auteur") or "",
        xsdversie=basis.xsdversie,
        resultaten=tuple(_resultaten(verzoek)),
        toetsen=tuple(_toets(toets) for toets in verzoek.iterfind(f"{_LR}toetsen/{_LR}toets")),
    )


def _resultaten(verzoek: etree._Element) -> Iterator[Resultaat]:
    for afname in verzoek.iterfind(f"{_LR}toetsafnames/{_LR}toetsafname"):
        for resultaat in afname.iterfind(f"{_LR}resultaten/{_LR}resultaat"):
            yield Resultaat(
                key=resultaat.get("key", ""),
                leerlingid=_text(afname, "leerlingid"),
                eckid=_text(afname, "eckid"),
                afnamedatum=_day(_text(resultaat, "afnamedatum") or ""),
                toetscode=_text(resultaat, "toetscode") or "",
                versie=_text(resultaat, "versie"),
                uitkomst=_uitkomst(resultaat),
                toetsonderdeelcode=_text(resultaat, "toetsonderdeelcode"),
            )


def _uitkomst(resultaat: etree._Element) -> OsoResultaat | Score:
    score = _text(resultaat, "score")
    if score is not None:
        return Score(_whole(score))
    oso = resultaat.find(_LR + "osoresultaat")
    if oso is None:
        invalid("resultaat: score of osoresultaat ontbreekt")
    toetsscore = oso.find(_OSO + "toetsscore")
    return OsoResultaat(
        aantalopgaven=_number(toetsscore, "aantalopgaven"),
        aantalgoed=_number(toetsscore, "aantalgoed"),
        vaardigheidsscore=_decimal(toetsscore, "vaardigheidsscore"),
        referentiescores=tuple(
            Referentiescore(
                code=_oso(each, "codereferentiescore") or "",
                vergelijkingsgroep=_oso(each, "codevergelijkingsgroep") or "",
                waarde=_oso(each, "waarde") or "",
                kwalificatie=_oso(each, "kwalificatie"),
            )
            for each in oso.iterfind(_OSO + "referentiescore")
        ),
    )


def _toets(toets: etree._Element) -> Toets:
    return Toets(
        toetscode=_text(toets, "toetscode") or "",
        versie=_text(toets, "versie"),
        toetsnaam=_text(toets, "toetsnaam"),
        leerjaar=_text(toets, "leerjaar"),
        vakgebied=_term(toets, "vakgebied"),
        normering=_normering(toets.find(_LR + "toetsnormering")),
        onderdelen=tuple(
            Toetsonderdeel(
                code=_text(each, "toetsonderdeelcode") or "",
                normering=_normering(each.find(_LR + "toetsonderdeelnormering")),
            )
            for each in toets.iterfind(f"{_LR}toetsonderdelen/{_LR}toetsonderdeel")
        ),
    )


def _normering(element: etree._Element | None) -> Normering | None:
    if element is None:
        return None
    return tuple(
        Norm(
            term=_text(norm, "term") or "",
            van=_whole(_text(norm, "beginnormwaarde") or ""),
            tot_en_met=_whole(_text(norm, "eindnormwaarde") or ""),
        )
        for norm in element.iterfind(_LR + "norm")
    )


def _term(parent: etree._Element, name: str) -> Vocabulaireterm | None:
    element = parent.find(_LR + name)
    return None if element is None else Vocabulaireterm(element.text or "", element.get("vocabulaire"))


def _day(text: str) -> date:
    """An xs:date may carry a zone; the day is what counts."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        invalid("resultaat: afnamedatum kan niet")


def _whole(text: str) -> int:
    """A whole number that is valid by the schema; the schema has no upper limit, our tables have."""
    if len(text.strip()) > _MOST_DIGITS:
        invalid("Een score of norm is te groot")
    return int(text)


def _text(element: etree._Element, name: str) -> str | None:
    return text_of(element, name, LEERRESULTATEN)


def _oso(element: etree._Element | None, name: str) -> str | None:
    return None if element is None else text_of(element, name, OSO)


def _number(element: etree._Element | None, name: str) -> int | None:
    text = _oso(element, name)
    return int(text) if text else None


def _decimal(element: etree._Element | None, name: str) -> Decimal | None:
    text = _oso(element, name)
    return Decimal(text) if text else None
