"""What must hold before results may go out, as far as no schema says it; each problem names a result or a test."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from webapp.uwlr.problems import Probleem
from webapp.uwlr.values import (
    Leerresultatenbericht,
    OsoResultaat,
    Resultaat,
    Score,
    Toets,
)
from webapp.uwlr.verzoeken import BRIN, LOCATIE, is_schooljaar

_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REFERENTIECODES = frozenset([
    "AE", "CAE", "IV", "CIV", "FN", "ON", "DLE", "Percentiel", "Percentage", "T-score", "Stanine", "DQ", "IQ", "ERK",
    "C-score", "Norm", "RNTRM", "ZML", "LGH", "AVI", "NAZ", "LM", "Standaardscore", "LA"
])  # fmt: skip
"""OSO list 11."""
VERGELIJKINGSGROEPEN = frozenset(("BB+", "BB", "KB", "GT", "HAVO", "VWO", "Landelijk"))
"""OSO list 22."""


def check_bericht(bericht: Leerresultatenbericht) -> list[Probleem]:
    """Find everything that makes this message invalid or untrue; an empty list means it may be sent."""
    problemen = [*_envelope(bericht), *_toetsen(bericht.toetsen)]
    toetsen = {toets.toetscode: toets for toets in bericht.toetsen}
    with_key = bericht.xsdversie.startswith("2.3")
    double = {key for key, count in Counter(r.key for r in bericht.resultaten).items() if count > 1}
    for resultaat in bericht.resultaten:
        for soort, tekst in _resultaat(resultaat, toetsen.get(resultaat.toetscode), eckid_is_enough=with_key):
            problemen.append(Probleem(soort, tekst, resultaat.key, resultaat.toetscode))
        if resultaat.key in double:
            problemen.append(Probleem("resultaat_dubbel", "De sleutel staat twee keer in het bericht.", resultaat.key))
    return problemen


def _envelope(bericht: Leerresultatenbericht) -> Iterator[Probleem]:
    if not is_schooljaar(bericht.schooljaar):
        yield Probleem("schooljaar", "Het schooljaar bestaat niet uit twee jaren die op elkaar volgen.")
    if BRIN.fullmatch(bericht.brincode) is None:
        yield Probleem("brincode", "Het BRIN is niet twee cijfers en twee hoofdletters.")
    if LOCATIE.fullmatch(bericht.dependancecode) is None:
        yield Probleem("dependancecode", "De locatie is niet twee cijfers.")
    if not _is_aware(bericht.aanmaakdatum):
        yield Probleem("aanmaakdatum", "De aanmaakdatum heeft geen tijdzone.")
    if not _fits(bericht.auteur, 128) or not _fits(bericht.xsdversie, 32):
        yield Probleem("afzender", "Auteur of versie ontbreekt, is te lang of bevat verboden tekens.")
    if not bericht.resultaten:
        yield Probleem("leeg", "Het bericht bevat geen resultaten.")


def _is_aware(moment: datetime) -> bool:
    return moment.tzinfo is not None and moment.utcoffset() is not None


def _fits(text: str | None, limit: int) -> bool:
    if text is None or not 0 < len(text) <= limit:
        return False
    return text.isprintable() or _FORBIDDEN.search(text) is None  # the first is quick and nearly always enough


def _resultaat(resultaat: Resultaat, toets: Toets | None, *, eckid_is_enough: bool) -> Iterator[tuple[str, str]]:
    if not _fits(resultaat.key, 256):
        yield "sleutel", "De sleutel van het resultaat ontbreekt of is te lang."
    known = _fits(resultaat.leerlingid, 256) if resultaat.leerlingid is not None else eckid_is_enough
    if not known or (resultaat.leerlingid is None and resultaat.eckid is None):
        yield "leerling_zonder_sleutel", "De leerling heeft geen sleutel van het LAS, en zonder die kan UWLR 2.2 niets."
    if not all(_fits(t, 256) for t in (resultaat.eckid, resultaat.versie) if t is not None):
        yield "verwijzing", "ECK iD of versie is leeg, te lang of bevat verboden tekens."
    if toets is None:
        yield "toets_onbekend", "De toets van dit resultaat staat niet in het bericht."
        return
    if resultaat.versie is not None and resultaat.versie != toets.versie:
        yield "versie", "Het resultaat hoort bij een andere versie dan de toets in het bericht."
    yield from _uitkomst(resultaat.uitkomst)


def _uitkomst(uitkomst: OsoResultaat | Score) -> Iterator[tuple[str, str]]:
    if isinstance(uitkomst, Score):
        if not _is_count(uitkomst.waarde):
            yield "score", "Een score is een geheel getal van 0 of meer."
        return
    if uitkomst == OsoResultaat():
        yield "oso_leeg", "Het resultaat is leeg."
    for count in (uitkomst.aantalopgaven, uitkomst.aantalgoed):
        if count is not None and not _is_count(count):
            yield "oso_aantal", "Een aantal opgaven is een geheel getal van 0 of meer."
    if uitkomst.aantalopgaven is not None and (uitkomst.aantalgoed or 0) > uitkomst.aantalopgaven:
        yield "oso_aantal", "Er zijn meer opgaven goed dan er opgaven zijn."
    if uitkomst.vaardigheidsscore is not None and not uitkomst.vaardigheidsscore.is_finite():
        yield "oso_vaardigheidsscore", "De vaardigheidsscore is geen getal."
    for referentie in uitkomst.referentiescores:
        if referentie.code not in REFERENTIECODES or referentie.vergelijkingsgroep not in VERGELIJKINGSGROEPEN:
            yield "oso_code", "De soort referentiescore of de vergelijkingsgroep bestaat niet in OSO."
        if not _fits(referentie.waarde, 256) or (
            referentie.kwalificatie is not None and not _fits(referentie.kwalificatie, 256)
        ):
            yield "oso_waarde", "Een referentiescore heeft geen waarde."


def _is_count(number: object) -> bool:
    """A whole number that fits xs:int; True is not one."""
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**31


def _toetsen(toetsen: tuple[Toets, ...]) -> Iterator[Probleem]:
    if not toetsen:
        yield Probleem("leeg", "Het bericht bevat geen toetsen.")
    for code, count in Counter(toets.toetscode for toets in toetsen).items():
        if count > 1:
            yield Probleem("toets_dubbel", "Twee versies van een toets kunnen niet in een bericht.", toetscode=code)
    for toets in toetsen:
        for soort, tekst in _toets(toets):
            yield Probleem(soort, tekst, toetscode=toets.toetscode)


def _toets(toets: Toets) -> Iterator[tuple[str, str]]:
    if not _fits(toets.toetscode, 256) or (toets.toetsnaam is not None and not _fits(toets.toetsnaam, 128)):
        yield "toets", "Code of naam van de toets ontbreekt, is te lang of bevat verboden tekens."
    if not all(_fits(term, 256) for term in (toets.versie, toets.leerjaar, toets.vakgebied) if term is not None):
        yield "toets", "Versie, leerjaar of vakgebied van de toets is leeg, te lang of bevat verboden tekens."
