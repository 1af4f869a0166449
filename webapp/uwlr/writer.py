"""Values to a leerresultaten_verzoek: written as text (fast), parsed back and validated before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from webapp.uwlr.faults import BerichtOngeldig
from webapp.uwlr.namespaces import LEERRESULTATEN, OSO
from webapp.uwlr.problems import Probleem
from webapp.uwlr.resultaatchecks import check_bericht
from webapp.uwlr.schema import validate_leerresultaten
from webapp.uwlr.sentences import LAS
from webapp.uwlr.values import (
    Leerresultatenbericht,
    OsoResultaat,
    Resultaat,
    Score,
    Toets,
)


def write_leerresultaten(bericht: Leerresultatenbericht, las: str = LAS) -> etree._Element:
    """Return the checked element, or raise BerichtOngeldig with every problem found."""
    if problemen := check_bericht(bericht):
        raise BerichtOngeldig(problemen, las)
    element = etree.fromstring("".join(_message(bericht)).encode())
    if found := validate_leerresultaten(element, bericht.xsdversie):
        raise BerichtOngeldig([Probleem("schema", tekst) for tekst in found], las)
    return element


def _message(bericht: Leerresultatenbericht) -> Iterator[str]:
    yield f'<leerresultaten_verzoek xmlns="{LEERRESULTATEN}" xmlns:oso="{OSO}"><school>'
    yield _tag("schooljaar", bericht.schooljaar)
    yield _tag("brincode", bericht.brincode)
    yield _tag("dependancecode", bericht.dependancecode)
    yield _tag("aanmaakdatum", bericht.aanmaakdatum.isoformat())
    yield _tag("auteur", bericht.auteur)
    yield _tag("xsdversie", bericht.xsdversie)
    yield "</school><toetsafnames>"
    for (leerlingid, eckid), resultaten in _per_leerling(bericht.resultaten):
        yield "<toetsafname>"
        yield _optional("leerlingid", leerlingid)
        yield _optional("eckid", eckid)
        yield "<resultaten>"
        yield from map(_resultaat, resultaten)
        yield "</resultaten></toetsafname>"
    yield "</toetsafnames><toetsen>"
    for toets in bericht.toetsen:
        yield from _toets(toets)
    yield "</toetsen></leerresultaten_verzoek>"


_Leerling = tuple[str | None, str | None]


def _per_leerling(resultaten: Iterable[Resultaat]) -> Iterable[tuple[_Leerling, list[Resultaat]]]:
    found: dict[_Leerling, list[Resultaat]] = {}
    for resultaat in resultaten:
        found.setdefault((resultaat.leerlingid, resultaat.eckid), []).append(resultaat)
    return found.items()


def _resultaat(resultaat: Resultaat) -> str:
    uitkomst = resultaat.uitkomst
    return (
        f"<resultaat key={quoteattr(resultaat.key)}><afnamedatum>{resultaat.afnamedatum.isoformat()}</afnamedatum>"
        f"{_tag('toetscode', resultaat.toetscode)}{_optional('versie', resultaat.versie)}"
        f"{f'<score>{uitkomst.waarde}</score>' if isinstance(uitkomst, Score) else _oso(uitkomst)}</resultaat>"
    )


def _oso(uitkomst: OsoResultaat) -> str:
    parts = (
        ("aantalopgaven", uitkomst.aantalopgaven),
        ("aantalgoed", uitkomst.aantalgoed),
        ("vaardigheidsscore", None if uitkomst.vaardigheidsscore is None else _number(uitkomst.vaardigheidsscore)),
    )
    score = "".join(f"<oso:{name}>{value}</oso:{name}>" for name, value in parts if value is not None)
    referenties = "".join(
        f"<oso:referentiescore><oso:codereferentiescore>{escape(r.code)}</oso:codereferentiescore>"
        f"<oso:codevergelijkingsgroep>{escape(r.vergelijkingsgroep)}</oso:codevergelijkingsgroep>"
        f"<oso:waarde>{escape(r.waarde)}</oso:waarde>"
        f"{'' if r.kwalificatie is None else f'<oso:kwalificatie>{escape(r.kwalificatie)}</oso:kwalificatie>'}"
        "</oso:referentiescore>"
        for r in uitkomst.referentiescores
    )
    toetsscore = f"<oso:toetsscore>{score}</oso:toetsscore>" if score else ""
    return f"<osoresultaat>{toetsscore}{referenties}</osoresultaat>"


def _toets(toets: Toets) -> Iterator[str]:
    yield "<toets>"
    yield _tag("toetscode", toets.toetscode)
    yield _optional("versie", toets.versie)
    yield _optional("toetsnaam", toets.toetsnaam)
    yield _optional("leerjaar", toets.leerjaar)
    yield _optional("vakgebied", toets.vakgebied)
    yield "</toets>"


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _optional(name: str, text: str | None) -> str:
    return "" if text is None else f"<{name}>{escape(text)}</{name}>"


def _number(number: Decimal) -> str:
    """As xs:decimal wants it: never with an exponent."""
    return f"{number:f}"
